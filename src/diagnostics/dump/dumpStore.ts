import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ShapeError } from "#base/shape/shape.ts";
import type { WallTime } from "#base/units.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import { readProcess } from "#system/processes/processList.ts";
import { dumpShape, type Dump } from "./dumpFile.ts";

/** No dump was taken, and why: a sentence for people. */
export class NoDump extends Error {
  constructor(why: string) {
    super(why);
    this.name = "NoDump";
  }
}

/** A dump that is kept. `hasFiles`: its heaps and cores are there still, and not only what was in them. */
export interface KeptDump {
  readonly name: string;
  readonly bytes: number;
  readonly hasFiles: boolean;
  readonly dump: Dump;
}

/** The folder of dumps, `STATE/dumps`: a folder for each, all of them their owner's alone. */
export class DumpStore {
  readonly folder: string;
  readonly #reserve: number;

  /** `reserve`: bytes of the disk that are left to others; default 256 MB. */
  constructor(folder: string, reserve: number = usualReserve) {
    this.folder = folder;
    this.#reserve = reserve;
  }

  /** Lets nobody else take a dump until what is returned is called. Throws NoDump when somebody does. */
  lock(): () => void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, "lock");
    for (const isLast of [false, true]) {
      try {
        const descriptor = openSync(path, "wx", 0o600);
        writeSync(descriptor, String(process.pid));
        closeSync(descriptor);
        this.#removeUnfinished();
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
        const holder = Number(readFileSync(path, "utf8"));
        if (isLast || (0 < holder && readProcess(holder) !== undefined)) {
          throw new NoDump(`A dump is being taken already, by process ${holder}.`);
        }
        // Whoever took it was killed.
        rmSync(path, { force: true });
      }
    }
    throw new NoDump("A dump is being taken already.");
  }

  /** Bytes that dumps may still take. */
  get room(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return Math.max(0, bavail * bsize - this.#reserve);
  }

  /** Throws NoDump when there is less than is needed. */
  requireRoom(needed: number): void {
    const { room } = this;
    if (needed <= room) return;
    const [need, reserve, left] = [needed, this.#reserve, room + this.#reserve].map(inMB);
    throw new NoDump(
      `There is no room for this dump: it needs up to ${need} in ${this.folder}, and ${reserve} are left to others; ` +
        `${room === 0 ? "less than that is" : `${left} are`} free. Look for more with --out FOLDER, or leave out what is large (--light).`,
    );
  }

  /** A new folder for a dump, named by its time. */
  begin(at: WallTime): string {
    const name = new Date(at).toISOString().slice(0, 19).replaceAll(":", "-");
    for (let count = 1; ; count++) {
      const path = join(this.folder, count === 1 ? name : `${name}_${count}`);
      if (existsSync(path)) continue;
      mkdirSync(path, { mode: 0o700 });
      return path;
    }
  }

  /** Writes down what is in a dump, and lets the oldest go. */
  finish(path: string, dump: Dump): void {
    writeFileAtomically(join(path, summaryName), `${JSON.stringify(dump)}\n`, 0o600);
    const kept = this.list();
    for (const { name } of kept.slice(mostSummaries)) rmSync(join(this.folder, name), { recursive: true, force: true });
    for (const { name, hasFiles } of kept.slice(mostWhole)) if (hasFiles) this.#leaveSummary(join(this.folder, name));
  }

  /** The newest first. What is no dump, or of a later version, is left out. */
  list(): readonly KeptDump[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => namePattern.test(name))
      .toSorted((one, other) => (one < other ? 1 : -1))
      .flatMap((name) => this.find(name) ?? []);
  }

  /** undefined: there is no such dump, or it is not to be read. */
  find(name: string): KeptDump | undefined {
    const path = join(this.folder, name);
    const dump = namePattern.test(name) ? readDump(join(path, summaryName)) : undefined;
    if (dump === undefined) return undefined;
    const files = readdirSync(path);
    const bytes = files.reduce((sum, file) => sum + statSync(join(path, file)).blocks * 512, 0);
    return { name, bytes, hasFiles: 1 < files.length, dump };
  }

  /** Of one who was killed while he took it. */
  #removeUnfinished(): void {
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      if (namePattern.test(name) && !existsSync(join(path, summaryName)))
        rmSync(path, { recursive: true, force: true });
    }
  }

  #leaveSummary(path: string): void {
    for (const file of readdirSync(path)) if (file !== summaryName) rmSync(join(path, file), { force: true });
  }
}

/** undefined: there is none, or it is of another form. */
function readDump(path: string): Dump | undefined {
  try {
    return dumpShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const isOther = error instanceof ShapeError || error instanceof SyntaxError;
    if (isOther || (error instanceof Error && "code" in error)) return undefined;
    throw error;
  }
}

function inMB(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

const summaryName = "dump.json";
const namePattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:_\d{1,3})?$/u;
/** Dumps with all their files, and those of which is kept what was in them. */
const mostWhole = 5;
const mostSummaries = 50;
const usualReserve = 256e6;
