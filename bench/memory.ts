import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Size } from "#base/geometry.ts";
import { seconds } from "#base/units.ts";
import type { RdpClient } from "#diagnostics/client/rdpClient.ts";
import { testUser, type TestUser } from "../test/interop/harness/users.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";
import { knownDesktop, type KnownDesktop } from "../tools/bench/knownDesktop.ts";
import { connectTo, measuredHoldfast, type MeasuredHoldfast } from "../tools/bench/measuredServer.ts";

export const question = "How much memory does each process have of its own, in MB of PSS?";

/** PSS shares what several processes map among them: with more sessions each costs less. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  using desktop = knownDesktop();
  await using server = await measuredHoldfast(desktop.startWm);
  await using others = new AsyncDisposableStack();
  const figures: Figure[] = [];
  for (const [at, size] of sizes.entries()) {
    say(`one session at ${size.width}×${size.height}`);
    await using _client = await settled(server, server.user, desktop, size);
    const where = `1 session, ${size.width}x${size.height}`;
    figures.push(...(at === 0 ? await idle(server) : []), ...(await sessionFigures(server, where)));
  }
  say(`${many} sessions`);
  const [size] = sizes;
  const users = [server.user];
  while (users.length < many) users.push(others.use(await testUser()));
  for (const user of users) others.use(await connected(server, user, desktop, size));
  await delay(settlesIn);
  figures.push(...(await sessionFigures(server, `${many} sessions, ${size.width}x${size.height}`)));
  await server.endSessions();
  return figures;
}

async function settled(server: MeasuredHoldfast, user: TestUser, desktop: KnownDesktop, size: Size) {
  const client = await connected(server, user, desktop, size);
  await delay(settlesIn);
  return client;
}

async function connected(
  server: MeasuredHoldfast,
  user: TestUser,
  desktop: KnownDesktop,
  size: Size,
): Promise<RdpClient> {
  const client = await connectTo({ ...server, user }, { size });
  await client.waitFor("the desktop", () => desktop.isShown(client.picture), seconds(20));
  return client;
}

/** What is there without any session. */
async function idle({ host }: MeasuredHoldfast): Promise<readonly Figure[]> {
  const keepers = (await host.sessions()).map(({ keeperPid }) => keeperPid);
  const children = childrenOf(host.servicePid).filter((pid) => !keepers.includes(pid));
  return [
    figure("spare authenticator", children.filter(runs("authenticator"))),
    figure("spare keeper", children.filter(runs("keeper"))),
  ].filter(({ samples }) => 0 < samples.length);
}

async function sessionFigures({ host }: MeasuredHoldfast, where: string): Promise<readonly Figure[]> {
  const { sessions, connections } = await host.admin.call("sessions", {});
  const live = connections.map(({ pid }) => pid);
  const spare = childrenOf(host.servicePid).filter((pid) => !live.includes(pid) && runs("connection")(pid));
  const servers = sessions.map(({ serverPid }) => serverPid);
  const keepers = sessions.map(({ keeperPid }) => keeperPid);
  const sum = [...live, ...keepers, ...servers].reduce((megabytes, pid) => megabytes + pss(pid), 0);
  return [
    {
      name: `connection, keeper and X server, ${where}`,
      unit: "MB",
      better: "less",
      goal: 40,
      samples: [sum / sessions.length],
    },
    figure(`service, ${where}`, [host.servicePid]),
    figure(`spare connection, ${where}`, spare),
    figure(`connection, ${where}`, live),
    figure(`keeper, ${where}`, keepers),
    figure(`X server, ${where}`, servers),
    figure(`X server without its screen, ${where}`, servers, withoutScreen),
  ];
}

function figure(name: string, pids: readonly number[], measure: (pid: number) => number = pss): Figure {
  return { name, unit: "MB", better: "less", samples: pids.map(measure) };
}

function pss(pid: number): number {
  return kilobytes(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) / 1024;
}

/** Less the pages of the file that its clients map as well. */
function withoutScreen(pid: number): number {
  const maps = readFileSync(`/proc/${pid}/smaps`, "utf8").split(/^(?=[\da-f]+-[\da-f]+ )/mu);
  const screen = maps.filter((map) => map.split("\n", 1)[0]?.includes("Xvfb_screen0"));
  return pss(pid) - screen.reduce((sum, map) => sum + kilobytes(map), 0) / 1024;
}

function kilobytes(smaps: string): number {
  return Number(/^Pss:\s+(\d+) kB/mu.exec(smaps)?.[1] ?? 0);
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync(`/proc/${parent}/task`).flatMap((task) =>
    readFileSync(`/proc/${parent}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

const runs =
  (program: string) =>
  (pid: number): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(program);

const sizes = [
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
] as const;
const many = 5;
/** Garbage has been collected by then, and the desktop drawn. */
const settlesIn = 10_000;
