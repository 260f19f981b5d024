import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Pixels } from "../../src/base/pixels.ts";
import { nearness, picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { assertBecomesSame, keepPictures } from "./harness/compare.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

test(
  "a photo that changes all the time is near what it should be in each of its moments",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    for (const args of [["/gfx"], ["/gfx", "+gfx-progressive"], ["/rfx"], ["/nsc", "/bpp:32"]]) {
      await t.test(`xfreerdp ${args.join(" ")}`, async (t) => {
        const way: PictureWay = { client: "xfreerdp", args, depth: 32 };
        await using client = await startClient(way, { host, user: anna, password: anna.password, size });
        await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
        const photos = [1, 2].map((seed) => picture("photo", size, seed));
        const window = await testWindow(inside.x11, photos[0]!, { x: 0, y: 0 });
        const sides = sidesOf(inside, client, way);
        await assertBecomesSame(`photo ${args.join(" ")}`, sides, { within: 10_000 });

        const moments: { readonly decibels: number; readonly seen: Pixels; readonly wanted: Pixels }[] = [];
        for (let step = 1; step <= 12; step++) {
          const wanted = photos[step % 2]!;
          await window.show(wanted);
          // Before the picture has stood still for long enough to be refined.
          await delay(220);
          const seen = await client.screen();
          moments.push({ decibels: nearness(wanted, seen).decibels, seen, wanted });
        }
        await assertBecomesSame(`photo that stopped ${args.join(" ")}`, sides, { within: 10_000 });

        t.diagnostic(`moments in dB: ${moments.map(({ decibels }) => decibels.toFixed(0)).join(", ")}`);
        // A moment may fall between two frames, or between two tiles of one.
        const best = moments.toSorted((a, b) => b.decibels - a.decibels)[0]!;
        const files =
          40 <= best.decibels
            ? []
            : keepPictures(`moving photo ${args.join(" ")}`, { seen: best.seen, wanted: best.wanted });
        assert.ok(40 <= best.decibels, `${best.decibels.toFixed(1)} dB\n${files.join("\n")}`);
      });
    }
  },
);

const size = { width: 640, height: 480 };
