import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { crop } from "../../src/base/pixels.ts";
import { seconds } from "../../src/base/units.ts";
import { connectClient } from "../../src/diagnostics/client/connectClient.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { difference } from "./harness/compare.ts";
import { becomesSize, nameOf } from "./harness/desktopSize.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

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
