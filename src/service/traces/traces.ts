import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionId } from "#base/ids.ts";
import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import { minutes, wallTime, type WallTime } from "#base/units.ts";
import type { ConnectionFacts, serviceContract, TraceData } from "#contracts/service.ts";
import type { CollectedTrace, TraceStatusReply } from "#contracts/trace.ts";
import type { Clock } from "#system/clock.ts";
import type { Folders } from "#system/folders.ts";
import type { Log } from "#system/log.ts";
import type { Tell } from "#system/rpc/contractForm.ts";
import type { CollectStep } from "#system/trace/collectTrace.ts";
import type { Chronicle } from "../chronicle/chronicle.ts";
import type { Registry } from "../registry.ts";
import { Collection, type CollectionParts } from "./collection.ts";
import { LeftRecordsOfConnections } from "./leftRecords.ts";

export interface TracesParts {
  readonly folders: Folders;
  readonly version: string;
  readonly hostName: string;
  readonly registry: Pick<Registry, "connections" | "sessions" | "connection">;
  /** Of the service itself. */
  readonly recorder: TraceRecorder;
  readonly bytesMax: number;
  readonly minutesMax: number;
  /** Has facts of the host gathered, or the archive made, of a trace's folder. */
  readonly collect: (step: CollectStep, folder: string) => Promise<string>;
  readonly chronicle: Pick<Chronicle, "note">;
  readonly clock: Clock;
  readonly log: Log;
}

export type TraceEnd =
  | ({ readonly is: "collected" } & { readonly collected: CollectedTrace })
  | { readonly is: "none" }
  | { readonly is: "failed"; readonly why: string };

type Last = NonNullable<Extract<TraceStatusReply, { is: "told" }>["last"]>;

/**
 * Traces of this host: one at a time, from `start` to its end, or of what is remembered. Whatever becomes of it, the
 * service goes on.
 */
export class Traces {
  readonly #parts: TracesParts;
  readonly #left = new LeftRecordsOfConnections();
  readonly #tell = new Map<ConnectionId, Tell<(typeof serviceContract)["serverNews"]>>();
  #running: Collection | undefined;
  #ending: Promise<TraceEnd> | undefined;
  #last: Last | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: TracesParts) {
    this.#parts = parts;
  }

  get status(): Omit<Extract<TraceStatusReply, { is: "told" }>, "is"> {
    const remembered = this.#tell.size + this.#left.all.length;
    const running = this.#running;
    return {
      remembered,
      ...(running === undefined ? {} : { running: { ...running.facts, isEnding: this.#ending !== undefined } }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
    };
  }

  /** The archives, the newest last. */
  get archives(): readonly { readonly path: string; readonly bytes: number; readonly at: WallTime }[] {
    const folder = this.#folder;
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.startsWith(traceStart) && name.endsWith(archiveEnd))
      .toSorted()
      .slice(-archivesListed)
      .map((name) => {
        const { size, mtimeMs } = statSync(join(folder, name));
        return { path: join(folder, name), bytes: size, at: wallTime(Math.round(mtimeMs)) };
      });
  }

  /** A connection has announced itself: it is asked, where a trace is running. */
  receiveConnection(id: ConnectionId, tell: Tell<(typeof serviceContract)["serverNews"]>): void {
    this.#tell.set(id, tell);
    this.#running?.follow(id, tell);
  }

  forgetConnection(id: ConnectionId): void {
    this.#tell.delete(id);
    this.#running?.forget(id);
  }

  /** A part of what a connection has recorded. */
  async receiveData(id: ConnectionId, data: TraceData): Promise<{ readonly goOn: boolean }> {
    const running = this.#running;
    if (running?.facts.name !== data.trace) return { goOn: false };
    return { goOn: await running.receive(id, data) };
  }

  receiveLeft(facts: ConnectionFacts, records: Uint8Array): void {
    this.#left.receive({ facts, at: this.#parts.clock.wallTime(), records });
  }

  /** Begins a trace of everything, or of one connection. Resolves with why not. */
  start(options: { readonly pictures: boolean; readonly connection?: ConnectionId | undefined }) {
    if (this.#running !== undefined)
      return { is: "failed", why: `the trace ${this.#running.facts.name} is running` } as const;
    const begun = this.#begin({ ...options, how: "traced" });
    if ("why" in begun) return begun;
    for (const [id, tell] of this.#tell) begun.follow(id, tell);
    this.#timer = setTimeout(
      () => void this.#end(`it has gone on for ${this.#parts.minutesMax} minutes (TraceMinutes)`),
      minutes(this.#parts.minutesMax),
    ).unref();
    void begun.collectBefore();
    this.#parts.log.info("traceStarted", { trace: begun.facts.name });
    const { name, bytesMax, until } = begun.facts;
    return { is: "started", name, bytesMax, until } as const;
  }

  /** Ends the trace, and resolves when its archive is there; or with what became of the last one that ended itself. */
  async stop(): Promise<TraceEnd> {
    if (this.#running !== undefined) return this.#end("it was stopped");
    const last = this.#last;
    if (last === undefined) return { is: "none" };
    if (last.collected !== undefined) return { is: "collected", collected: last.collected };
    return { is: "failed", why: last.problem ?? "" };
  }

  /** What is remembered now, as a trace. */
  async save(options: { readonly connection?: ConnectionId | undefined }): Promise<TraceEnd> {
    if (this.#running !== undefined)
      return { is: "failed", why: `the trace ${this.#running.facts.name} is running: holdfast trace stop` };
    const begun = this.#begin({ ...options, how: "saved", pictures: false });
    if ("why" in begun) return begun;
    for (const left of this.#left.all) await begun.receiveLeft(left);
    for (const [id, tell] of this.#tell) begun.take(id, tell);
    return this.#end("it is what was remembered");
  }

  /** What a service before this one has left: an archive is made of it. */
  async recover(): Promise<void> {
    if (!existsSync(this.#folder)) return;
    for (const name of readdirSync(this.#folder)) {
      // Whatever else lies there is somebody's.
      if (!name.startsWith(unfinished) && !isArchivePart(name)) continue;
      const folder = join(this.#folder, name);
      // A trace that had begun; and none of an archive that was not finished.
      const isTrace = existsSync(join(folder, "manifest.json"));
      if (!isTrace) rmSync(folder, { recursive: true, force: true });
      else await this.#finish(name.slice(unfinished.length), "the service was restarted", () => this.#pack(folder));
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  get #folder(): string {
    return join(this.#parts.folders.state, "collected");
  }

  #begin(
    options: Omit<CollectionParts, keyof TracesParts | "name" | "folder" | "failed">,
  ): Collection | { is: "failed"; why: string } {
    const name = nameOf(this.#parts.clock.wallTime());
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#running = new Collection({
        ...this.#parts,
        ...options,
        name,
        folder: join(this.#folder, unfinished + name),
        failed: (because) => void this.#end(because.text, because.keep),
      });
      return this.#running;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      rmSync(join(this.#folder, unfinished + name), { recursive: true, force: true });
      return { is: "failed", why };
    }
  }

  /** `keep`: false when there is no room for more: then nothing is kept. */
  #end(because: string, keep = true): Promise<TraceEnd> {
    const running = this.#running;
    if (running === undefined) return Promise.resolve({ is: "none" });
    clearTimeout(this.#timer);
    this.#ending ??= this.#finish(running.facts.name, because, async () => {
      try {
        if (!keep) throw new Error(because);
        const problem = await running.finish(because);
        if (problem !== undefined) throw new Error(problem);
        return await this.#pack(running.folder);
      } finally {
        await running.remove();
      }
    }).finally(() => {
      this.#running = undefined;
      this.#ending = undefined;
    });
    return this.#ending;
  }

  /** Makes the archive; whatever becomes of it is told in the status, the log and the events. */
  async #finish(
    name: string,
    because: string,
    make: () => Promise<{ path: string; bytes: number }>,
  ): Promise<TraceEnd> {
    const { log, chronicle, clock } = this.#parts;
    try {
      const collected = { ...(await make()), because };
      this.#last = { name, endedAt: clock.wallTime(), collected };
      log.info("traceCollected", { trace: name, because, path: collected.path, bytes: collected.bytes });
      chronicle.note("traceCollected", { data: { Trace: name, Because: because, Path: collected.path } });
      return { is: "collected", collected };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#last = { name, endedAt: clock.wallTime(), problem: why };
      log.error("traceLost", { trace: name, why });
      chronicle.note("traceLost", { data: { Trace: name, Why: why } });
      return { is: "failed", why };
    }
  }

  async #pack(folder: string): Promise<{ path: string; bytes: number }> {
    const path = `${folder.replace(unfinished, "")}${archiveEnd}`;
    try {
      await this.#parts.collect("pack", folder);
      return { path, bytes: statSync(path).size };
    } catch (error) {
      for (const left of [path, `${path}.part`]) rmSync(left, { force: true });
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function nameOf(now: WallTime): string {
  return `${traceStart}${new Date(now)
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/gu, "")
    .replace("T", "-")}`;
}

function isArchivePart(name: string): boolean {
  return name.startsWith(traceStart) && name.endsWith(`${archiveEnd}.part`);
}

const traceStart = "trace-";
const unfinished = ".unfinished-";
const archiveEnd = ".tar.gz";
const archivesListed = 1000;
