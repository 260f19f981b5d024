import { startRdesktop, startXfreerdp } from "../test/interop/harness/clients.ts";
import { startHoldfast, type TestHost } from "../test/interop/harness/holdfast.ts";
import { noNetworks, startNetwork, type TestNetwork } from "../test/interop/harness/network.ts";
import { cutWay, type Ways } from "../test/interop/harness/networkWays.ts";
import { testUser, type TestUser } from "../test/interop/harness/users.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";

export const question = "How long from a cut cable until the session is Disc, and from the mended one to the return?";

/**
 * xfreerdp answers measurements and returns by itself; rdesktop does neither. Both are cut at the same moment; nobody
 * types.
 */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  const impossible = noNetworks();
  if (impossible !== undefined) throw new Error(impossible);
  const figures: Figure[] = [];
  for (const { keepAlive, settings, rounds, ways } of runs) {
    await using network = await startNetwork();
    await using anna = await testUser();
    await using ben = await testUser();
    await using host = await startHoldfast({ settings, end: network.hostEnd });
    for (const way of ways) {
      const taken: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        say(`keep-alive ${keepAlive} s, cut ${way}: ${round + 1} of ${rounds}`);
        taken.push(await cutOnce({ network, host, anna, ben }, cuts[way]));
      }
      for (const what of [
        "xfreerdp until Disc",
        "rdesktop until Disc",
        "xfreerdp back",
        "xfreerdp back, from its first packet",
      ] as const) {
        const samples = taken.map((round) => round[what]);
        figures.push({ name: `${keepAlive} s, cut ${way}: ${what}`, unit: "s", better: "less", samples });
      }
    }
  }
  return figures;
}

/** In seconds. */
type Round = Readonly<
  Record<
    "xfreerdp until Disc" | "rdesktop until Disc" | "xfreerdp back" | "xfreerdp back, from its first packet",
    number
  >
>;

interface Scene {
  readonly network: TestNetwork;
  readonly host: TestHost;
  readonly anna: TestUser;
  readonly ben: TestUser;
}

async function cutOnce({ network, host, anna, ben }: Scene, ways: Partial<Ways>): Promise<Round> {
  const end = network.clientEnd;
  const args = ["/sec:tls", "+auto-reconnect"];
  await using _returns = await startXfreerdp({ host, user: anna, password: anna.password, args, end });
  await using _silent = await startRdesktop({ host, user: ben, password: ben.password, end });
  for (const user of [anna, ben]) await host.sessionOf(user, { attached: true });
  const cutAt = performance.now();
  await network.shape(ways);
  const [forXfreerdp, forRdesktop] = await Promise.all([until(host, anna, cutAt), until(host, ben, cutAt)]);
  await network.mend();
  const mendedAt = performance.now();
  const { attachment } = await host.sessionOf(anna, { attached: true });
  const back = since(mendedAt);
  const { connections } = await host.admin.call("sessions", {});
  const own = connections.find(({ id }) => id === attachment?.connection);
  const share = ((attachment?.since ?? NaN) - (own?.acceptedAt ?? NaN)) / 1000;
  return {
    "xfreerdp until Disc": forXfreerdp,
    "rdesktop until Disc": forRdesktop,
    "xfreerdp back": back,
    "xfreerdp back, from its first packet": share,
  };
}

async function until(host: TestHost, user: TestUser, start: number): Promise<number> {
  // Longer than one wait of the harness.
  for (;;) {
    const sessions = await host.sessions();
    if (sessions.some((session) => session.user === user.name && session.attachment === undefined)) return since(start);
    if (patience < since(start)) throw new Error(`${user.name}'s session is still Active after ${patience} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function since(start: number): number {
  return (performance.now() - start) / 1000;
}

const cuts = {
  "both ways": { toHost: cutWay, toClient: cutWay },
  "to the host": { toHost: cutWay },
  "to the client": { toClient: cutWay },
} satisfies Readonly<Record<string, Partial<Ways>>>;
const patience = 120;
/** The setting as it comes, once; and scaled down, so that it can be measured often. */
const runs: readonly {
  readonly keepAlive: number;
  readonly settings: string;
  readonly rounds: number;
  readonly ways: readonly (keyof typeof cuts)[];
}[] = [
  {
    keepAlive: 5,
    settings: "KeepAliveSeconds = 5",
    rounds: 3,
    ways: ["both ways", "to the host", "to the client"],
  },
  { keepAlive: 30, settings: "KeepAliveSeconds = 30", rounds: 1, ways: ["both ways"] },
];
