import assert from "node:assert/strict";
import test from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Monitor } from "../../src/desktop/desktop.ts";
import { seconds } from "../../src/base/units.ts";
import { X11Connection } from "../../src/desktop/x11/x11Connection.ts";
import { X11Monitors } from "../../src/desktop/x11/monitors.ts";
import { resizeScreen } from "../../src/desktop/x11/screenSize.ts";
import type { Xvfb } from "../xvfb.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { becomesSize } from "./harness/desktopSize.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession, type InsideSession } from "./harness/session.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const left = { x: 0, y: 0, width: 640, height: 480, primary: false };
const right = { x: 640, y: 0, width: 800, height: 600, primary: true };

test("whoever has two monitors has two in the session, and his window manager maximises on one", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ desktop: "exec icewm" });
  const args = ["/gfx", "/sec:tls", "/multimon"];
  const screen = { width: 1440, height: 600 };
  await using twoMonitors = await startXfreerdp({
    host,
    user: anna,
    password: anna.password,
    size: screen,
    args,
    prepare,
  });
  await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));

  await becomesSize(inside, screen);
  await eventually("programs see two monitors", async () =>
    isDeepStrictEqual(new Set(await monitorsOf(inside)), new Set([left, right])),
  );
  inside.start("xterm", ["-maximized"]);
  await eventually("the terminal fills one monitor", async () => {
    const width = Number(/^WIDTH=(\d+)$/mu.exec(await inside.run("xdotool", geometryOfTerminal).catch(() => ""))?.[1]);
    return 640 < width && width <= 800;
  });
  await assertBecomesSame("two monitors", sidesOf(inside, twoMonitors, { client: "xfreerdp", args, depth: 32 }), {
    within: 8000,
    client: twoMonitors,
  });
  await twoMonitors.kill9();

  await using one = await startXfreerdp({ host, user: anna, password: anna.password, args: ["/gfx", "/sec:tls"] });
  await becomesSize(inside, { width: 800, height: 600 });
  await eventually("programs see one monitor", async () => (await monitorsOf(inside)).length === 1);
  assert.equal(one.exitCode, undefined);
});

/** As somebody who has plugged in two. */
async function prepare(xvfb: Xvfb): Promise<void> {
  const connection = await X11Connection.open({ ...xvfb, answerWithin: seconds(5), log: assert.fail });
  const randr = await connection.extension("randr");
  await resizeScreen(connection, randr, { width: 1440, height: 600, monitors: [left, right] });
  connection.close();
}

async function monitorsOf({ x11 }: InsideSession): Promise<readonly Monitor[]> {
  const monitors = await new X11Monitors(x11, await x11.extension("randr")).list();
  return monitors.map(({ x, y, width, height, primary }) => ({ x, y, width, height, primary }));
}

const geometryOfTerminal = ["search", "--onlyvisible", "--class", "xterm", "getwindowgeometry", "--shell"];
