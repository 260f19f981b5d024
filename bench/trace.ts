import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { startXfreerdp } from "../test/interop/harness/clients.ts";
import { startHoldfast } from "../test/interop/harness/holdfast.ts";
import { testUser } from "../test/interop/harness/users.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";

export const question = "What does it cost a connection that it remembers its last messages for `holdfast trace save`?";

/**
 * Two hosts at the same time, of which one remembers nothing, each with xfreerdp at a terminal that scrolls ten times a
 * second, and a user who types. The difference lies around zero, so that none is accepted: its goal counts.
 */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  await using on = await atWork("");
  await using off = await atWork("TraceRingKilobytes = 0");
  const samples: { on: number; off: number }[] = [];
  await delay(settlesIn);
  for (let round = 1; round <= rounds; round++) {
    say(`${round} of ${rounds}`);
    const [before, since] = [[on, off].map(({ pid }) => processorMs(pid)), performance.now()];
    await Promise.all([on, off].map(({ client }) => client.type("the quick brown fox jumps over it ".repeat(10))));
    const took = performance.now() - since;
    const [ofOn = 0, ofOff = 0] = [on, off].map(({ pid }, index) => (100 * (processorMs(pid) - before[index]!)) / took);
    samples.push({ on: ofOn, off: ofOff });
  }
  const megabytes = pssMegabytes(on.pid) - pssMegabytes(off.pid);
  return [
    { name: "a connection, remembering", unit: "%", better: "less", samples: samples.map((each) => each.on) },
    {
      name: "a connection that remembers nothing",
      unit: "%",
      better: "less",
      samples: samples.map((each) => each.off),
    },
    {
      name: "share of a core that remembering takes",
      unit: "%",
      better: "less",
      goal: 1,
      samples: samples.map((each) => each.on - each.off),
    },
    { name: "memory (PSS) that remembering takes", unit: "MB", better: "less", goal: 8, samples: [megabytes] },
  ];
}

async function atWork(settings: string) {
  await using stack = new AsyncDisposableStack();
  const user = stack.use(await testUser());
  const host = stack.use(await startHoldfast({ settings, desktop: scrolling }));
  const client = stack.use(
    await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls", "/gfx"], size }),
  );
  await host.sessionOf(user, { attached: true });
  const { connections } = await host.admin.call("sessions", {});
  const pid = connections[0]?.pid ?? 0;
  const kept = stack.move();
  return { client, pid, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function pssMegabytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]) / 1024;
}

const scrolling = "exec xterm -geometry 120x40+0+0 -e sh -c 'while :; do ls -l /usr/bin | tail -n 5; sleep 0.1; done'";
const size = { width: 1024, height: 768 };
const rounds = 6;
const settlesIn = 8000;
