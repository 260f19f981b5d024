import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { measuredHoldfast, script, type MeasuredServer } from "../../tools/bench/measuredServer.ts";
import type { BenchContext, Figure } from "../../tools/bench/question.ts";
import { buildKernels } from "../../tools/kernels.ts";
import { measuredStage, quietDesktop, type MeasuredStage } from "../desktop/measuredStage.ts";
import { typing } from "../desktop/typing.ts";
import type { KernelEvent } from "./kernelEvents.ts";
import { noKernelTrace, startKernelTrace } from "./kernelTrace.ts";

/**
 * From when the bytes of a key are at the connection's socket until the connection hands the first encrypted bytes of
 * its picture to the kernel, as the kernel itself notes it: xfreerdp at a terminal of 1920 × 1080, nine keys a second.
 */
export async function keyToWrite(say: BenchContext["say"]): Promise<readonly Figure[]> {
  const impossible = noKernelTrace();
  if (impossible !== undefined) return (say(`key to TLS write is not measured: ${impossible}`), []);
  say("holdfast, key to TLS write");
  await buildKernels();
  const folder = mkdtempSync("/tmp/bench-latency-");
  chmodSync(folder, 0o755);
  try {
    await using server = await measuredHoldfast(script(join(folder, "startwm"), quietDesktop));
    await using stage = await measuredStage(server, { size, args: ["/gfx:AVC420"] });
    const keys = await typeAll(server, stage);
    const known = keys.filter((key) => key !== undefined);
    if (known.length < keys.length) say(`${keys.length - known.length} of ${keys.length} keys are left out`);
    if (known.length < keys.length * knownAtLeast) {
      throw new Error(`of ${keys.length} keys only ${known.length} can be followed from the client to their picture`);
    }
    return figuresOf(known);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The ways of one key, in milliseconds, one behind the other. */
interface KeyTimes {
  /** From its bytes at the socket until the process has read them. */
  readonly read: number;
  /** Until XTEST is written to the X server. */
  readonly given: number;
  /** Until the process has read that something was damaged: X server, program and X server again. */
  readonly drawn: number;
  /** Until the first bytes of the picture are written; what is damaged is asked of the X server meanwhile. */
  readonly written: number;
}

/** Of each key; undefined: it cannot be followed. */
async function typeAll(server: MeasuredServer, stage: MeasuredStage): Promise<readonly (KeyTimes | undefined)[]> {
  const act = await typing.prepare(stage);
  const [connection = 0] = (await server.processes()).connection;
  await delay(settlesIn);
  const type = async (from: number, count: number): Promise<readonly number[]> => {
    const pressed: number[] = [];
    for (let key = from; key < from + count; key++) {
      pressed.push(Number(process.hrtime.bigint() / 1000n));
      await act.step(key);
      await delay(betweenKeys);
    }
    return pressed;
  };
  await type(1, warmUpKeys);
  const descriptors = descriptorsOf(connection, server.port);
  using trace = startKernelTrace({ thread: connection, port: server.port });
  const pressed = await type(1 + warmUpKeys, countedKeys);
  const events = trace.events();
  return pressed.map((at, index) => {
    const until = pressed[index + 1] ?? at + 1000 * betweenKeys;
    return follow(
      events.filter((event) => at <= event.at && event.at < until),
      descriptors,
    );
  });
}

interface Descriptors {
  readonly client: number;
  readonly xServer: number;
}

/** What follows a key until the next one. The key's going up may come with it or in between; it changes nothing. */
function follow(events: readonly KernelEvent[], { client, xServer }: Descriptors): KeyTimes | undefined {
  let next = 0;
  const find = (is: KernelEvent["is"], descriptor?: number): number | undefined => {
    while (next < events.length) {
      const event = events[next++]!;
      if (event.is === is && event.descriptor === descriptor) return event.at / 1000;
    }
    return undefined;
  };
  const [arrived, read, given] = [find("arrived"), find("read", client), find("write", xServer)];
  const [drawn, written] = [find("read", xServer), find("write", client)];
  if (arrived === undefined || read === undefined || given === undefined) return undefined;
  if (drawn === undefined || written === undefined) return undefined;
  return { read: read - arrived, given: given - read, drawn: drawn - given, written: written - drawn };
}

/** Of the process's connections to its client and to the X server. */
function descriptorsOf(pid: number, port: number): Descriptors {
  const descriptorIn = (line: string | undefined): number => {
    const found = new RegExp(`pid=${pid},fd=(\\d+)`, "u").exec(line ?? "")?.[1];
    if (found === undefined) throw new Error(`the connections of process ${pid} are not known`);
    return Number(found);
  };
  const client = sockets(["-tnpH", "state", "established", `sport = :${port}`]).find((line) =>
    line.includes(`pid=${pid},`),
  );
  const local = sockets(["-xnpH"]);
  // A client's end has no path: the server's end names it.
  const xServers = local.flatMap((line) => /\/tmp\/\.X11-unix\/X\d+ \d+ +\* (\d+)/u.exec(line)?.[1] ?? []);
  const xServer = local.find(
    (line) => line.includes(`pid=${pid},`) && xServers.some((inode) => line.includes(`* ${inode} `)),
  );
  return { client: descriptorIn(client), xServer: descriptorIn(xServer) };
}

function sockets(words: readonly string[]): readonly string[] {
  return execFileSync("ss", words, { encoding: "utf8" }).split("\n");
}

function figuresOf(keys: readonly KeyTimes[]): readonly Figure[] {
  const own = ({ read, given, written }: KeyTimes): number => read + given + written;
  const ways: readonly Way[] = [
    { name: "key to TLS write", of: (key) => own(key) + key.drawn, goals: { median: 1, p99: 8 } },
    { name: "of that our own", of: own },
    { name: "of that until the key is read", of: ({ read }) => read },
    { name: "of that until XTEST is written", of: ({ given }) => given },
    { name: "of that X server and program", of: ({ drawn }) => drawn },
    { name: "of that from damage to TLS write", of: ({ written }) => written },
  ];
  return ways.flatMap(({ name, of, goals }) => {
    const samples = keys.map(of).toSorted((a, b) => a - b);
    const figure = (what: string, values: readonly number[], goal: number | undefined): Figure => ({
      name: `holdfast, ${name}${what}`,
      unit: "ms",
      better: "less",
      samples: values,
      ...(goal === undefined ? {} : { goal }),
    });
    const p99 = samples[Math.min(samples.length - 1, Math.floor(0.99 * samples.length))]!;
    return [figure("", samples, goals?.median), figure(", p99", [p99], goals?.p99)];
  });
}

interface Way {
  readonly name: string;
  readonly of: (key: KeyTimes) => number;
  readonly goals?: { readonly median: number; readonly p99: number };
}

const size = { width: 1920, height: 1080 };
const settlesIn = 3000;
/** The code that a key runs through is compiled again and again until it has been pressed a few hundred times. */
const warmUpKeys = 200;
const countedKeys = 240;
const betweenKeys = 110;
const knownAtLeast = 0.95;
