import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { seconds } from "../../src/base/units.ts";
import { connectClient } from "../../src/diagnostics/client/connectClient.ts";
import type { GraphicsCommand } from "../../src/protocol/channels/graphics/graphicsCommands.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers();

/** Counts in a terminal as fast as it takes lines, and keeps count in the user's home; typed lines end it. */
const flood = `exec xterm -geometry 400x200+0+0 -e sh -c 'n=0; while [ ! -e $HOME/stop ]; do n=$((n+1)); echo line $n of many; echo $n >$HOME/count; done; exec cat'`;
const args = ["/gfx", "/sec:tls"];

test(
  "a client that takes nothing makes neither its session nor others slow, and shows the present when it takes again",
  { skip },
  async () => {
    await using anna = await testUser();
    await using ben = await testUser();
    await using host = await startHoldfast({ settings: "KeepAliveSeconds = 120", desktop: flood });
    await using stopped = await startXfreerdp({ host, user: anna, password: anna.password, args });
    await using other = await startXfreerdp({ host, user: ben, password: ben.password, args });
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    await host.sessionOf(ben, { attached: true });
    await eventually("both are shown the flood", async () => {
      const frames = await Promise.all([anna, ben].map((user) => framesOf(host, user)));
      return frames.every((count) => 3 < count);
    });

    process.kill(stopped.pid, "SIGSTOP");
    const [linesBefore, framesBefore] = [countOf(anna), await framesOf(host, ben)];
    await eventually("her session goes on", () => linesBefore + 300 < countOf(anna));
    await eventually("the other one is shown it all", async () => framesBefore + 30 < (await framesOf(host, ben)));
    const { inFlight, memoryMB } = await costOf(host, anna);
    for (const { home } of [anna, ben]) writeFileSync(join(home, "stop"), "");
    process.kill(stopped.pid, "SIGCONT");

    assert.ok(inFlight <= 16, `${inFlight} frames in flight`);
    assert.ok(memoryMB < 250, `${memoryMB} MB`);
    const sides = sidesOf(inside, stopped, { client: "xfreerdp", args, depth: 32 });
    await assertBecomesSame("after SIGCONT", sides, { within: 20_000, client: stopped });
    assert.equal(other.exitCode, undefined);
  },
);

test("whoever lies about frames and caches gets his picture, and costs nobody else one", { skip }, async (t) => {
  await using anna = await testUser();
  await using ben = await testUser();
  await using host = await startHoldfast({ settings: "KeepAliveSeconds = 120", desktop: flood });
  await using other = await startXfreerdp({ host, user: ben, password: ben.password, args });
  await host.sessionOf(ben, { attached: true });
  for (const [name, answerOf] of liars) {
    await t.test(`a client that ${name}`, async (t) => {
      const { port } = host;
      await using liar = await connectClient({
        host: "127.0.0.1",
        port,
        user: anna.name,
        password: anna.password,
        offered: ["tls"],
        deadline: seconds(30),
        hooks: { answerOf },
      });
      await eventually("its session is shown", async () => (await framesOf(host, anna)) !== 0).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}: ${JSON.stringify(liar.failure)}\n${host.log()}`);
        },
      );
      const [before, others] = [liar.statistics.frames, await framesOf(host, ben)];
      await eventually("it gets more frames", () => before + 2 < liar.statistics.frames);
      await eventually("the other one gets his", async () => others + 5 < (await framesOf(host, ben)));
      const { inFlight, memoryMB } = await costOf(host, anna);
      t.diagnostic(`${inFlight} in flight, ${memoryMB} MB`);
      assert.ok(inFlight <= 16, `${inFlight} frames in flight`);
      assert.ok(memoryMB < 250, `${memoryMB} MB`);
      assert.deepEqual([liar.failure, other.exitCode], [undefined, undefined]);
    });
  }
});

type Answer = (command: GraphicsCommand) => readonly GraphicsCommand[];

const insteadOfFrames =
  (answer: (id: number) => readonly GraphicsCommand[]): Answer =>
  (command) =>
    command.is === "frameAcknowledge" ? answer(command.frameId) : [command];

const acknowledge = (frameId: number, queueDepth: number | "unavailable" | "suspended" = "unavailable") =>
  ({ is: "frameAcknowledge", queueDepth, frameId: frameId >>> 0, framesDecoded: 0 }) as const;

const offer = (entries: readonly { readonly cacheKey: bigint; readonly bitmapLength: number }[]): GraphicsCommand => ({
  is: "cacheImportOffer",
  entries,
});

const liars: readonly (readonly [string, Answer])[] = [
  ["never acknowledges", insteadOfFrames(() => [])],
  ["acknowledges frames that were never sent", insteadOfFrames((id) => [acknowledge(id + 1000), acknowledge(-1)])],
  ["acknowledges the first frame for ever", insteadOfFrames(() => [acknowledge(1), acknowledge(0)])],
  ["says that its queue is endless", insteadOfFrames((id) => [acknowledge(id, 0xffff_fffe)])],
  ["suspends its acknowledgements", insteadOfFrames((id) => [acknowledge(id, "suspended")])],
  [
    "offers a cache of nonsense after each frame",
    insteadOfFrames((id) => [
      acknowledge(id),
      offer([]),
      offer(Array.from({ length: 5462 }, (_, index) => ({ cacheKey: BigInt(index), bitmapLength: 0xffff_ffff }))),
    ]),
  ],
];

function countOf({ home }: TestUser): number {
  const path = join(home, "count");
  return existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
}

async function pictureOf(host: TestHost, { name }: TestUser) {
  const { connections } = await host.admin.call("sessions", {});
  return connections.findLast(({ user }) => user === name);
}

async function framesOf(host: TestHost, user: TestUser): Promise<number> {
  return (await pictureOf(host, user))?.picture?.frames ?? 0;
}

/** What its connection process takes now, resident. */
async function costOf(host: TestHost, user: TestUser) {
  const known = await pictureOf(host, user);
  const status = readFileSync(`/proc/${known?.pid ?? 0}/status`, "latin1");
  const memoryMB = Math.round(Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1]) / 1024);
  return { inFlight: known?.picture?.framesInFlight ?? NaN, memoryMB };
}
