import assert from "node:assert/strict";
import { test } from "node:test";
import { crop } from "../../src/base/pixels.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

test(
  "xfreerdp moves what scrolls and what is dragged, keeps what that covers, shows from its cache what comes back, and is right every time",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    const args = ["/gfx"];
    await using client = await startXfreerdp({ host, user: anna, password: anna.password, size, args });
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    const sides = sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
    const becomesSame = (when: string) => assertBecomesSame(when, sides, { within: 8000, client });
    const operations = async (): Promise<ReadonlyMap<string, number>> => {
      const { connections } = await host.admin.call("sessions", {});
      const counts = connections.find(({ user }) => user === anna.name)?.picture?.operations ?? [];
      return new Map(counts.map(({ operation, areas }) => [operation, areas]));
    };

    const page = picture("text", { width: 500, height: 900 });
    const at = (y: number) => crop(page, { x: 0, y, width: 500, height: 400 });
    const text = await testWindow(inside.x11, at(0), { x: 20, y: 30 });
    await becomesSame("text");
    for (const y of [13, 26, 66, 40, 0]) {
      await text.show(at(y));
      await becomesSame(`text scrolled to ${y}`);
    }
    const photo = await testWindow(inside.x11, picture("photo", { width: 260, height: 200 }), { x: 40, y: 40 });
    await becomesSame("with a photo");
    for (const to of [
      { x: 61, y: 55 },
      { x: 30, y: 90 },
      { x: 301, y: 222 },
    ]) {
      await photo.move(to);
      await becomesSame(`photo dragged to ${to.x},${to.y}`);
    }
    await photo.close();
    await becomesSame("without the photo");

    // How the picture is sent is told with a frame now and then.
    let counted: ReadonlyMap<string, number> = new Map();
    let step = 0;
    await eventually("the service knows of copies, cached tiles and text", async () => {
      await text.move({ x: 20 + (step++ % 2), y: 30 });
      counted = await operations();
      return ["copy", "cache", "keep", "clearCodec"].every((operation) => 0 < (counted.get(operation) ?? 0));
    });
    t.diagnostic(JSON.stringify(Object.fromEntries(counted)));
    assert.ok(0 < (counted.get("ground") ?? 0), "nothing was covered and uncovered");
    assert.ok(5 <= (counted.get("copy") ?? 0), `${counted.get("copy")} copies`);
  },
);

const size = { width: 640, height: 480 };
