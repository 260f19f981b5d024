import assert from "node:assert/strict";
import { test } from "node:test";
import { seconds } from "../../src/base/units.ts";
import { connectClient } from "../../src/diagnostics/client/connectClient.ts";
import { KeptTiles } from "../../src/diagnostics/client/keptTiles.ts";
import type { RdpClient } from "../../src/diagnostics/client/rdpClient.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser, type TestUser } from "./harness/users.ts";

test(
  "a client that keeps its cache is shown its desktop again from it, exactly, also by a service that was started again",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    const kept = new KeptTiles();
    const shown = async (client: RdpClient, when: string): Promise<number> => {
      const got = async () => ({ ...client.picture, data: client.picture.data.slice() });
      await assertBecomesSame(when, { wanted: () => inside.screen(), got }, { within: 20_000 });
      return client.statistics.bytesReceived;
    };
    const first = await connect(host, anna, kept);
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    await testWindow(inside.x11, picture("text", { width: 640, height: 600 }), { x: 20, y: 30 });
    await testWindow(inside.x11, picture("photo", { width: 300, height: 400 }), { x: 690, y: 100 });
    const firstBytes = await shown(first, "a client that has kept nothing");
    await first.close();
    await host.sessionOf(anna, { attached: false });
    assert.ok(50 < kept.count, `${kept.count} tiles kept`);
    await host.killService();
    await host.startAgain();

    await using second = await connect(host, anna, kept);
    await host.sessionOf(anna, { attached: true });
    const secondBytes = await shown(second, "a client that has kept its cache");

    t.diagnostic(`${firstBytes} bytes, then ${secondBytes}`);
    assert.ok(secondBytes * 4 < firstBytes, `${firstBytes} bytes, then ${secondBytes}`);
    // How the picture is sent is told with a frame now and then.
    const last = await testWindow(inside.x11, picture("text", { width: 40, height: 40 }), { x: 0, y: 0 });
    let x = 0;
    await eventually("the service counts what was shown from it", async () => {
      await last.move({ x: (x += 1) % 5, y: 0 });
      const { connections } = await host.admin.call("sessions", {});
      const counts = connections.findLast(({ user }) => user === anna.name)?.picture?.operations ?? [];
      return 50 < (counts.find(({ operation }) => operation === "import")?.areas ?? 0);
    });
    await last.close();
    await shown(second, "what has changed since");
  },
);

function connect({ port }: TestHost, { name: user, password }: TestUser, kept: KeptTiles): Promise<RdpClient> {
  const signIn = { host: "127.0.0.1", port, user, password, offered: ["tls"] as const, deadline: seconds(30) };
  return connectClient({ ...signIn, size: { width: 1024, height: 768 }, kept });
}
