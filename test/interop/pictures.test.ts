import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Pixels } from "../../src/base/pixels.ts";
import { fromDepth, toDepth, type PixelDepth } from "../../src/codecs/depth/depth.ts";
import { fixedPalette } from "../../src/codecs/depth/palette.ts";
import { nearness, picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { startRdesktop, startXfreerdp, type TestClient } from "./harness/clients.ts";
import { assertBecomesSame, keepPictures } from "./harness/compare.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { insideSession, type InsideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

interface Way {
  readonly client: "xfreerdp" | "rdesktop";
  readonly args: readonly string[];
  readonly depth: PixelDepth;
}

const ways: readonly Way[] = [
  { client: "xfreerdp", args: ["/gfx"], depth: 32 },
  { client: "xfreerdp", args: ["/gfx:RFX"], depth: 32 },
  { client: "xfreerdp", args: ["/rfx"], depth: 32 },
  { client: "xfreerdp", args: ["/nsc", "/bpp:32"], depth: 32 },
  { client: "xfreerdp", args: ["/bpp:32"], depth: 32 },
  { client: "xfreerdp", args: ["/bpp:24"], depth: 24 },
  { client: "xfreerdp", args: ["/bpp:16"], depth: 16 },
  { client: "xfreerdp", args: ["/bpp:15"], depth: 15 },
  { client: "xfreerdp", args: ["/bpp:8"], depth: 8 },
  { client: "rdesktop", args: ["-a", "32"], depth: 32 },
  { client: "rdesktop", args: ["-a", "24"], depth: 24 },
  { client: "rdesktop", args: ["-a", "16"], depth: 16 },
  { client: "rdesktop", args: ["-a", "15"], depth: 15 },
  { client: "rdesktop", args: ["-a", "8"], depth: 8 },
];
const size = { width: 800, height: 600 };

test(
  "what stands still is shown exactly, whatever the client and its way of pictures",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    const lines = join(anna.home, "lines");
    await using host = await startHoldfast({
      desktop: `cd; mkfifo lines; xterm -geometry 80x20+0+0 -e 'cat 0<>lines' & exec sleep infinity`,
    });
    for (const way of ways) {
      await t.test(`${way.client} ${way.args.join(" ")}`, async (t) => {
        const start = way.client === "xfreerdp" ? startXfreerdp : startRdesktop;
        await using client = await start({ host, user: anna, password: anna.password, size, args: way.args });
        await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
        const name = `pictures ${way.client} ${way.args.join(" ")}`;
        const sides = sidesOf(inside, client, way);

        const first = await assertBecomesSame(`${name} first`, sides, { within: 6000 });
        const photo = await testWindow(inside.x11, picture("photo", { width: 333, height: 251 }), { x: 411, y: 303 });
        const still = await assertBecomesSame(`${name} photo`, sides);
        writeFileSync(lines, listing());
        const scrolled = await assertBecomesSame(`${name} scrolled`, sides);
        for (let step = 0; step < 20; step++) {
          await photo.move({ x: 411 - step * 17, y: 303 - step * 13 });
          await delay(15);
        }
        const moved = await assertBecomesSame(`${name} moved`, sides);
        await photo.close();
        const closed = await assertBecomesSame(`${name} closed`, sides);
        assert.equal(client.exitCode, undefined, client.output);
        t.diagnostic(`ms until exact: ${[first, still, scrolled, moved, closed].map(Math.round).join(", ")}`);
      });
    }
  },
);

for (const args of [["/gfx"], ["/rfx"], ["/nsc", "/bpp:32"]]) {
  test(`a moving photo is near what it should be: xfreerdp ${args.join(" ")}`, { skip: noRealUsers() }, async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    await using client = await startXfreerdp({ host, user: anna, password: anna.password, size, args });
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    const photos = [1, 2].map((seed) => picture("photo", size, seed));
    const window = await testWindow(inside.x11, photos[0]!, { x: 0, y: 0 });
    await assertBecomesSame(
      `photo ${args.join(" ")}`,
      sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 }),
      { within: 8000 },
    );

    let best = 0;
    let seen: Pixels | undefined;
    for (let step = 1; step < 16; step++) {
      await window.show(photos[step % 2]!);
      await delay(220);
      seen = await client.screen();
      best = Math.max(best, nearness(photos[step % 2]!, seen).decibels);
    }

    t.diagnostic(`best moment: ${best.toFixed(1)} dB`);
    if (!(40 <= best)) keepPictures(`moving photo ${args.join(" ")}`, { seen: seen!, wanted: photos[1]! });
    assert.ok(40 <= best, `${best.toFixed(1)} dB`);
  });
}

/** What the client is to show at the depth of the connection, and what it shows. */
function sidesOf(inside: InsideSession, client: TestClient, { depth, ...way }: Way) {
  const layout = { rows: "topDown", palette: fixedPalette } as const;
  const atDepth = (pixels: Pixels) =>
    24 <= depth ? pixels : fromDepth(toDepth(pixels, depth, layout), pixels, depth, layout);
  return {
    wanted: async () => {
      const wanted = atDepth(await inside.screen());
      return depth === 16 && way.client === "xfreerdp" ? withFreeRdpGreens(wanted) : wanted;
    },
    got: () => client.screen(),
  };
}

/** FreeRDP stretches the six bits of green by four and an eighth instead of four and a sixteenth. */
function withFreeRdpGreens(pixels: Pixels): Pixels {
  const data = pixels.data.map((value, at) => (at % 4 === 1 ? Math.min(255, (value & 0xfc) + (value >> 5)) : value));
  return { ...pixels, data };
}

function listing(): string {
  return execFileSync("ls", ["-l", "/usr/bin"], { encoding: "utf8" }).split("\n").slice(0, 150).join("\n");
}
