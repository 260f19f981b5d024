import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectionId } from "#base/ids.ts";
import { minutes, wallTime, type WallTime } from "#base/units.ts";
import type { serviceContract, TraceData } from "#contracts/service.ts";
import type { TraceManifest } from "#contracts/trace.ts";
import type { Tell } from "#system/rpc/contractForm.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { startCpuProfile, type CpuProfile } from "#system/trace/cpuProfile.ts";
import type { KnownSession } from "../registry.ts";
import type { LeftRecords } from "./leftRecords.ts";
import { TraceFiles, type NotWritten } from "./traceFiles.ts";
import type { TracesParts } from "./traces.ts";

type TellConnection = Tell<(typeof serviceContract)["serverNews"]>;

export interface CollectionParts extends Omit<TracesParts, "chronicle"> {
  readonly name: string;
  readonly folder: string;
  readonly how: "traced" | "saved";
  readonly pictures: boolean;
  /** This one alone, its session and the service; undefined: everything. */
  readonly connection?: ConnectionId | undefined;
  /** It cannot go on. `keep`: an archive of what there is can be made. */
  readonly failed: (because: { readonly text: string; readonly keep: boolean }) => void;
}

/** One trace while it is collected: what comes from the processes, and where it is put. */
export class Collection {
  readonly #parts: CollectionParts;
  readonly #files: TraceFiles;
  readonly #since: WallTime;
  /** Those from whom more comes. */
  readonly #open = new Map<ConnectionId, TellConnection>();
  readonly #profile: Promise<CpuProfile> | undefined;
  /** Every connection that it is of: some are gone at its end. */
  readonly #connections = new Map<ConnectionId, TraceManifest["connections"][number]>();
  readonly #keepers = new Map<number, KnownSession["keeper"]>();
  #before: Promise<unknown> = Promise.resolve();
  #allOver = Promise.withResolvers<void>();

  /** Throws the system's error when its folder cannot be made or written to. */
  constructor(parts: CollectionParts) {
    this.#parts = parts;
    this.#since = parts.clock.wallTime();
    this.#files = new TraceFiles(parts.folder, parts.bytesMax);
    this.#writeManifest("it was not ended");
    if (parts.how === "saved") return;
    this.#profile = startCpuProfile();
    for (const { facts, keeper, otherVersion } of parts.registry.sessions)
      if (otherVersion === undefined) this.#keepers.set(facts.id, keeper);
    for (const keeper of this.#keepers.values()) void this.#askKeeper(keeper, "follow");
  }

  get folder(): string {
    return this.#parts.folder;
  }

  get facts() {
    const { name, bytesMax, minutesMax, pictures, connection } = this.#parts;
    const until = wallTime(this.#since + minutes(minutesMax));
    const only = connection === undefined ? {} : { connection };
    return { name, since: this.#since, until, bytes: this.#files.bytes, bytesMax, pictures, ...only };
  }

  /** What the host looks like when it begins. */
  collectBefore(): Promise<unknown> {
    const { collect, log, name, folder } = this.#parts;
    this.#before = collect("before", folder).catch((error: unknown) =>
      log.warn("traceFactsMissing", { trace: name, why: String(error) }),
    );
    return this.#before;
  }

  follow(id: ConnectionId, tell: TellConnection): void {
    if (this.#isOther(id)) return;
    this.#noteConnection(id);
    this.#open.set(id, tell);
    tell("trace", { trace: this.#parts.name, order: "follow", pictures: this.#parts.pictures });
  }

  take(id: ConnectionId, tell: TellConnection): void {
    if (this.#isOther(id)) return;
    this.#noteConnection(id);
    this.#open.set(id, tell);
    tell("trace", { trace: this.#parts.name, order: "take" });
  }

  forget(id: ConnectionId): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#allOver.resolve();
  }

  /** Resolves with whether it goes on. */
  async receive(id: ConnectionId, { kind, data, last }: TraceData): Promise<boolean> {
    if (!this.#connections.has(id)) return false;
    this.#noteConnection(id);
    const bytes = Buffer.from(data, "base64");
    const problem =
      kind === "records"
        ? await this.#files.appendRecords(`connection-${id}`, bytes)
        : await this.#files.append(join("profiles", `connection-${id}.cpuprofile`), bytes);
    if (last) this.forget(id);
    return this.#judge(problem);
  }

  async receiveLeft({ facts, records }: LeftRecords): Promise<void> {
    if (this.#isOther(facts.id)) return;
    this.#connections.set(facts.id, facts);
    this.#judge(await this.#files.appendRecords(`connection-${facts.id}`, records));
  }

  /** Gathers what has not come yet. Resolves with why it cannot be kept. */
  async finish(because: string): Promise<string | undefined> {
    const { name, recorder, registry, connection, how } = this.#parts;
    for (const tell of this.#open.values()) if (how === "traced") tell("trace", { trace: name, order: "end" });
    if (0 < this.#open.size) {
      this.#allOver = Promise.withResolvers<void>();
      await Promise.race([this.#allOver.promise, delay(lastPartsWithin)]);
    }
    await this.#before;
    const own = connection === undefined ? undefined : registry.connection(connection)?.session;
    const sessions = registry.sessions.filter(({ facts }) => connection === undefined || facts.id === own);
    const problems: (NotWritten | undefined)[] = [];
    for (const each of sessions) if (each.otherVersion === undefined) problems.push(await this.#takeKeeper(each));
    const { ring } = recorder;
    problems.push(await this.#files.appendRecords("service", ring.take(ring.start, ring.end).bytes));
    const profile = Buffer.from((await (await this.#profile)?.stop()) ?? "");
    problems.push(await this.#files.append(join("profiles", "service.cpuprofile"), profile));
    await this.#files.close();
    const failed = problems.find((each) => each?.is === "failed");
    if (failed?.is === "failed") return noRoom(failed.why);
    try {
      this.#writeManifest(because);
    } catch (error) {
      return noRoom(error instanceof Error ? error.message : String(error));
    }
    return undefined;
  }

  async remove(): Promise<void> {
    for (const tell of this.#open.values()) tell("trace", { trace: this.#parts.name, order: "end" });
    this.#open.clear();
    await (await this.#profile)?.stop();
    await this.#files.remove();
  }

  #judge(problem: NotWritten | undefined): boolean {
    if (problem === undefined) return true;
    const { bytesMax, failed } = this.#parts;
    if (problem.is === "full")
      failed({ text: `it has reached ${bytesMax >> 20} megabytes (TraceMegabytes)`, keep: true });
    else failed({ text: noRoom(problem.why), keep: false });
    return false;
  }

  async #takeKeeper({ facts, keeper }: KnownSession): Promise<NotWritten | undefined> {
    const name = `keeper-${facts.id}`;
    const words = await this.#lastWords(keeper);
    if (words !== undefined) {
      const problem = await this.#files.append(join("output", `session-${facts.id}.txt`), Buffer.from(words));
      if (problem !== undefined) return problem;
    }
    let from: number | undefined = 0;
    while (from !== undefined) {
      const reply = await this.#askKeeper(keeper, this.#keepers.has(facts.id) ? "end" : "take", from);
      if (reply === undefined) return undefined;
      const problem =
        (await this.#files.appendRecords(name, Buffer.from(reply.records, "base64"))) ??
        (await this.#files.append(join("profiles", `${name}.cpuprofile`), Buffer.from(reply.profile ?? "")));
      if (problem !== undefined) return problem;
      from = reply.next;
    }
    return undefined;
  }

  /** What the X server and the desktop said last on their standard error. */
  async #lastWords(keeper: KnownSession["keeper"]): Promise<string | undefined> {
    try {
      const { name, lines } = await keeper.call("lastWords", {});
      return `${name}\n${lines.map((line) => `  ${line}\n`).join("")}`;
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      return undefined;
    }
  }

  /** undefined: it does not answer, or is of a version that records nothing. */
  async #askKeeper(keeper: KnownSession["keeper"], order: "take" | "follow" | "end", from = 0) {
    try {
      return await keeper.call("trace", { order, from });
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      return undefined;
    }
  }

  #isOther(id: ConnectionId): boolean {
    const { connection } = this.#parts;
    return connection !== undefined && connection !== id;
  }

  #noteConnection(id: ConnectionId): void {
    const facts = this.#parts.registry.connection(id);
    if (facts !== undefined) this.#connections.set(id, facts);
  }

  #writeManifest(because: string): void {
    const { name, how, version, hostName, clock, folders, registry, pictures, folder } = this.#parts;
    for (const id of this.#connections.keys()) this.#noteConnection(id);
    const manifest: TraceManifest = {
      name,
      how,
      because,
      version,
      host: hostName,
      since: how === "saved" ? wallTime(this.#since - savedSpan) : this.#since,
      until: clock.wallTime(),
      pictures,
      folders,
      servicePid: process.pid,
      connections: [...this.#connections.values()],
      sessions: registry.sessions.map(({ facts }) => facts),
    };
    writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, undefined, 1)}\n`, { mode: 0o600 });
  }
}

function noRoom(why: string): string {
  return `it could not be written: ${why}`;
}

/** In milliseconds. */
const lastPartsWithin = 8000;
/** Events of the last half hour belong to what is saved. In milliseconds. */
const savedSpan = 1_800_000;
