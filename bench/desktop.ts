import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchContext, Figure } from "../tools/bench/question.ts";
import { measuredHoldfast, script, type MeasuredServer } from "../tools/bench/measuredServer.ts";
import { measuredShadow } from "../tools/bench/measuredShadow.ts";
import { measuredXrdp } from "../tools/bench/measuredXrdp.ts";
import { buildKernels } from "../tools/kernels.ts";
import { thrownWords } from "../tools/thrownWords.ts";
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
  "What do the things that people do on a desktop of 1920 × 1080 cost, and how soon does the client show them? (--only WORKLOAD, --seconds N, --server holdfast|xrdp|shadow, --profile FOLDER)";

/** The same stock client, xfreerdp, at each server by the best way that it has there; one connection at a time. */
export async function run({ say, option }: BenchContext): Promise<readonly Figure[]> {
  const only = option("only");
  const chosen = workloads.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) throw new Error(`the workloads are: ${workloads.map(({ name }) => name).join(", ")}`);
  const seconds = Number(option("seconds") ?? usualSeconds);
  const server = option("server");
  const asked = servers.filter(({ name }) => server === undefined || name === server);
  if (asked.length === 0) throw new Error(`the servers are: ${servers.map(({ name }) => name).join(", ")}`);
  await buildKernels();
  const folder = mkdtempSync("/tmp/bench-desktop-");
  chmodSync(folder, 0o755);
  try {
    const startWm = script(join(folder, "startwm"), quietDesktop);
    const runs = new Map<ServerName, Runs>();
    for (const each of asked) {
      runs.set(each.name, await measureServer(each, startWm, chosen, { seconds, say, profile: option("profile") }));
    }
    return chosen.flatMap((workload) => figuresOfAll(workload, runs));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type ServerName = MeasuredServer["name"];
type Runs = ReadonlyMap<Workload, Run>;

/** A server, and the best way to it that xfreerdp has. */
interface ServerToMeasure {
  readonly name: ServerName;
  readonly args: readonly string[];
  /** undefined: it cannot run here, and the reason has been told. */
  start(startWm: string, say: BenchContext["say"]): Promise<MeasuredServer | undefined>;
}

interface Measuring {
  readonly seconds: number;
  readonly say: BenchContext["say"];
  readonly profile: string | undefined;
}

async function measureServer(
  { args, start }: ServerToMeasure,
  startWm: string,
  chosen: readonly Workload[],
  how: Measuring,
): Promise<Runs> {
  const runs = new Map<Workload, Run>();
  await using server = await start(startWm, how.say);
  if (server === undefined) return runs;
  for (const workload of chosen) {
    how.say(`${server.name}: ${workload.name}`);
    const run = await measure(server, args, workload, how);
    if (run !== undefined) runs.set(workload, run);
  }
  return runs;
}

/** What a peer cannot do ends no measurement; undefined: it was left out, and the reason told. */
async function measure(
  server: MeasuredServer,
  args: readonly string[],
  workload: Workload,
  { seconds, say, profile }: Measuring,
): Promise<Run | undefined> {
  const isOurs = server.name === "holdfast";
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      await using stage = await measuredStage(server, { size, args });
      // What others do is no program of Node.
      return await measuredRun(server, stage, workload, { seconds, profile: isOurs ? profile : undefined });
    } catch (error) {
      if (isOurs) throw error;
      say(`${server.name} has failed at ${workload.name} (${attempt} of ${attempts}): ${thrownWords(error)}`);
      await server.endSessions();
    }
  }
  return undefined;
}

function figuresOfAll(workload: Workload, runs: ReadonlyMap<ServerName, Runs>): readonly Figure[] {
  const of = (name: ServerName): Run | undefined => runs.get(name)?.get(workload);
  const ours = of("holdfast");
  return [
    ...servers.flatMap(({ name }) => figuresOf(name, workload, of(name))),
    ...peers.flatMap((peer) => ratios(workload, ours, { name: peer, run: of(peer) })),
  ];
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

function ratios(
  { name, goals = {} }: Workload,
  ours: Run | undefined,
  { name: peer, run: theirs }: { readonly name: ServerName; readonly run: Run | undefined },
): readonly Figure[] {
  if (ours === undefined || theirs === undefined) return [];
  const ratio = (what: string, value: number, goal?: number): Figure => ({
    name: `${name}, ${peer} in ours: ${what}`,
    unit: "times",
    better: "more",
    samples: [value],
    ...(goal === undefined ? {} : { goal }),
  });
  const [ourDelay, theirDelay] = [median(ours), median(theirs)];
  return [
    ratio("line", theirs.line / ours.line, peer === "xrdp" ? goals.times : undefined),
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
const servers: readonly ServerToMeasure[] = [
  {
    name: "holdfast",
    args: ["/gfx:AVC420"],
    start: (startWm) => measuredHoldfast(startWm, { settings: "KeepAliveSeconds = 30" }),
  },
  { name: "xrdp", args: ["/rfx"], start: (startWm, say) => measuredXrdp(startWm, say) },
  { name: "shadow", args: ["/gfx:AVC420"], start: (startWm, say) => measuredShadow(startWm, size, say) },
];
const peers = servers.map(({ name }) => name).filter((name) => name !== "holdfast");
const usualSeconds = 10;
const attempts = 3;
