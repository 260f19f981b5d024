import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchContext, Figure } from "../tools/bench/question.ts";
import { measuredHoldfast, script, type MeasuredServer } from "../tools/bench/measuredServer.ts";
import { measuredXrdp } from "../tools/bench/measuredXrdp.ts";
import { buildKernels } from "../tools/kernels.ts";
import { drag } from "./desktop/drag.ts";
import { typingBesideVideo, video, videoCall } from "./desktop/films.ts";
import { measuredRun, type Run } from "./desktop/measuredRun.ts";
import { measuredStage, quietDesktop } from "./desktop/measuredStage.ts";
import { editor, pager } from "./desktop/reading.ts";
import { browser, spreadsheet } from "./desktop/scrolling.ts";
import { slides } from "./desktop/slides.ts";
import { flood, terminal } from "./desktop/terminal.ts";
import { idle, typing } from "./desktop/typing.ts";
import type { Workload } from "./desktop/workload.ts";

export const question =
  "What do the things that people do on a desktop of 1920 × 1080 cost, and how soon does the client show them? (--only WORKLOAD, --seconds N, --server holdfast|xrdp, --profile FOLDER)";

/** The same stock client, xfreerdp, at each server by the best way that it has there; one connection at a time. */
export async function run({ say, option }: BenchContext): Promise<readonly Figure[]> {
  const only = option("only");
  const chosen = workloads.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) throw new Error(`the workloads are: ${workloads.map(({ name }) => name).join(", ")}`);
  const seconds = Number(option("seconds") ?? usualSeconds);
  const server = option("server");
  await buildKernels();
  const folder = mkdtempSync("/tmp/bench-desktop-");
  chmodSync(folder, 0o755);
  try {
    const startWm = script(join(folder, "startwm"), quietDesktop);
    const profile = option("profile");
    const ours = server === "xrdp" ? undefined : await measureHoldfast(startWm, chosen, { seconds, say, profile });
    const theirs = server === "holdfast" ? undefined : await measureXrdp(startWm, chosen, { seconds, say });
    return chosen.flatMap((workload) => [
      ...figuresOf("holdfast", workload, ours?.get(workload)),
      ...figuresOf("xrdp", workload, theirs?.get(workload)),
      ...ratios(workload, ours?.get(workload), theirs?.get(workload)),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Runs = ReadonlyMap<Workload, Run>;

interface Measuring {
  readonly seconds: number;
  readonly say: BenchContext["say"];
  readonly profile?: string | undefined;
}

async function measureHoldfast(startWm: string, chosen: readonly Workload[], how: Measuring): Promise<Runs> {
  await using server = await measuredHoldfast(startWm, { settings: "KeepAliveSeconds = 30" });
  return await measureAll(server, ["/gfx:AVC420"], chosen, how);
}

async function measureXrdp(startWm: string, chosen: readonly Workload[], how: Measuring): Promise<Runs | undefined> {
  await using server = await measuredXrdp(startWm, how.say);
  return server === undefined ? undefined : await measureAll(server, ["/rfx"], chosen, how);
}

async function measureAll(
  server: MeasuredServer,
  args: readonly string[],
  chosen: readonly Workload[],
  { seconds, say, profile }: Measuring,
): Promise<Runs> {
  const runs = new Map<Workload, Run>();
  for (const workload of chosen) {
    say(`${server.name}: ${workload.name}`);
    await using stage = await measuredStage(server, { size, args });
    runs.set(workload, await measuredRun(server, stage, workload, { seconds, profile }));
  }
  return runs;
}

function figuresOf(server: string, { name, goals = {} }: Workload, run: Run | undefined): readonly Figure[] {
  if (run === undefined) return [];
  const { connection, keeper, xServer, client } = run.processor;
  const isOurs = server === "holdfast";
  const at = (share: number): number =>
    run.delays[Math.min(run.delays.length - 1, Math.floor(share * run.delays.length))]!;
  const figure = (what: string, unit: string, value: number, goal?: number): Figure => ({
    name: `${name}, ${server}: ${what}`,
    unit,
    better: what === "pictures" || what === "steps" ? "more" : "less",
    samples: [value],
    ...(isOurs && goal !== undefined ? { goal } : {}),
  });
  const seen =
    run.frames === undefined ? [] : [figure("steps", "/s", run.stepsPerSecond), figure("pictures", "/s", run.frames)];
  const delays =
    run.delays.length === 0 ? [] : [figure("delay", "ms", at(0.5), goals.delay), figure("delay, p99", "ms", at(0.99))];
  return [
    figure("line", "kbit/s", run.line, goals.line),
    figure("connection", "%", connection, goals.processor),
    figure("keeper", "%", keeper),
    figure("X server", "%", xServer),
    figure("client", "%", client),
    ...seen,
    ...delays,
  ];
}

function ratios({ name, goals = {} }: Workload, ours: Run | undefined, theirs: Run | undefined): readonly Figure[] {
  if (ours === undefined || theirs === undefined) return [];
  const ratio = (what: string, value: number, goal?: number): Figure => ({
    name: `${name}, xrdp in ours: ${what}`,
    unit: "times",
    better: "more",
    samples: [value],
    ...(goal === undefined ? {} : { goal }),
  });
  const [ourDelay, theirDelay] = [median(ours), median(theirs)];
  return [
    ratio("line", theirs.line / ours.line, goals.times),
    ratio("processor of the server", served(theirs) / served(ours)),
    ...(ourDelay === undefined || theirDelay === undefined ? [] : [ratio("delay", theirDelay / ourDelay)]),
  ];
}

function served({ processor }: Run): number {
  return processor.connection + processor.keeper + processor.xServer;
}

function median({ delays }: Run): number | undefined {
  return delays[delays.length >> 1];
}

const workloads: readonly Workload[] = [
  idle,
  typing,
  terminal,
  flood,
  pager,
  drag,
  browser,
  video,
  videoCall,
  typingBesideVideo,
  spreadsheet,
  editor,
  slides,
];
const size = { width: 1920, height: 1080 };
const usualSeconds = 10;
