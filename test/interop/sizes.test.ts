import { test } from "node:test";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { becomesSize, nameOf } from "./harness/desktopSize.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();
const xterm = `xterm -geometry 60x12+0+0 -e 'ls -l /etc; exec sleep infinity' & exec sleep infinity`;

test("desktops of every size are shown whole", { skip }, async (t) => {
  await using anna = await testUser();
  await using host = await startHoldfast({ desktop: xterm });
  for (const wished of [
    { width: 801, height: 599 },
    { width: 200, height: 200 },
    { width: 1366, height: 768 },
    { width: 4096, height: 2160 },
  ]) {
    // Video codecs need even sides.
    const size = { width: wished.width & ~1, height: wished.height & ~1 };
    for (const args of [["/gfx"], ["/bpp:32"]]) {
      await t.test(`${nameOf(wished)} ${args.join(" ")}`, async () => {
        const way: PictureWay = { client: "xfreerdp", args, depth: 32 };
        await using client = await startClient(way, { host, user: anna, password: anna.password, size: wished });
        await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
        await becomesSize(inside, size);
        // In the corner where nothing is left over for the last tile.
        const corner = { x: size.width - 150, y: size.height - 150 };
        const photo = await testWindow(inside.x11, picture("photo", { width: 150, height: 150 }), corner);
        await client.awaitSize(size);

        await assertBecomesSame(`${nameOf(size)} ${args.join(" ")}`, sidesOf(inside, client, way), { within: 15_000 });
        await photo.close();
      });
    }
  }
});
