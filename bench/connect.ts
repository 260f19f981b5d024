import { setTimeout as delay } from "node:timers/promises";
import { seconds } from "#base/units.ts";
import { ClientFailed } from "#diagnostics/client/clientFailed.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import type { Figure, BenchContext } from "../tools/bench/question.ts";
import { knownDesktop, type KnownDesktop } from "../tools/bench/knownDesktop.ts";
import { connectTo, measuredHoldfast, type MeasuredServer } from "../tools/bench/measuredServer.ts";
import { measuredXrdp } from "../tools/bench/measuredXrdp.ts";

export const question =
  "How long from the TCP connection to the first pixel of the desktop, and how many clients a second?";

/** icewm as the desktop; its task bar is waited for. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  using desktop = knownDesktop();
  const figures: Figure[] = [];
  {
    await using holdfast = await measuredHoldfast(desktop.startWm);
    figures.push(...(await measure(holdfast, desktop, say)));
  }
  await using xrdp = await measuredXrdp(desktop.startWm, say);
  if (xrdp !== undefined) figures.push(...(await measure(xrdp, desktop, say)));
  return figures;
}

async function measure(
  server: MeasuredServer,
  desktop: KnownDesktop,
  say: BenchContext["say"],
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const security of server.knowsNla ? (["TLS", "NLA"] as const) : (["TLS"] as const)) {
    const connect = () => connectOnce(server, desktop, offers[security]);
    // Not counted: programs are read from the disk, and the account is enrolled for NLA.
    await connect();
    say(`${server.name}: new sessions, ${security}`);
    const fresh: Steps[] = [];
    for (let round = 0; round < newSessions; round++) {
      await server.endSessions();
      await delay(betweenRounds);
      fresh.push(await connect());
    }
    figures.push(...figuresOf(`${server.name}, new session, ${security}`, fresh));
    say(`${server.name}: reconnects, ${security}`);
    const again: Steps[] = [];
    for (let round = 0; round < reconnects; round++) {
      await delay(betweenRounds);
      again.push(await connect());
    }
    figures.push(...figuresOf(`${server.name}, reconnect, ${security}`, again));
    await server.endSessions();
  }
  for (const clients of [1, 8, 30]) {
    say(`${server.name}: ${clients} clients at once`);
    await delay(betweenRounds);
    const name = `${server.name}, handshakes, ${clients} at once`;
    figures.push({ name, unit: "/s", better: "more", samples: [await handshakesPerSecond(server, clients, say)] });
  }
  return figures;
}

/** What took how long, in milliseconds, in order; "in all" is the whole way. */
type Steps = ReadonlyMap<string, number>;

async function connectOnce(
  server: MeasuredServer,
  desktop: KnownDesktop,
  offered: readonly SecurityProtocol[],
): Promise<Steps> {
  const start = performance.now();
  const sinceStart = () => performance.now() - start;
  await using client = await connectTo(server, { offered });
  let attached: number | undefined;
  const seesDesktop = () => {
    if (client.sessionInfo !== undefined) attached ??= sinceStart();
    return desktop.isShown(client.picture);
  };
  await client.waitFor("the desktop", seesDesktop, seconds(20));
  const whole = sinceStart();
  const { negotiated = 0, secured = 0, authenticated = secured, active = 0 } = client.timings;
  const signedInAt = server.signedInAt();
  const signedIn = signedInAt === undefined ? undefined : signedInAt - performance.timeOrigin - start;
  const moments: [string, number | undefined][] = [
    ["negotiation", negotiated],
    ["TLS", secured],
    ["NLA", authenticated === secured ? undefined : authenticated],
    ["MCS to active", active],
    // With NLA it is over before the share is active.
    ["sign-in", signedIn === undefined || signedIn < active ? undefined : signedIn],
    // xrdp tells of the session when it is being started.
    ["session", server.name === "holdfast" ? attached : undefined],
    ["first pixel", whole],
  ];
  const steps = new Map([["in all", whole]]);
  let before = 0;
  for (const [name, moment] of moments) {
    if (moment === undefined) continue;
    steps.set(name, Math.max(0, moment - before));
    before = moment;
  }
  return steps;
}

function figuresOf(name: string, rounds: readonly Steps[]): readonly Figure[] {
  const steps = [...(rounds[0]?.keys() ?? [])];
  return steps.map((step) => ({
    name: step === "in all" ? name : `${name}: ${step}`,
    unit: "ms",
    better: "less",
    samples: rounds.map((round) => round.get(step) ?? 0),
  }));
}

/** Each client connects up to the sign-in screen, leaves, and connects anew. Who does not get so far is not counted. */
async function handshakesPerSecond(server: MeasuredServer, clients: number, say: BenchContext["say"]): Promise<number> {
  const start = performance.now();
  const until = start + handshakesFor;
  let [done, failed] = [0, 0];
  const one = async (): Promise<void> => {
    do {
      try {
        const client = await connectTo(server, { user: "", password: "", picture: "ignored", deadline: seconds(10) });
        done++;
        client.destroy();
      } catch (error) {
        if (!(error instanceof ClientFailed)) throw error;
        failed++;
      }
    } while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: clients }, one));
  if (0 < failed) say(`${server.name}: ${failed} of ${done + failed} clients got no answer within 10 s`);
  return (done * 1000) / (performance.now() - start);
}

const offers = { TLS: ["tls"], NLA: ["tls", "credssp", "credsspEx"] } as const satisfies Readonly<
  Record<string, readonly SecurityProtocol[]>
>;
const newSessions = 5;
const reconnects = 12;
/** For spare processes to be made ready, as between people who come. */
const betweenRounds = 1000;
const handshakesFor = 5000;
