import { chmodSync, existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WallTime } from "#base/units.ts";
import type { Inside } from "#contracts/inside.ts";
import { receiveDump } from "#system/dump/receiveDump.ts";
import { readProcess } from "#system/processes/processList.ts";
import { coreBytesMost, dumpCore } from "./coreDump.ts";
import type { Dump, DumpedProcess } from "./dumpFile.ts";
import type { CoreChoice, DumpOrder } from "#contracts/orders.ts";
import type { DumpStore } from "./dumpStore.ts";
import { NoDump } from "./dumpStore.ts";
import { findSubjects, type Admin, type DumpSubject, type DumpSubjects } from "./dumpSubjects.ts";
import { HeapUnreadable } from "./heap/heapGraph.ts";
import { readHeap } from "./heap/readHeap.ts";
import { threadsOf } from "./threads.ts";

export interface TakeDumpParts {
  readonly admin: Admin;
  readonly store: DumpStore;
  readonly runFolder: string;
  readonly order: DumpOrder;
  /** Of this program. */
  readonly version: string;
  readonly wallTime: () => WallTime;
  /** Bytes of memory that the host has left. */
  readonly memoryLeft: () => number;
  /** Told what is being done, a line each. */
  readonly note: (line: string) => void;
}

/**
 * Takes a dump: of one process after the other, so that the others go on meanwhile. Throws NoDump, and CallFailed when
 * the service goes away; then nothing of it is left.
 */
export async function takeDump(parts: TakeDumpParts): Promise<{ readonly path: string; readonly dump: Dump }> {
  const { admin, store, order, note, wallTime } = parts;
  // Who waits for the next refusal keeps nobody from taking another dump.
  const subjects = await findSubjects(admin, order.target);
  const unlock = store.lock();
  let path: string | undefined;
  try {
    const cores = chooseCores(order.cores, subjects.processes);
    const held = order.hold ? await hold(parts, subjects) : undefined;
    const at = wallTime();
    const raw = await rawProcesses(parts, subjects.processes, cores, (made) => (path = made)).finally(held?.letGo);
    note("Looking at what is in it …");
    const processes: DumpedProcess[] = [];
    for (const each of raw.processes) processes.push(await withSummary(each, raw.path));
    const { about, record } = subjects;
    const dump: Dump = {
      version: parts.version,
      at,
      about,
      ...(record === undefined ? {} : { record }),
      ...(held === undefined ? {} : { held: true }),
      took: wallTime() - at,
      processes,
    };
    store.finish(raw.path, dump);
    return { path: raw.path, dump };
  } catch (error) {
    if (path !== undefined) rmSync(path, { recursive: true, force: true });
    throw isFull(error)
      ? new NoDump("The disk became full meanwhile: what was written of the dump is removed.")
      : error;
  } finally {
    unlock();
  }
}

interface RawDump {
  readonly path: string;
  readonly processes: readonly DumpedProcess[];
}

async function rawProcesses(
  parts: TakeDumpParts,
  subjects: readonly DumpSubject[],
  cores: ReadonlySet<number>,
  made: (path: string) => void,
): Promise<RawDump> {
  const { store, order, note, wallTime } = parts;
  const insides = new Map<number, Inside | string>();
  for (const each of subjects) if (isOurs(each)) insides.set(each.pid, await askInside(parts.admin, each));
  store.requireRoom(roomNeeded(subjects, insides, cores, order));
  const path = store.begin(wallTime());
  made(path);
  const processes: DumpedProcess[] = [];
  for (const each of subjects) {
    const { startedAt: _, ...facts } = each;
    const inside = insides.get(each.pid);
    const problems: string[] = typeof inside === "string" ? [inside] : [];
    const process: DumpedProcess = { ...facts, threads: threadsOf(each.pid), problems };
    if (typeof inside === "object" && !order.light) note(`Taking the heap of ${each.program} (${each.pid}) …`);
    const heap = typeof inside === "object" && !order.light ? await takeHeap(parts, each, inside, path) : undefined;
    if (typeof heap === "string") problems.push(heap);
    if (cores.has(each.pid)) note(`Taking a core dump of ${each.program} (${each.pid}) …`);
    const core = cores.has(each.pid) ? await takeCore(each, path) : undefined;
    if (typeof core === "string") problems.push(core);
    processes.push({
      ...process,
      ...(typeof inside === "object" ? { inside } : {}),
      ...(typeof heap === "object" ? { heap } : {}),
      ...(typeof core === "object" ? { core } : {}),
    });
  }
  return { path, processes };
}

/** What it knows of itself, or why it does not say it. */
async function askInside(admin: Admin, subject: DumpSubject): Promise<Inside | string> {
  const reply = await admin.call("inside", whichOf(subject));
  if (reply.is === "found") return reply.inside;
  return reply.is === "none" ? "it has just ended" : `no heap of it: ${reply.why}`;
}

function whichOf({ connection, session, role }: Pick<DumpSubject, "connection" | "session" | "role">) {
  if (role === "connection" && connection !== undefined) return { connection };
  return role === "keeper" && session !== undefined ? { session } : {};
}

async function takeHeap(
  { admin, runFolder, store, memoryLeft }: TakeDumpParts,
  subject: DumpSubject,
  inside: Inside,
  path: string,
): Promise<DumpedProcess["heap"] | string> {
  const memory = heapMemoryTimes * inside.heapUsed;
  if (memoryLeft() < memory) {
    return `no heap of it: it would need up to ${Math.ceil(memory / 1e6)} MB of memory for a moment, and the host has less`;
  }
  const file = `${subject.role}-${subject.pid}.heapsnapshot`;
  const socketPath = join(runFolder, `dump-${process.pid}.sock`);
  try {
    const { bytes, paused } = await receiveDump({
      socketPath,
      group: groupOf(join(runFolder, "service.sock")),
      pid: subject.pid,
      heapPath: join(path, file),
      reportPath: join(path, `${subject.role}-${subject.pid}.report.json`),
      atMost: store.room,
      within: heapWithin,
      order: async () => {
        const reply = await admin.call("sendDump", { ...whichOf(subject), path: socketPath });
        if (reply.is === "denied" || reply.is === "failed") throw new Error(reply.why);
        if (reply.is === "none") throw new Error("it has just ended");
      },
    });
    return { file, bytes, paused };
  } catch (error) {
    if (isFull(error)) throw error;
    return `no heap of it: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function takeCore(subject: DumpSubject, path: string): Promise<DumpedProcess["core"] | string> {
  if (readProcess(subject.pid)?.startedAt !== subject.startedAt) return "no core of it: it has ended";
  const file = `${subject.role}-${subject.pid}.core`;
  const stacks = `${subject.role}-${subject.pid}.stacks.txt`;
  const files = { core: join(path, file), stacks: join(path, stacks) };
  const outcome = await dumpCore(subject.pid, files, coreWithin);
  if (outcome.is === "not") return `no core of it: ${outcome.why}`;
  chmodSync(files.core, 0o600);
  return { file, stacks, dump: outcome.core };
}

/** Only of those that belong to the dump: of nobody else's session. */
function chooseCores(chosen: readonly CoreChoice[], subjects: readonly DumpSubject[]): ReadonlySet<number> {
  const ofSession = subjects.filter((each) => !isOurs(each));
  const pids = chosen.flatMap((choice) => {
    const found = subjects.filter((each) => {
      if (choice.is === "pid") return each.pid === choice.pid;
      if (choice.is === "all") return ofSession.includes(each);
      return each.role === (choice.is === "x" ? "xServer" : "desktop");
    });
    if (found.length !== 0) return found.map(({ pid }) => pid);
    const what = choice.is === "pid" ? `Process ${choice.pid}` : coreWords[choice.is];
    throw new NoDump(`${what} is no part of this dump. Programs of a session: --session ID, or --process PID`);
  });
  if (mostCores < pids.length)
    throw new NoDump(`That would be ${pids.length} core dumps; at most ${mostCores} at a time.`);
  return new Set(pids);
}

async function hold({ admin, note }: TakeDumpParts, { refused }: DumpSubjects) {
  if (refused === undefined) {
    throw new NoDump(
      "There is no refusal on a screen that could be held. The next one: holdfast dump --refused next --hold",
    );
  }
  const connection = refused.id;
  const reply = await admin.call("holdRefusal", { connection, seconds: heldFor });
  if (reply.is === "denied" || reply.is === "failed") throw new NoDump(`The refusal cannot be held: ${reply.why}.`);
  if (reply.is === "none") throw new NoDump("The connection has just ended: there is nothing left to hold.");
  note(`${refused.refusal} stays on the screen of connection ${connection} meanwhile.`);
  // Should that fail, the service lets it go when we are gone.
  return { letGo: async () => void (await admin.call("holdRefusal", { connection, seconds: 0 }).catch(String)) };
}

function roomNeeded(
  subjects: readonly DumpSubject[],
  insides: ReadonlyMap<number, Inside | string>,
  cores: ReadonlySet<number>,
  { light }: DumpOrder,
): number {
  let needed = subjects.length * 1e5;
  for (const inside of insides.values())
    if (typeof inside === "object" && !light) needed += heapFileTimes * inside.heapUsed;
  for (const pid of cores) needed += coreBytesMost(pid);
  return needed;
}

async function withSummary(process: DumpedProcess, path: string): Promise<DumpedProcess> {
  const { heap } = process;
  if (heap === undefined) return process;
  try {
    return { ...process, heap: { ...heap, summary: await readHeap(join(path, heap.file)) } };
  } catch (error) {
    if (error instanceof HeapUnreadable) return { ...process, problems: [...process.problems, error.message] };
    throw error;
  }
}

function isOurs({ role }: Pick<DumpSubject, "role">): boolean {
  return role === "service" || role === "connection" || role === "keeper";
}

/** Of connections' user; undefined: everybody is the same one. */
function groupOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).gid : undefined;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

const coreWords = { x: "An X server", wm: "A desktop", all: "A program of a session" } as const;
/** Measured: a heap of 30 MB became a file of 34 MB, and took 380 MB of memory on its way. */
const heapFileTimes = 2;
const heapMemoryTimes = 14;
/** In milliseconds. */
const heapWithin = 60_000;
const coreWithin = 120_000;
/** In seconds. */
const heldFor = 600;
const mostCores = 64;
