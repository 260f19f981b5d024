import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Milliseconds } from "#base/units.ts";
import type { Cleaned, LeaksReply, MemoryReply, XClientUse } from "#contracts/leaks.ts";
import type { Finding, GrowthFinding, OrphanFinding } from "#policy/leaks/finding.ts";
import { findingWords } from "#policy/leaks/findingWords.ts";
import { orphansOf } from "#policy/leaks/orphans.ts";
import { unbalancedOf } from "#policy/leaks/unbalanced.ts";
import type { HostRoom } from "#policy/seatLimit.ts";
import type { Clock } from "#system/clock.ts";
import type { Log } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { SessionMarks } from "#system/watch/sessionMarks.ts";
import type { Registry } from "../registry.ts";
import { removeOrphan } from "./cleaning.ts";
import { growthsOf } from "./growths.ts";
import { viewHost } from "./hostView.ts";
import { memoryReport } from "./memoryReport.ts";
import { OwnProcesses } from "./ownProcesses.ts";
import { namePixmaps } from "./pixmaps.ts";
import { WatchedHost, type WatchedOwners } from "./watchedHost.ts";

export interface LeakWatchOptions {
  readonly registry: Pick<Registry, "sessions" | "connections" | "session">;
  readonly runFolder: string;
  readonly pamService: string;
  /** Between two samples; 0: none are taken. */
  readonly every: Milliseconds;
  readonly room: () => HostRoom;
  /** The connection processes that stand ready or have just got a client. */
  readonly spareConnections: () => readonly number[];
  /** Connections that there have been. */
  readonly connectionsEver: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Follows over time what sessions and Holdfast itself hold, and knows what grows, what belongs to nobody and what does
 * not return to its count. Everything of the past is in this process; a restart of the service begins anew.
 */
export class LeakWatch {
  readonly #options: LeakWatchOptions;
  readonly #host = new WatchedHost();
  readonly #own: OwnProcesses;
  readonly #marks: SessionMarks;
  readonly #said = new Set<string>();
  readonly #since: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LeakWatchOptions) {
    this.#options = options;
    this.#own = new OwnProcesses(options);
    this.#marks = new SessionMarks(options.runFolder);
    this.#since = options.clock.now();
    this.#plan();
  }

  /** Takes one sample of everything that is followed. */
  async sample(): Promise<void> {
    const now = this.#options.clock.now();
    await this.#host.sample(now, this.#owners());
    this.#own.look(now);
  }

  /** Everything that is known now. Orphans are looked for twice: what is just ending is none. */
  async find(): Promise<LeaksReply> {
    const findings: Finding[] = [...(await this.#growths()), ...this.#unbalanced(), ...(await this.#orphans())];
    const { samples, things } = this.#host;
    const processes = [...things.values()].filter(({ process }) => process !== undefined).length;
    return {
      findings: findings.slice(0, mostFindings),
      watch: {
        samples,
        every: this.#options.every / 1000,
        processes,
        things: things.size,
        since: (this.#options.clock.now() - this.#since) / 1000,
      },
    };
  }

  /** Removes those of these findings that still are orphans. */
  async clean(ids: readonly string[]): Promise<readonly Cleaned[]> {
    const orphans = await this.#orphans();
    const cleaned: Cleaned[] = [];
    for (const id of ids) {
      const orphan = orphans.find((each) => each.id === id);
      const result =
        orphan === undefined ? { id, removed: false, why: "it is no orphan any more" } : await removeOrphan(orphan);
      this.#options.log.info("orphanCleaned", {
        id,
        removed: result.removed,
        ...(result.why === undefined ? {} : { why: result.why }),
      });
      cleaned.push(result);
    }
    return cleaned;
  }

  /** `pid`: of this process also the parts. */
  async memory(pid: number | undefined): Promise<MemoryReply> {
    const growing = growthsOf(this.#host.things, this.#options.room());
    return memoryReport({ owners: this.#owners(), growing, room: this.#options.room(), pid });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    const { every, log } = this.#options;
    if (this.#isClosed || every === 0) return;
    this.#timer = setTimeout(() => {
      void this.#watch()
        .catch((error: unknown) => log.error("leakWatchFailed", { why: String(error) }))
        .finally(() => this.#plan());
    }, every).unref();
  }

  async #watch(): Promise<void> {
    await this.sample();
    const isTimeForOrphans = this.#host.samples % orphansEvery === 0;
    const growths = growthsOf(this.#host.things, this.#options.room());
    const orphans = isTimeForOrphans ? await this.#orphans() : [];
    for (const finding of [...growths, ...this.#unbalanced(), ...orphans]) this.#sayOnce(finding);
  }

  #sayOnce(finding: Finding): void {
    if (this.#said.has(finding.id)) return;
    if (mostFindings < this.#said.size) this.#said.clear();
    this.#said.add(finding.id);
    const { owner, sentence, remedy } = findingWords(finding);
    this.#options.log.warn("leakFound", { kind: finding.is, id: finding.id, owner, sentence, remedy });
  }

  async #growths(): Promise<readonly GrowthFinding[]> {
    const growths = growthsOf(this.#host.things, this.#options.room());
    return Promise.all(growths.map(async (each) => namePixmaps(each, await this.#clientsOf(each))));
  }

  /** Of a growing X server. Keepers of an older version do not know. */
  async #clientsOf({ owner, process }: GrowthFinding): Promise<readonly XClientUse[]> {
    if (process?.program !== "Xvfb" || owner.is !== "session") return [];
    try {
      return (await this.#options.registry.session(owner.session)?.keeper.call("xClients", {})) ?? [];
    } catch (error) {
      if (error instanceof CallFailed) return [];
      throw error;
    }
  }

  #unbalanced(): readonly Finding[] {
    return unbalancedOf(this.#own.list(this.#options.clock.now()), this.#host.service);
  }

  async #orphans(): Promise<readonly OrphanFinding[]> {
    const first = new Set((await this.#look()).map(({ id }) => id));
    if (first.size === 0) return [];
    await delay(lookAgainAfter);
    return (await this.#look()).filter(({ id }) => first.has(id));
  }

  async #look(): Promise<readonly OrphanFinding[]> {
    const { runFolder, pamService, clock } = this.#options;
    const sessions = this.#sessions();
    const sessionsFolder = join(runFolder, "sessions");
    const now = clock.wallTime();
    return orphansOf(await viewHost({ sessions, sessionsFolder, marks: this.#marks, pamService, now }));
  }

  #owners(): WatchedOwners {
    const { registry, spareConnections, connectionsEver, runFolder } = this.#options;
    const connections = registry.connections.map(({ pid }) => pid);
    return {
      sessions: this.#sessions(),
      own: [process.pid, ...connections, ...spareConnections()],
      connectionsEver: connectionsEver(),
      connectionsNow: connections.length,
      runFolder,
    };
  }

  #sessions() {
    return this.#options.registry.sessions.map(({ facts }) => facts);
  }
}

const mostFindings = 1000;
/** In samples. */
const orphansEvery = 10;
/** In milliseconds. */
const lookAgainAfter = 700;
