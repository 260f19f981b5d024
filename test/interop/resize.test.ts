import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Size } from "../../src/base/geometry.ts";
import { noRealUsers } from "../realUser.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { becomesSize, nameOf } from "./harness/desktopSize.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();
const xterm = `xterm -geometry 60x12+0+0 -e 'ls -l /etc; exec sleep infinity' & echo $$ > $HOME/marker; exec sleep infinity`;

test("a client's window that changes its size changes the desktop's", { skip }, async (t) => {
  await using anna = await testUser();
  await using host = await startHoldfast({ desktop: xterm });
  for (const args of [["/gfx"], ["/rfx"], ["/bpp:32"], ["/bpp:16"]]) {
    await t.test(`xfreerdp /dynamic-resolution ${args.join(" ")}`, async (t) => {
      const depth = args[0] === "/bpp:16" ? 16 : 32;
      const way: PictureWay = { client: "xfreerdp", args: ["/dynamic-resolution", ...args], depth };
      const start = { host, user: anna, password: anna.password, size: { width: 800, height: 600 } };
      await using client = await startClient(way, { ...start, screenSize: { width: 1300, height: 900 } });
      await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
      await becomesSize(inside, start.size);
      await client.awaitSize(start.size);

      for (const size of [
        { width: 1280, height: 720 },
        { width: 642, height: 482 },
        { width: 1024, height: 768 },
      ]) {
        await client.resizeWindow(size);
        await becomesSize(inside, size, { within: 8000 }).catch(async () => {
          // A late echo of the size before makes xfreerdp's window jump back now and then: who drags it does so again.
          t.diagnostic(`${nameOf(size)} needed a second pull at the window`);
          await client.resizeWindow(size);
          await becomesSize(inside, size);
        });
        await client.awaitSize(size);
        await assertBecomesSame(`${args.join(" ")} ${nameOf(size)}`, sidesOf(inside, client, way), { within: 8000 });
      }
      assert.equal(client.exitCode, undefined, client.output);
    });
  }
});

test(
  "who signs in again finds his session at the size and depth of his new client, and the one before is told",
  { skip },
  async () => {
    await using anna = await testUser();
    await using host = await startHoldfast({ desktop: xterm });
    const marker = join(anna.home, "marker");
    const ways: readonly (PictureWay & { readonly size: Size })[] = [
      { client: "xfreerdp", args: ["/gfx"], depth: 32, size: { width: 800, height: 600 } },
      { client: "xfreerdp", args: ["/bpp:16"], depth: 16, size: { width: 1024, height: 500 } },
      { client: "rdesktop", args: ["-a", "8"], depth: 8, size: { width: 640, height: 480 } },
      { client: "xfreerdp", args: ["/rfx"], depth: 32, size: { width: 1152, height: 864 } },
    ];
    const seen: object[] = [];
    await using clients = new AsyncDisposableStack();
    let before: Awaited<ReturnType<typeof startClient>> | undefined;
    for (const way of ways) {
      const client = clients.use(await startClient(way, { host, user: anna, password: anna.password, size: way.size }));
      if (before !== undefined) await before.ended;
      const facts = await host.sessionOf(anna, { attached: true });
      await using inside = await insideSession(facts);
      await becomesSize(inside, way.size);
      await assertBecomesSame(`again ${way.client} ${way.args.join(" ")}`, sidesOf(inside, client, way), {
        within: 8000,
      });
      await eventually("the marker is written", () => existsSync(marker));
      seen.push({ session: facts.id, marker: Number(readFileSync(marker, "utf8")), leader: facts.leaderPid });
      if (before !== undefined) assert.match(before.output, toldOfOther);
      before = client;
    }

    const first = seen[0];
    assert.deepEqual(seen, [first, first, first, first]);
    assert.equal((await host.sessions()).length, 1);
  },
);

/** xfreerdp names the reason; rdesktop has a sentence for it. */
const toldOfOther = /ERRINFO_DISCONNECTED_BY_OTHER_?CONNECTION|The session was replaced/u;
