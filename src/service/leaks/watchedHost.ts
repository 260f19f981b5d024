import { statfsSync } from "node:fs";
import type { SessionFacts } from "#contracts/facts.ts";
import { SampleSeries } from "#policy/leaks/sampleSeries.ts";
import type { LeakOwner, NamedProcess } from "#policy/leaks/finding.ts";
import type { WatchedResource } from "#policy/leaks/growthRules.ts";
import type { ServiceSample } from "#policy/leaks/unbalanced.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import { seeProcesses, useOf, type SeenProcess } from "#system/watch/processSample.ts";
import { readKeyUsers, readMemoryFiles, readSegments } from "#system/watch/sharedMemory.ts";

/** One thing that is followed over time: a process, or all that an owner has. */
export interface WatchedThing {
  readonly owner: LeakOwner;
  readonly process?: NamedProcess;
  /** What the values of the series are, in their order. */
  readonly resources: readonly WatchedResource[];
  /** How much of each is there to be had besides; absent: to be looked up, or unknown. */
  readonly left?: readonly (number | undefined)[];
  /** Seen at the last sample, as a sentence. */
  readonly note?: string;
  readonly series: SampleSeries;
}

/** Whose processes are followed. */
export interface WatchedOwners {
  readonly sessions: readonly SessionFacts[];
  /** Process ids of Holdfast's own: the service, connections. */
  readonly own: readonly number[];
  readonly connectionsEver: number;
  readonly connectionsNow: number;
  readonly runFolder: string;
}

/** The past of everything that could leak. One sample costs about 0.1 ms for each process. */
export class WatchedHost {
  readonly things = new Map<string, WatchedThing>();
  /** Newest last. */
  readonly service: ServiceSample[] = [];
  samples = 0;

  /** Takes one sample of everything. */
  async sample(at: number, owners: WatchedOwners): Promise<void> {
    const seen = await seeProcesses();
    const found = new Set<string>();
    const add = (key: string, thing: Omit<WatchedThing, "series">, values: readonly number[]): void => {
      const series = this.things.get(key)?.series ?? new SampleSeries(values.length);
      series.add(at, values);
      this.things.set(key, { ...thing, series });
      found.add(key);
    };
    await sampleProcesses(seen, owners, add);
    sampleUsers(owners, add);
    for (const folder of ["/dev/shm", owners.runFolder]) {
      const { type, blocks, bavail, bsize } = statfsSync(folder);
      if (type !== TMPFS_MAGIC) continue;
      const host = { owner: { is: "host" }, resources: ["tmpfs"], left: [(bavail * bsize) / MB] } as const;
      add(`tmpfs:${folder}`, host, [((blocks - bavail) * bsize) / MB]);
    }
    // What has ended has no trend.
    for (const key of this.things.keys()) if (!found.has(key)) this.things.delete(key);
    this.#sampleService(owners);
    this.samples++;
  }

  #sampleService({ connectionsEver, connectionsNow, sessions }: WatchedOwners): void {
    const descriptors = useOf(process.pid)?.descriptors ?? 0;
    this.service.push({ created: connectionsEver, alive: connectionsNow + sessions.length, descriptors });
    if (serviceSamples < this.service.length) this.service.shift();
  }
}

type Add = (key: string, thing: Omit<WatchedThing, "series">, values: readonly number[]) => void;

async function sampleProcesses(seen: readonly SeenProcess[], owners: WatchedOwners, add: Add): Promise<void> {
  const below = descendants(seen);
  let done = 0;
  const one = (process: SeenProcess, owner: LeakOwner): number => {
    const use = useOf(process.pid);
    if (use === undefined) return 0;
    const { pid, startedAt, command } = process;
    add(`process:${pid}:${startedAt}`, { owner, process: { pid, startedAt, program: command }, resources: ofProcess }, [
      use.memory,
      use.shared,
      use.descriptors,
      process.threads,
    ]);
    return use.memory;
  };
  for (const { id, user, createdAt, keeperPid } of owners.sessions) {
    const session = { is: "session", session: id, user } as const;
    const all = below(keeperPid);
    let memory = 0;
    for (const process of all) {
      // The first is the keeper, which is ours.
      memory += one(process, process.pid === keeperPid ? { is: "holdfast" } : session);
      if (++done % atATime === 0) await nextTurn();
    }
    const sums = { owner: session, resources: ["processes", "memory"], note: mostOf(all) } as const;
    add(`session:${id}:${createdAt}`, sums, [all.length, memory]);
  }
  for (const process of seen) {
    if (owners.own.includes(process.pid)) one(process, { is: "holdfast" });
  }
}

function mostOf(all: readonly SeenProcess[]): string {
  const [most] = [...Map.groupBy(all, ({ command }) => command)].toSorted(
    ([, one], [, two]) => two.length - one.length,
  );
  if (most === undefined) return "";
  const zombies = most[1].filter(({ zombie }) => zombie).length;
  const parent = most[1].at(-1)?.parentPid ?? 0;
  const ended = zombies === 0 ? "" : `, ${zombies} of those have ended and process ${parent} takes no note of it`;
  return `${most[1].length} of ${all.length} are ${most[0]}${ended}.`;
}

/** Shared memory and keys outlive the processes that made them: they are the user's. */
function sampleUsers({ sessions }: WatchedOwners, add: Add): void {
  const { segments, limit } = readSegments();
  const files = readMemoryFiles().filter(({ keeperPid }) => keeperPid === undefined);
  const keys = readKeyUsers();
  for (const [uid, { id, user }] of new Map(sessions.map((each) => [each.uid, each]))) {
    const owner = { is: "session", session: id, user } as const;
    const own = segments.filter((segment) => segment.uid === uid);
    const megabytes = [...own, ...files.filter((file) => file.uid === uid)].reduce(
      (sum, each) => sum + each.megabytes,
      0,
    );
    const ofKeys = keys.find((each) => each.uid === uid);
    add(
      `user:${uid}`,
      {
        owner,
        resources: ["segments", "sharedMemory", "keys"],
        left: [limit - segments.length, undefined, ofKeys === undefined ? undefined : ofKeys.limit - ofKeys.keys],
      },
      [own.length, megabytes, ofKeys?.keys ?? 0],
    );
  }
}

/** A process and all that it has started, itself first. */
export function descendants(seen: readonly SeenProcess[]): (pid: number) => readonly SeenProcess[] {
  const byPid = new Map(seen.map((each) => [each.pid, each]));
  const childrenOf = Map.groupBy(seen, ({ parentPid }) => parentPid);
  return (pid) => {
    const first = byPid.get(pid);
    if (first === undefined) return [];
    const found = [first];
    for (let index = 0; index < found.length; index++) found.push(...(childrenOf.get(found[index]!.pid) ?? []));
    return found;
  };
}

const ofProcess: readonly WatchedResource[] = ["memory", "sharedMemory", "descriptors", "threads"];
const serviceSamples = 240;
const atATime = 16;
const MB = 1 << 20;
/** statfs(2). */
const TMPFS_MAGIC = 0x01021994;
