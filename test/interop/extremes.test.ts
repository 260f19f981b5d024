import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { crop } from "../../src/base/pixels.ts";
import { seconds } from "../../src/base/units.ts";
import { connectClient } from "../../src/diagnostics/client/connectClient.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { assertBecomesSame, difference } from "./harness/compare.ts";
import { becomesSize, nameOf } from "./harness/desktopSize.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

/** Counts in a terminal as fast as it takes lines, until there is a file; then it shows what is typed. */
const flood = `exec xterm -geometry 80x20+0+0 -e sh -c 'n=0; while [ ! -e $HOME/stop ]; do n=$((n+1)); echo line $n of many; done; exec cat'`;

test(
  "a desktop whose size changes in the middle of its frames is whole in the end, and a key after a rest is seen at once",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast({ settings: "KeepAliveSeconds = 120", desktop: flood });
    const way: PictureWay = { client: "xfreerdp", args: ["/gfx", "/dynamic-resolution"], depth: 32 };
    const start = { host, user: anna, password: anna.password, size: { width: 800, height: 600 } };
    await using client = await startClient(way, { ...start, screenSize: { width: 1300, height: 900 } });
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    await client.awaitSize(start.size);
    const pictureNow = async () => (await host.admin.call("sessions", {})).connections[0]?.picture;

    for (const [width, height] of [
      [1200, 820],
      [500, 400],
      [1000, 300],
      [402, 802],
      [1280, 880],
      [700, 500],
    ] as const) {
      await client.resizeWindow({ width, height });
    }
    writeFileSync(join(anna.home, "stop"), "");
    const sides = sidesOf(inside, client, way);
    await assertBecomesSame("after many sizes", sides, { within: 30_000, client });
    assert.equal(client.exitCode, undefined, client.output);

    await client.moveMouse(100, 100);
    let frames = -1;
    await eventually("nothing has changed for three seconds", async () => {
      const before = frames;
      await delay(3000);
      frames = (await pictureNow())?.frames ?? 0;
      return before === frames;
    });
    await client.key("x");
    // How its picture is sent is told with the first frame after a rest.
    await eventually("the key is seen", async () => frames < ((await pictureNow())?.frames ?? 0));
    const { medianMs = Infinity, count = 0 } = (await pictureNow())?.keyToFrame ?? {};
    t.diagnostic(`${medianMs} ms from the key to its frame`);
    assert.ok(0 < count && medianMs < 500, `${count} keys, ${medianMs} ms`);
    await assertBecomesSame("after the key", sides, { within: 10_000, client });
  },
);

test("the largest desktop is shown to its last corner, and the smallest whole", { skip: noRealUsers() }, async (t) => {
  await using anna = await testUser();
  await using host = await startHoldfast({
    settings: "KeepAliveSeconds = 120\nDesktopWidthMax = 8192\nDesktopHeightMax = 8192",
  });
  const largest = { width: 8192, height: 8192 };
  for (const { wished, given } of [
    { wished: { width: 1, height: 1 }, given: { width: 200, height: 200 } },
    { wished: largest, given: largest },
  ]) {
    await t.test(`${nameOf(wished)} is ${nameOf(given)}`, async (t) => {
      const { port } = host;
      const { name: user, password } = anna;
      const begun = performance.now();
      await using client = await connectClient({
        host: "127.0.0.1",
        port,
        user,
        password,
        offered: ["tls"],
        size: wished,
        deadline: seconds(60),
      });
      await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
      await becomesSize(inside, given, { within: 30_000 });
      const corner = { x: given.width - 150, y: given.height - 150, width: 150, height: 150 };
      const text = picture("text", corner);
      await testWindow(inside.x11, text, corner);
      await eventually(
        "its last corner is right",
        async () => {
          if (client.picture.width !== given.width || client.picture.height !== given.height) return false;
          return difference(text, crop(client.picture, corner)) === undefined;
        },
        { within: 60_000 },
      );
      t.diagnostic(`after ${Math.round(performance.now() - begun)} ms; ${await costOf()}`);
      assert.equal(client.failure, undefined);
    });
  }

  /** Of the connection's process and the X server, resident. */
  async function costOf(): Promise<string> {
    const { connections, sessions } = await host.admin.call("sessions", {});
    const megabytes = (pid = 0): number => {
      return Math.round(Number(/^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024);
    };
    const connection = connections.find(({ user }) => user === anna.name);
    return `connection ${megabytes(connection?.pid)} MB, X server ${megabytes(sessions[0]?.serverPid)} MB`;
  }
});
