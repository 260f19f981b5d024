import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { seconds } from "../../src/base/units.ts";
import type { Point, Size } from "../../src/base/geometry.ts";
import { newPixels, type Pixels } from "../../src/base/pixels.ts";
import { X11Connection } from "../../src/desktop/x11/x11Connection.ts";
import { noRealUsers } from "../realUser.ts";
import { picture } from "../pictures.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { startXfreerdp, type TestClient } from "./harness/clients.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test("the pointer has at the client the shape that a program gives it", { skip }, async (t) => {
  await using anna = await testUser();
  await using host = await startHoldfast();
  for (const args of [["/gfx"], ["/bpp:32"], ["/bpp:16"]]) {
    await t.test(`xfreerdp ${args.join(" ")}`, async () => {
      await using client = await startXfreerdp({ host, user: anna, password: anna.password, args });
      await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
      using pointer = await pointerOf(client);
      const window = await testWindow(inside.x11, picture("flat", { width: 800, height: 600 }), { x: 0, y: 0 });
      await client.moveMouse(300, 300);

      for (const { size, hotspot } of [
        { size: { width: 32, height: 32 }, hotspot: { x: 3, y: 5 } },
        { size: { width: 96, height: 96 }, hotspot: { x: 48, y: 95 } },
        { size: { width: 24, height: 17 }, hotspot: { x: 0, y: 0 } },
      ]) {
        const shape = { picture: disc(size), hotspot };
        await window.setCursor(shape);
        await becomesShape(pointer, shape);
      }
      await window.setCursor(undefined);
      await eventually("the pointer is hidden", async () => describe(await pointer.shape()).length === 0);
      await window.close();
    });
  }
});

interface Shape {
  /** Alpha in the fourth bytes, colours premultiplied. */
  readonly picture: Pixels;
  readonly hotspot: Point;
}

/** What XFixes answers. */
interface CursorImage extends Size {
  readonly xhot: number;
  readonly yhot: number;
  readonly cursorImage: Buffer;
}

/** The pointer as the client's X server has it. */
async function pointerOf(client: TestClient) {
  const { display, cookie } = client.xvfb;
  const x11 = await X11Connection.open({ display, cookie, answerWithin: seconds(5), log: () => {} });
  const fixes = await x11.extension("fixes");
  return {
    shape: async (): Promise<Shape> => {
      const image = await x11.ask<CursorImage>("GetCursorImage", (answer) => fixes.GetCursorImage(answer));
      const { width, height, xhot, yhot, cursorImage } = image;
      const picture = { width, height, data: cursorImage, offset: 0, stride: width * 4 };
      return { picture, hotspot: { x: xhot, y: yhot } };
    },
    [Symbol.dispose]: () => x11.close(),
  };
}

async function becomesShape(pointer: { shape(): Promise<Shape> }, wanted: Shape): Promise<void> {
  let got: Shape | undefined;
  const arrived = eventually("the pointer has its new shape", async () => {
    got = await pointer.shape();
    return isDeepStrictEqual(describe(got), describe(wanted));
  });
  await arrived.catch(() => assert.deepEqual(got && describe(got), describe(wanted)));
}

/** The part of a shape that can be seen, against its hot spot: a server or a client may add empty rows and columns. */
function describe({ picture, hotspot }: Shape) {
  const seen: string[] = [];
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const at = picture.offset + y * picture.stride + x * 4;
      const [blue, green, red, alpha] = picture.data.subarray(at, at + 4);
      if (alpha !== 0) seen.push(`${x - hotspot.x},${y - hotspot.y}: ${red} ${green} ${blue} ${alpha}`);
    }
  }
  return seen;
}

/** An opaque disc in many colours in a frame of nothing. */
function disc({ width, height }: Size): Pixels {
  const pixels = newPixels({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside = (2 * x - width) ** 2 / width ** 2 + (2 * y - height) ** 2 / height ** 2 < 1;
      if (isInside)
        pixels.data.set([(x * 2) & 0xff, (y * 2) & 0xff, ((x + y) * 3) & 0xff, 0xff], y * pixels.stride + x * 4);
    }
  }
  return pixels;
}
