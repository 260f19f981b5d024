import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { noNetworks, startNetwork, type NetworkEnd, type TestNetwork } from "../test/interop/harness/network.ts";
import { badWay } from "../test/interop/harness/networkWays.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";
import { measuredHoldfast, script, type MeasuredServer } from "../tools/bench/measuredServer.ts";
import { measuredXrdp } from "../tools/bench/measuredXrdp.ts";
import { buildKernels } from "../tools/kernels.ts";
import { ClientWatch } from "./desktop/clientWatch.ts";
import { startFilm } from "./desktop/films.ts";
import { measuredStage, quietDesktop } from "./desktop/measuredStage.ts";
import { startTerminal } from "./desktop/terminal.ts";
import { echoing, typed } from "./desktop/typing.ts";

export const question =
  "How soon does somebody see what he types beside a film, at the end of a line of 150 ms, 2 Mbit/s and 1 % loss? (--seconds N, --server holdfast|xrdp, --congestion ALGORITHM)";

/** The same stock client at each server by the best way that it has there; both servers on a machine as Debian is. */
export async function run({ say, option }: BenchContext): Promise<readonly Figure[]> {
  const impossible = noNetworks();
  if (impossible !== undefined) throw new Error(impossible);
  const seconds = Number(option("seconds") ?? usualSeconds);
  const congestion = option("congestion") ?? usualCongestion;
  const only = option("server");
  await buildKernels();
  const folder = mkdtempSync("/tmp/bench-line-");
  chmodSync(folder, 0o755);
  const figures: Figure[] = [];
  try {
    const startWm = script(join(folder, "startwm"), quietDesktop);
    for (const [name, { args, start }] of Object.entries(servers)) {
      if (only !== undefined && only !== name) continue;
      await using network = await startNetwork();
      for (const end of [network.hostEnd, network.clientEnd]) setCongestion(end, congestion);
      await using server = await start(startWm, network.hostEnd, say);
      if (server === undefined) continue;
      say(`${name}, ${congestion}`);
      figures.push(...figuresOf(name, await measure(server, network, { args, seconds, say })));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  /** From each key until its letter is on the client's screen, in milliseconds. */
  readonly echoes: readonly number[];
  /** From when a picture of the film was drawn until the client showed it, for those that it showed. */
  readonly ages: readonly number[];
  readonly picturesPerSecond: number;
  /** Bytes that the server's TCP has and the client's has not acknowledged, now and then. */
  readonly sendQueue: readonly number[];
  /** Bytes before the narrow part of the line, now and then. */
  readonly lineQueue: readonly number[];
  readonly kilobitsPerSecond: number;
}

async function measure(
  server: MeasuredServer,
  network: TestNetwork,
  { args, seconds, say }: { readonly args: readonly string[]; readonly seconds: number; readonly say: Say },
): Promise<Measured> {
  const { hostEnd, clientEnd: end } = network;
  await using stage = await measuredStage(server, { size, args, end, address: hostEnd.address });
  const playing = await startFilm(stage, { x: 640, y: 0, width: 1280, height: 720 });
  const terminal = await startTerminal(stage, { columns: 60, rows: 30, x: 0, y: 0 }, ["-e", echoing]);
  stage.keys.moveTo(200, 300);
  const act = typed(stage, terminal);
  // What is there at first would take the bad line half a minute; nobody measures that.
  await delay(settlesIn);
  await network.shape({ toHost: badWay, toClient: badWay });
  const path = stage.client.xvfb.framebufferPath;
  using film = new ClientWatch(path, { is: "number", cells: playing.window.stepCells({ x: 0, y: 0 }) });
  using keys = new ClientWatch(path, act.shown!);
  let picture = 0;
  const player = setInterval(() => {
    film.noteStep();
    playing.step(++picture);
  }, 1000 / 30);
  stage.onEnd(() => clearInterval(player));
  let key = 0;
  const type = async (milliseconds: number, each: () => Promise<void>): Promise<void> => {
    const since = performance.now();
    while (performance.now() - since < milliseconds) {
      keys.noteStep();
      await act.step(++key);
      // Any change counts as the last key's: so there is one at a time.
      const pressedAt = performance.now();
      while (!keys.isEven && performance.now() - pressedAt < givenUpAfter) await delay(5);
      await each();
      await delay(betweenKeys + (key % 8) * 4);
    }
  };
  await type(warmUp, () => Promise.resolve());
  const [echoesBefore, agesBefore, bytesBefore] = [keys.delays.length, film.ages.length, bytesReceived(end)];
  const [sendQueue, lineQueue]: [number[], number[]] = [[], []];
  const startedAt = performance.now();
  await type(1000 * seconds, async () => {
    sendQueue.push(sendQueueOf(hostEnd, server.port));
    lineQueue.push((await network.waiting()).toClient);
  });
  const took = performance.now() - startedAt;
  const ages = film.ages.slice(agesBefore);
  const bytes = bytesReceived(end) - bytesBefore;
  for (let look = 0; look < 300 && !keys.isEven; look++) await delay(10);
  clearInterval(player);
  say(`send queue: ${courseOf(sendQueue)}`);
  say(`line queue: ${courseOf(lineQueue)}`);
  await network.mend();
  return {
    echoes: keys.delays.slice(echoesBefore),
    ages,
    picturesPerSecond: (1000 * ages.length) / took,
    sendQueue,
    lineQueue,
    kilobitsPerSecond: (8 * bytes) / took,
  };
}

type Say = BenchContext["say"];

function figuresOf(server: string, measured: Measured): readonly Figure[] {
  const figure = (what: string, unit: string, value: number, goal?: number): Figure => ({
    name: `${server}: ${what}`,
    unit,
    better: what.startsWith("pictures") || what === "line" ? "more" : "less",
    samples: [value],
    ...(server === "holdfast" && goal !== undefined ? { goal } : {}),
  });
  const [echoes, ages] = [sorted(measured.echoes), sorted(measured.ages)];
  const [sendQueue, lineQueue] = [sorted(measured.sendQueue), sorted(measured.lineQueue)];
  return [
    figure("echo", "ms", at(echoes, 0.5), echoGoal),
    figure("echo, p95", "ms", at(echoes, 0.95)),
    figure("echo, p99", "ms", at(echoes, 0.99)),
    figure("pictures of the film", "/s", measured.picturesPerSecond),
    figure("age of a picture", "ms", at(ages, 0.5)),
    figure("age of a picture, p95", "ms", at(ages, 0.95)),
    figure("in flight", "kB", at(sendQueue, 0.5) / 1000),
    figure("in flight, most", "kB", at(sendQueue, 1) / 1000),
    figure("queue of the line", "kB", at(lineQueue, 0.5) / 1000),
    figure("queue of the line, most", "kB", at(lineQueue, 1) / 1000),
    figure("line", "kbit/s", measured.kilobitsPerSecond),
  ];
}

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

/** Infinity: there is none; what never came was never shown. */
function at(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Infinity;
}

/** Ten means, in kilobytes, from the beginning to the end. */
function courseOf(values: readonly number[]): string {
  const length = Math.ceil(values.length / 10);
  const parts = Array.from({ length: 10 }, (_, part) => values.slice(part * length, (part + 1) * length));
  return `${parts.map((part) => (mean(part) / 1000).toFixed(0)).join(" ")} kB`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / (values.length || 1);
}

/** For all that is opened on this machine from now on; one that the kernel allows to everybody. */
function setCongestion({ enter }: NetworkEnd, algorithm: string): void {
  enteredBy(enter, ["sysctl", "-qw", `net.ipv4.tcp_congestion_control=${algorithm}`]);
}

/** Of all connections of the server's port. */
function sendQueueOf({ enter }: NetworkEnd, port: number): number {
  const lines = enteredBy(enter, ["ss", "-tnOH", "state", "established", `sport = :${port}`])
    .trim()
    .split("\n");
  return lines.reduce((sum, line) => sum + Number(/^\s*\d+\s+(\d+)/u.exec(line)?.[1] ?? 0), 0);
}

/** By the client's machine, in all connections that it has. */
function bytesReceived({ enter }: NetworkEnd): number {
  const lines = enteredBy(enter, ["ss", "-tinOH", "state", "established"]);
  return [...lines.matchAll(/\bbytes_received:(\d+)/gu)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

function enteredBy(enter: readonly string[], command: readonly string[]): string {
  const [program = "", ...words] = [...enter, ...command];
  return execFileSync(program, words, { encoding: "utf8" });
}

const servers = {
  holdfast: {
    args: ["/gfx:AVC420"],
    start: (startWm: string, end: NetworkEnd): Promise<MeasuredServer | undefined> =>
      measuredHoldfast(startWm, { settings: "KeepAliveSeconds = 30", end }),
  },
  xrdp: {
    args: ["/rfx"],
    start: (startWm: string, end: NetworkEnd, say: Say) => measuredXrdp(startWm, say, end),
  },
};
const size = { width: 1920, height: 1080 };
const usualSeconds = 30;
/** Every kernel has it; Debian's cubic does as it does on a line with so much loss. */
const usualCongestion = "reno";
const betweenKeys = 50;
const givenUpAfter = 5000;
const settlesIn = 3000;
const warmUp = 10_000;
/** The round trip and 50 ms. */
const echoGoal = 200;
