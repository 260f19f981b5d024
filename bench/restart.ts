import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { seconds } from "#base/units.ts";
import { ClientFailed } from "#diagnostics/client/clientFailed.ts";
import type { RdpClient } from "#diagnostics/client/rdpClient.ts";
import { eventually } from "../test/interop/harness/eventually.ts";
import { testUser, type TestUser } from "../test/interop/harness/users.ts";
import { connectTo, measuredHoldfast, script, type MeasuredHoldfast } from "../tools/bench/measuredServer.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";

export const question = "What do twenty people who type, and those who arrive, notice of a restart?";

/** Each types ten keys a second into a terminal; the service restarts in the middle. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  const folder = mkdtempSync("/tmp/bench-restart-");
  chmodSync(folder, 0o755);
  const terminal = "xterm -geometry 80x24+0+0 -e sh -c 'stty raw -echo; exec cat >\"$HOME/typed\"'";
  try {
    await using server = await measuredHoldfast(script(join(folder, "startwm"), `exec ${terminal}`));
    await using people = new AsyncDisposableStack();
    const users: TestUser[] = [];
    for (let each = 0; each < peopleCount; each++) users.push(people.use(await testUser()));
    say(`${peopleCount} clients connect`);
    const clients = people.use(new AsyncDisposableStack());
    const typists: Typist[] = [];
    for (const user of users) typists.push(await seat(server, user, clients));
    const figures: Figure[] = [];
    for (const [way, restart] of Object.entries(ways)) {
      say(way);
      figures.push(...(await measure(server, typists, way, restart)));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Typist {
  readonly user: TestUser;
  readonly client: RdpClient;
}

/** A client whose terminal has the keyboard. */
async function seat(server: MeasuredHoldfast, user: TestUser, clients: AsyncDisposableStack): Promise<Typist> {
  const client = clients.use(await connectTo({ ...server, user }, { picture: "ignored" }));
  await eventually("the terminal is there", () => existsSync(join(user.home, "typed")));
  await eventually("the terminal hears the keys", async () => {
    client.moveTo(100, 100);
    client.pressKey(letter);
    await delay(100);
    return 0 < typedBy(user);
  });
  return { user, client };
}

async function measure(
  server: MeasuredHoldfast,
  typists: readonly Typist[],
  way: string,
  restart: (server: MeasuredHoldfast) => Promise<void>,
): Promise<readonly Figure[]> {
  await delay(settlesIn);
  const before = typists.map(({ user }) => typedBy(user));
  const stop = new AbortController();
  const typing = typists.map((typist) => type(typist, stop.signal));
  await delay(beforeRestart);
  const newcomer = arrivals(server, stop.signal);
  await restart(server);
  await delay(afterRestart);
  stop.abort();
  const typed = await Promise.all(typing);
  const { served, refused } = await newcomer;
  await delay(settlesIn);
  const lost = typists.map(({ user }, index) => typed[index]!.keys - (typedBy(user) - before[index]!));
  const figure = (name: string, unit: string, sample: number): Figure => ({
    name: `${way}: ${name}`,
    unit,
    better: "less",
    samples: [sample],
  });
  return [
    figure("clients dropped", "clients", typed.filter(({ dropped }) => dropped).length),
    figure(
      "keys lost",
      "keys",
      lost.reduce((sum, each) => sum + Math.max(0, each), 0),
    ),
    figure("longest pause of a typist", "ms", Math.max(...typed.map(({ pause }) => pause))),
    figure("longest wait of a newcomer", "ms", Math.max(0, ...served)),
    figure("newcomers refused", "clients", refused),
  ];
}

/** Until it is told to stop. `pause`: the longest time in which a key that was pressed did not arrive. */
async function type({ user, client }: Typist, stop: AbortSignal) {
  let keys = 0;
  let pause = 0;
  try {
    while (!stop.aborted) {
      const arrived = typedBy(user);
      const pressed = performance.now();
      client.pressKey(letter);
      keys++;
      while (typedBy(user) === arrived && performance.now() - pressed < arrivesWithin) await delay(5);
      pause = Math.max(pause, performance.now() - pressed);
      await delay(betweenKeys);
    }
    return { keys, pause, dropped: false };
  } catch (error) {
    if (!(error instanceof ClientFailed)) throw error;
    return { keys, pause, dropped: true };
  }
}

/** One after the other, up to the sign-in screen; how long each took, in milliseconds. */
async function arrivals(server: MeasuredHoldfast, stop: AbortSignal) {
  const served: number[] = [];
  let refused = 0;
  while (!stop.aborted) {
    const begun = performance.now();
    try {
      const client = await connectTo(server, { user: "", password: "", picture: "ignored", deadline: seconds(10) });
      served.push(performance.now() - begun);
      client.destroy();
    } catch (error) {
      if (!(error instanceof ClientFailed)) throw error;
      refused++;
    }
    await delay(betweenNewcomers);
  }
  return { served, refused };
}

function typedBy({ home }: TestUser): number {
  const path = join(home, "typed");
  return existsSync(path) ? statSync(path).size : 0;
}

const ways = {
  SIGHUP: async ({ host }: MeasuredHoldfast) => {
    process.kill(host.servicePid, "SIGHUP");
    await host.restarted(1);
  },
  "kill -9 and start": async ({ host }: MeasuredHoldfast) => {
    await host.killService();
    await host.startAgain();
  },
};
const peopleCount = 20;
/** A. */
const letter = 0x1e;
const betweenKeys = 100;
const betweenNewcomers = 200;
const arrivesWithin = 10_000;
const beforeRestart = 2000;
const afterRestart = 4000;
const settlesIn = 3000;
