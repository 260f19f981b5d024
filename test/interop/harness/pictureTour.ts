import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { picture } from "../../pictures.ts";
import { noRealUsers } from "../../realUser.ts";
import { assertBecomesSame } from "./compare.ts";
import { startHoldfast } from "./holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./pictureWay.ts";
import { insideSession } from "./session.ts";
import { testWindow } from "./testWindow.ts";
import { testUser } from "./users.ts";

/**
 * Takes one session through all ways of showing it, and each way through what a desktop does: text, a photo, scrolling,
 * a window that moves and goes away. After each the client shows the same as the session, pixel by pixel.
 */
export function testPictures(title: string, ways: readonly PictureWay[]): void {
  test(title, { skip: noRealUsers() }, async (t) => {
    await using anna = await testUser();
    const lines = join(anna.home, "lines");
    await using host = await startHoldfast({
      desktop: `cd; mkfifo lines; xterm -geometry 80x20+0+0 -e 'cat 0<>lines' & exec sleep infinity`,
    });
    for (const way of ways) {
      const name = `${way.client} ${way.args.join(" ")}`;
      await t.test(name, async (t) => {
        await using client = await startClient(way, { host, user: anna, password: anna.password, size });
        await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
        const becomesSame = (when: string) =>
          assertBecomesSame(`${name} ${when}`, sidesOf(inside, client, way), { within: patience, client });

        const first = await becomesSame("first");
        const photo = await testWindow(inside.x11, picture("photo", { width: 333, height: 251 }), { x: 411, y: 303 });
        const still = await becomesSame("with a photo");
        writeFileSync(lines, listing());
        const scrolled = await becomesSame("scrolled");
        for (let step = 0; step < 20; step++) {
          await photo.move({ x: 411 - step * 17, y: 303 - step * 13 });
          await delay(15);
        }
        const moved = await becomesSame("with the photo moved");
        await photo.close();
        const closed = await becomesSame("without the photo");
        assert.equal(client.exitCode, undefined, client.output);
        t.diagnostic(`ms until exact: ${[first, still, scrolled, moved, closed].map(Math.round).join(", ")}`);
      });
    }
  });
}

function listing(): string {
  return execFileSync("ls", ["-l", "/usr/bin"], { encoding: "utf8" }).split("\n").slice(0, 150).join("\n");
}

const size = { width: 800, height: 600 };
/** Two seconds are promised; the rest is for machines that do something else besides. */
const patience = 8000;
