import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { wallTime } from "#base/units.ts";
import { frameHeader } from "#system/dump/dumpFrames.ts";
import { receiveDump } from "#system/dump/receiveDump.ts";
import { sendDump } from "#system/dump/sendDump.ts";
import { stacksOf } from "./coreDump.ts";
import type { Dump, DumpedProcess } from "./dumpFile.ts";
import { growthSince } from "./dumpGrowth.ts";
import { DumpStore, NoDump } from "./dumpStore.ts";
import { growthText, dumpListText } from "./dumpText.ts";
import { readHeap } from "./heap/readHeap.ts";
import { systemCallWords } from "./systemCalls.ts";
import { threadsOf } from "./threads.ts";

const folder = mkdtempSync("/tmp/holdfast-dumps-");
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => {
  const path = join(folder, String(++count));
  mkdirSync(path);
  return path;
};

test("a process sends its report and its heap, which nobody else may read", async () => {
  const path = fresh();

  const { bytes, paused } = await receive(path, { order: () => void sendDump(join(path, "socket")) });

  const [heap, report] = [join(path, "heap"), join(path, "report")];
  assert.deepEqual(
    [statSync(heap).size, statSync(heap).mode & 0o777, statSync(report).mode & 0o777],
    [bytes, 0o600, 0o600],
  );
  assert.ok(0 < paused && paused < 60_000);
  assert.ok(1000 < (await readHeap(heap)).things);
  const said: unknown = JSON.parse(readFileSync(report, "utf8"));
  assert.deepEqual(Object.keys(Object(said)).includes("libuv"), true);
  assert.equal("environmentVariables" in Object(said), false);
  assert.deepEqual(readdirSync(path).toSorted(), ["heap", "report"]);
});

test("of a dump that is too large, unfinished, late or somebody else's nothing is left", async () => {
  const whole = Buffer.concat([frameHeader("heap", 9), Buffer.alloc(9)]);
  const socketOf = (path: string) => connect(join(path, "socket")).on("error", () => {});
  const rows = [
    [{ atMost: 8 }, (path: string) => void socketOf(path).write(whole), /larger than/u],
    [{}, (path: string) => void socketOf(path).end(whole.subarray(0, 7)), /ended before its dump was whole/u],
    [{}, (path: string) => void socketOf(path).write("GET / HTTP/1.1\r\n\r\n"), /no part of a dump/u],
    [{}, (path: string) => void socketOf(path).write(frameHeader("heap", 0xffff_ffff)), /4294967295 bytes/u],
    [{ within: 100 }, (path: string) => void socketOf(path).write(whole), /no whole dump within 0.1 s/u],
    [{ pid: 1, within: 200 }, (path: string) => void socketOf(path).write(whole), /no whole dump within/u],
    [{}, () => Promise.reject(new Error("it is of an older version")), /older version/u],
  ] as const;
  for (const [options, order, why] of rows) {
    const path = fresh();
    await assert.rejects(receive(path, { ...options, order: () => order(path) }), why);
    assert.deepEqual(readdirSync(path), []);
  }
});

test("a disk that becomes full leaves no half of a dump", { skip: !isRoot() }, async (t) => {
  const path = tmpfs(t, "200k");
  const piece = Buffer.alloc(60_000);
  const order = () => {
    const socket = connect(join(path, "socket")).on("error", () => {});
    for (let index = 0; index < 20; index++) socket.write(Buffer.concat([frameHeader("heap", piece.length), piece]));
  };

  await assert.rejects(receive(path, { order }), { code: "ENOSPC" });

  assert.deepEqual(readdirSync(path), []);
});

test("a dump that has no room is refused with the numbers", { skip: !isRoot() }, (t) => {
  const path = tmpfs(t, "8m");
  const store = new DumpStore(path, 2e6);

  store.requireRoom(6e6);
  assert.throws(() => store.requireRoom(7e6), {
    message: new RegExp(
      `^There is no room for this dump: it needs up to 7 MB in ${path}, and 2 MB are left to others; 9 MB are`,
    ),
  });
});

test("one dump is taken at a time, and one that was killed is cleared away", () => {
  const store = new DumpStore(fresh());
  const unlock = store.lock();
  assert.throws(() => store.lock(), new NoDump(`A dump is being taken already, by process ${process.pid}.`));
  unlock();
  const gone = spawn("true", { stdio: "ignore" }).pid;
  writeFileSync(join(store.folder, "lock"), String(gone === undefined ? 0 : 0x7ffffff0));
  mkdirSync(join(store.folder, "2026-11-20T10-30-00"));
  store.lock()();
  assert.deepEqual(readdirSync(store.folder), []);
});

test("of the newest dumps everything is kept, of older ones what was in them", () => {
  const store = new DumpStore(fresh());
  for (let index = 0; index < 55; index++) {
    const path = store.begin(wallTime(Date.UTC(2026, 10, 20, 10, 0, Math.floor(index / 2))));
    writeFileSync(join(path, "service-1.heapsnapshot"), "…");
    store.finish(path, dump({ at: index }));
  }

  const kept = store.list();
  assert.deepEqual([kept.length, kept.filter(({ hasFiles }) => hasFiles).length], [50, 5]);
  assert.deepEqual([kept[0]?.name, kept[1]?.name], ["2026-11-20T10-00-27", "2026-11-20T10-00-26_2"]);
  assert.equal(store.find("../../etc"), undefined);
  assert.equal(statSync(join(store.folder, kept[0]!.name)).mode & 0o777, 0o700);
  assert.match(dumpListText(kept.slice(0, 1), store.folder), /^NAME .*\n2026-11-20T10-00-27 .* 1 heaps, 0 cores/u);
});

test("growth is told against the same process, or else against another of its kind", () => {
  const heap = (bytes: number) => ({
    file: "x",
    bytes,
    paused: 1,
    summary: { things: 1, bytes, holders: [], types: [{ name: "Map", count: bytes / 1000, self: 0, retained: bytes }] },
  });
  const process = (pid: number, bytes: number): DumpedProcess => ({
    pid,
    program: "holdfast connection",
    role: "connection",
    threads: [],
    problems: [],
    heap: heap(bytes),
  });
  const earlier = [
    { name: "a", dump: dump({ at: 1, processes: [process(7, 100_000)] }) },
    { name: "b", dump: dump({ at: 2, processes: [process(8, 200_000)] }) },
    { name: "later", dump: dump({ at: 9, processes: [process(7, 1)] }) },
  ];

  const grown = growthSince(dump({ at: 5, processes: [process(7, 300_000), process(9, 300_000)] }), earlier);

  assert.deepEqual(
    grown.map(({ pid, before, bytes, types }) => [pid, before.name, before.isOther, bytes, types[0]?.count]),
    [
      [7, "a", false, 200_000, 200],
      [9, "b", true, 100_000, 100],
    ],
  );
  assert.match(growthText(grown), /Since a \(the same process\): 0\.2 MB more\n {6}\+0\.2 MB {7}200 {2}Map\n/u);
});

test("threads say what they wait for, without being stopped", async (t) => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const reader = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  t.after(() => [child, reader].map((each) => each.kill("SIGKILL")));
  const waits = (pid: number | undefined) => threadsOf(pid ?? 0)[0]?.waits ?? "";
  for (
    let tries = 0;
    tries < 600 && !(waits(child.pid).startsWith("sleeps") && /socket|pipe/u.test(waits(reader.pid)));
    tries++
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  assert.equal(waits(child.pid), "sleeps for a time (nanosleep)");
  assert.match(waits(reader.pid), /^waits for something to read \(read\): (?:socket|pipe):/u);
  assert.deepEqual(threadsOf(0x7ffffff0), []);
  assert.equal(systemCallWords(98, "arm64")?.waits, "waits for a lock or another thread (futex)");
  assert.equal(systemCallWords(98, "s390x"), undefined);
});

test("gdb's threads are read with their functions, the first thread first", () => {
  const said = [
    'Thread 2 (Thread 0x7f37 (LWP 25373) "DelayedTaskSche"):',
    "#0  0x00007f375b926cae in __GI_epoll_pwait (epfd=epfd@entry=11) at ../sysdeps/unix/epoll_pwait.c:40",
    "#1  0x00000000009e3305 in node::Start()::{lambda(void*)#1}::_FUN(void*) ()",
    "",
    'Thread 1 (Thread 0x7f2b5910e740 (LWP 25274) "sleep"):',
    "#0  __GI___clock_nanosleep (clock_id=clock_id@entry=0) at ../sysdeps/clock_nanosleep.c:71",
    "#1  0x000055fd0bea74af in ?? ()",
  ];
  assert.deepEqual(stacksOf(said.join("\n")), [
    { name: "sleep", frames: ["__GI___clock_nanosleep", "??"] },
    { name: "DelayedTaskSche", frames: ["__GI_epoll_pwait", "node::Start()::{lambda(void*)#1}::_FUN(void*)"] },
  ]);
});

function receive(
  path: string,
  options: { order: () => void | Promise<void>; pid?: number; atMost?: number; within?: number },
) {
  return receiveDump({
    socketPath: join(path, "socket"),
    group: undefined,
    pid: options.pid ?? process.pid,
    heapPath: join(path, "heap"),
    reportPath: join(path, "report"),
    atMost: options.atMost ?? 1e9,
    within: options.within ?? 60_000,
    order: async () => options.order(),
  });
}

function dump({ at, processes = [] }: { readonly at: number; readonly processes?: readonly DumpedProcess[] }): Dump {
  const heap = { file: "service-1.heapsnapshot", bytes: 3, paused: 1 };
  const service: DumpedProcess = {
    pid: 1,
    program: "holdfast service",
    role: "service",
    threads: [],
    heap,
    problems: [],
  };
  return { version: "0", at: wallTime(at), about: "the service", took: 1, processes: [service, ...processes] };
}

function tmpfs(t: TestContext, size: string): string {
  const path = fresh();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]);
  t.after(() => execFileSync("umount", [path]));
  return path;
}

function isRoot(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/mount");
}
