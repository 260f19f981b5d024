import assert from "node:assert/strict";
import { test } from "node:test";
import { crop } from "../../src/base/pixels.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

test(
  "clients without RDPGFX move what scrolls and is dragged, and show from their caches what comes back",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    for (const way of ways) {
      const name = `${way.client} ${way.args.join(" ")}`;
      await t.test(name, async (t) => {
        await using client = await startClient(way, { host, user: anna, password: anna.password, size });
        await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
        const sides = sidesOf(inside, client, way);
        const becomesSame = (when: string) => assertBecomesSame(`${name} ${when}`, sides, { within: 8000, client });
        const shown = async () => {
          const { connections } = await host.admin.call("sessions", {});
          return connections.find(({ user }) => user === anna.name)?.picture;
        };

        const text = await testWindow(inside.x11, at(0), { x: 20, y: 30 });
        await becomesSame("text");
        for (const y of [13, 66, 40]) {
          await text.show(at(y));
          await becomesSame(`text scrolled to ${y}`);
        }
        const photo = await testWindow(inside.x11, picture("photo", { width: 260, height: 200 }), { x: 40, y: 40 });
        await becomesSame("with a photo");
        for (const to of [
          { x: 61, y: 55 },
          { x: 301, y: 222 },
        ]) {
          await photo.move(to);
          await becomesSame(`photo dragged to ${to.x},${to.y}`);
        }
        await photo.close();
        await becomesSame("without the photo");
        for (const page of [other, at(40), other, at(40)]) {
          await text.show(page);
          await becomesSame("pages that come back");
        }

        // How the picture is sent is told with a frame now and then.
        let step = 0;
        let counted: ReadonlyMap<string, number> = new Map();
        await eventually("the service knows of copies and tiles from the cache", async () => {
          await text.move({ x: 20 + (step++ % 2), y: 30 });
          counted = new Map((await shown())?.operations.map(({ operation, areas }) => [operation, areas]));
          return ["copy", "keep", "cache"].every((operation) => 0 < (counted.get(operation) ?? 0));
        });
        const facts = await shown();
        t.diagnostic(JSON.stringify(facts));
        const uncompressed = facts?.operations.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
        if (way.compresses === true) assert.ok((facts?.bytes ?? 0) < uncompressed * 0.9, `of ${uncompressed}`);
        assert.equal(client.exitCode, undefined, client.output);
      });
    }
  },
);

const size = { width: 640, height: 480 };
const page = picture("text", { width: 500, height: 900 });
const other = picture("text", { width: 500, height: 400 }, 3);
const at = (y: number) => crop(page, { x: 0, y, width: 500, height: 400 });
/** xfreerdp 2 names its bitmap caches only when it is asked to. */
const ways: readonly (PictureWay & { readonly compresses?: boolean })[] = [
  { client: "rdesktop", args: ["-a", "32"], depth: 32 },
  { client: "rdesktop", args: ["-a", "16", "-z"], depth: 16, compresses: true },
  { client: "rdesktop", args: ["-a", "8"], depth: 8 },
  { client: "xfreerdp", args: ["/bpp:32", "+bitmap-cache"], depth: 32, compresses: true },
  { client: "xfreerdp", args: ["/rfx", "+bitmap-cache"], depth: 32 },
];
