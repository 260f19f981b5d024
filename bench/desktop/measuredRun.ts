import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { MeasuredServer } from "../../tools/bench/measuredServer.ts";
import { ClientWatch } from "./clientWatch.ts";
import type { MeasuredStage } from "./measuredStage.ts";
import { startProfile } from "./processorProfile.ts";
import { processorUsed, bytesReceived, readUsage, type Usage } from "./usage.ts";
import type { Act, Workload } from "./workload.ts";

/** What one workload took on one server. */
export interface Run {
  /** In kbit/s, as the client's TCP received it. */
  readonly line: number;
  /** In per cent of a core, by who used it. */
  readonly processor: Readonly<Record<keyof Usage["processor"], number>>;
  /** How often in a second the client's screen showed another step; undefined: the workload has no steps. */
  readonly frames: number | undefined;
  readonly stepsPerSecond: number;
  /** From each step until the client's screen showed it or a later one, in milliseconds, the quickest first. */
  readonly delays: readonly number[];
}

/**
 * Prepares the workload, waits until the line is quiet, and measures for so many seconds. `profile`: a folder for what
 * the connection's process, one of Node, does meanwhile.
 */
export async function measuredRun(
  server: MeasuredServer,
  stage: MeasuredStage,
  workload: Workload,
  { seconds, profile }: { readonly seconds: number; readonly profile?: string | undefined },
): Promise<Run> {
  const client = { pid: stage.client.pid, port: server.port };
  const act = await workload.prepare(stage);
  await quietLine(server.port);
  if (stage.client.exitCode !== undefined) throw new Error(`the client has ended: ${stage.client.output}`);
  using watch = act.shown === undefined ? undefined : new ClientWatch(stage.client.xvfb.framebufferPath, act.shown);
  // Not counted: caches are filled, programs compiled.
  const warmed = await perform(act, watch, 1, warmUp);
  // Encoders are started when they are wanted first.
  const processes = await server.processes();
  const [connection = 0] = processes.connection;
  const endProfile = profile === undefined ? undefined : await startProfile(connection);
  const framesBefore = watch?.frames ?? 0;
  const delaysBefore = watch?.delays.length ?? 0;
  const before = readUsage(processes, client);
  const startedAt = performance.now();
  const steps = (await perform(act, watch, warmed, 1000 * seconds)) - warmed;
  const took = performance.now() - startedAt;
  const after = readUsage(processes, client);
  const frames = (watch?.frames ?? 0) - framesBefore;
  if (profile !== undefined) await endProfile?.(join(profile, `${workload.name}.cpuprofile`));
  await evenLine(watch);
  if (watch !== undefined && frames === 0) throw new Error("the client has shown nothing of it");
  const share = (who: keyof Usage["processor"]): number => (100 * processorUsed(before, after, who)) / took;
  return {
    line: ((after.bytes - before.bytes) * 8) / took,
    processor: {
      connection: share("connection"),
      keeper: share("keeper"),
      xServer: share("xServer"),
      client: share("client"),
    },
    frames: watch === undefined ? undefined : (1000 * frames) / took,
    stepsPerSecond: (1000 * steps) / took,
    delays: watch?.delays.slice(delaysBefore).toSorted((a, b) => a - b) ?? [],
  };
}

/** Makes steps for so many milliseconds, from `first` on; gives the number of the next. */
async function perform(act: Act, watch: ClientWatch | undefined, first: number, milliseconds: number): Promise<number> {
  if (act.stepsPerSecond === 0) return (await delay(milliseconds), first);
  const start = performance.now();
  let step = first;
  while (performance.now() < start + milliseconds) {
    watch?.noteStep();
    await act.step(step++);
    const due = start + ((step - first) * 1000) / act.stepsPerSecond;
    await delay(Math.max(0, due - performance.now()));
  }
  return step;
}

/** Until what was drawn last is shown; a client that never shows it has lost it. */
async function evenLine(watch: ClientWatch | undefined): Promise<void> {
  if (watch === undefined) return;
  for (let look = 0; look < 200 && !watch.isEven; look++) await delay(10);
}

/** Until hardly anything has been sent for a second, pictures that became exact included. */
async function quietLine(port: number): Promise<void> {
  let before = bytesReceived(port);
  for (let look = 0; look < quietLooks; look++) {
    await delay(1500);
    const bytes = bytesReceived(port);
    if (bytes - before < quietBytes) return;
    before = bytes;
  }
}

const warmUp = 1500;
const quietLooks = 12;
const quietBytes = 2000;
