import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "#base/bytes/codec.ts";
import type { Rectangle, Size } from "#base/geometry.ts";
import { copyPixelsInto, crop, type Pixels } from "#base/pixels.ts";
import { instant } from "#base/units.ts";
import { frameBytesOf, frameKernels } from "#codecs/kernels/frameKernels.ts";
import { ZgfxDecompressor } from "#codecs/zgfx/decompressor.ts";
import { graphicsCommands, type GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { loadKernels, startKernels } from "../../system/kernels.ts";
import { ClientPicture } from "../../diagnostics/client/clientPicture.ts";
import { GraphicsSurfaces } from "../../diagnostics/client/graphicsSurfaces.ts";
import { ModelDesk } from "../../../test/modelDesk.ts";
import { nearness, picture } from "../../../test/pictures.ts";
import { buildKernels } from "../../../tools/kernels.ts";
import type { Monitor } from "#desktop/desktop.ts";
import type { Outgoing } from "../encoder.ts";
import { FrameContents } from "../frameContents.ts";
import { GraphicsEncoder } from "./graphicsEncoder.ts";

await buildKernels();
const compiled = loadKernels();
/** As in a connection's process; elsewhere the tests do without kernels. */
const startFrames =
  compiled && ((frame: Size) => frameKernels(startKernels(compiled, { frameBytes: frameBytesOf(frame) }), frame));

for (const progressive of [true, false]) {
  test(`whatever happens on a desktop, the client shows it ${progressive ? "" : "by plain RemoteFX "}and in the end exactly`, () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 4; seed++) {
      const { desk, client, step } = modelOf({ seed, progressive });
      for (let count = 0; count < 50; count++) {
        const lossy = step(count === 0 ? [] : desk.happen());
        assertShown(client.pixels, desk.pixels, lossy, `${seed}: step ${count}`);
      }
      assertShown(client.pixels, desk.pixels, step.settle(), `${seed}: at rest`);
      for (const command of client.commands) seen.add(command);
    }
    for (const command of ["solidFill", "clearCodec", "planar", "surfaceToSurface", ...cacheCommands]) {
      assert.ok(seen.has(command), `${command} among ${[...seen].join(", ")}`);
    }
  });
}

test("a desktop that begins anew is shown, whatever the client remembers of the one before", () => {
  const { desk, client, step, begin } = modelOf({ seed: 5, progressive: true });
  for (let count = 0; count < 20; count++) step(count === 0 ? [] : desk.happen());

  begin();
  for (let count = 0; count < 20; count++) step(count === 0 ? [] : desk.happen());

  assertShown(client.pixels, desk.pixels, step.settle(), "after it has begun anew");
});

test("what is said among pictures leaves them as they are", () => {
  const { desk, client, encoder, step } = modelOf({ seed: 5, progressive: true });
  for (let count = 0; count < 30; count++) {
    step(count === 0 ? [] : desk.happen());
    client.receive([encoder.say({ is: "cacheImportReply", cacheSlots: [] })]);
  }

  assertShown(client.pixels, desk.pixels, step([]), "with answers between");
});

test("a window that comes back is shown from the client's cache", () => {
  const { desk, client, encoder, step } = modelOf({ seed: 5, progressive: true, size: { width: 256, height: 320 } });
  step([]);
  const whole = { x: 0, y: 0, width: desk.pixels.width, height: desk.pixels.height };
  const first = desk.pixels.data.slice();
  assert.equal(step(desk.draw("noise", whole)), true);
  desk.pixels.data.set(first);
  const before = client.commands.length;

  assert.equal(step([whole]), false);

  assert.deepEqual(new Set(client.commands.slice(before)), new Set(["startFrame", "cacheToSurface", "endFrame"]));
  assertShown(client.pixels, desk.pixels, false, "the first again");
  const counted = new Map(encoder.operations.map(({ operation, areas }) => [operation, areas]));
  assert.deepEqual(counted.get("cache"), 20);
  assert.deepEqual(counted.get("keep"), 20);
  assert.deepEqual(counted.get("clearCodec"), 20);
  assert.equal(counted.get("progressive"), 1);
});

test("a dragged window covers and uncovers what is behind it without pictures, whatever changes there meanwhile", () => {
  const { desk, client, encoder, step } = modelOf({ seed: 5, progressive: true, size: { width: 400, height: 330 } });
  desk.draw("photo", { x: 0, y: 0, width: 400, height: 330 });
  const ground = { ...desk.pixels, data: desk.pixels.data.slice() };
  const window = picture("text", { width: 190, height: 150 }, 3);
  let place = { x: 200, y: 90, width: 190, height: 150 };
  const moveTo = (round: number): readonly Rectangle[] => {
    const before = place;
    const [x, y] = [Math.round(100 + 90 * Math.cos(round / 8)), Math.round(90 + 80 * Math.sin(round / 8))];
    place = { ...place, x, y };
    copyPixelsInto(crop(desk.pixels, before), crop(ground, before));
    copyPixelsInto(crop(desk.pixels, place), window);
    return [before, place];
  };
  step([]);
  step.settle();
  for (let round = 0; round < 110; round++) {
    step(moveTo(round));
    if (round % 5 === 0) step.settle();
  }
  const before = client.commands.length;

  for (let round = 110; round < 140; round++) {
    assertShown(client.pixels, desk.pixels, step(moveTo(round)), `round ${round}`);
  }
  assert.deepEqual(new Set(client.commands.slice(before)), new Set(["startFrame", "surfaceToSurface", "endFrame"]));
  // Something else is drawn there, which the window covers and uncovers from now on.
  copyPixelsInto(
    crop(ground, { x: 0, y: 0, width: 200, height: 200 }),
    picture("photo", { width: 200, height: 200 }, 7),
  );
  for (let round = 140; round < 200; round++) {
    assertShown(client.pixels, desk.pixels, step(moveTo(round)), `round ${round}`);
  }
  assertShown(client.pixels, desk.pixels, step.settle(), "at rest");
  assert.ok(100 < (encoder.operations.find(({ operation }) => operation === "ground")?.areas ?? 0));
});

/** A desk, and a client that is shown it; `step` sends what differs and gives what the client has only nearly. */
function modelOf(options: {
  readonly seed: number;
  readonly progressive: boolean;
  readonly cacheSlots?: number;
  readonly size?: Size;
}) {
  const { seed, progressive, cacheSlots = 40, size = { width: 300, height: 260 } } = options;
  const desk = new ModelDesk(size, seed);
  const encoder = new GraphicsEncoder({ progressive, cacheSlots, cacheBytes: cacheSlots * 12_000 });
  const client = modelClient();
  let contents = new FrameContents(desk.pixels, encoder, { startKernels: startFrames });
  let [now, id] = [0, 0];
  const begin = (): void => {
    contents = new FrameContents(desk.pixels, encoder, { startKernels: startFrames });
    client.receive(encoder.begin(desk.pixels));
  };
  const send = (changes: ReturnType<FrameContents["takeChanges"]>, exact: boolean): readonly Rectangle[] => {
    if (changes === undefined) return [];
    const isNearly = (tile: Rectangle): boolean => contents.isNearly(tile);
    const encoded = encoder.encode({ id: ++id, pixels: contents.pixels, ...changes, isNearly, exact });
    client.receive(encoded.messages);
    if (!exact) contents.noteSent(changes.areas, encoded, instant(now));
    return encoded.lossy;
  };
  const step = (damage: readonly Rectangle[]): boolean => {
    now += 10;
    return 0 < send(contents.takeChanges(desk, damage, instant(now)), false).length || isNearly();
  };
  const isNearly = (): boolean => contents.stillAt !== undefined;
  step.settle = (): boolean => {
    now += 1000;
    for (let areas = contents.takeStill(instant(now), 8); 0 < areas.length;) {
      send({ copies: [], moving: [], areas }, true);
      areas = contents.takeStill(instant(now), 8);
    }
    return isNearly();
  };
  begin();
  return { desk, client, encoder, step, begin };
}

const cacheCommands = ["surfaceToCache", "cacheToSurface", "evictCacheEntry"];

function modelClient() {
  const commands: string[] = [];
  const listener = { updated: () => {}, undecoded: (what: string) => assert.fail(what) };
  const picture = new ClientPicture(listener, { codecs: [], decoded: true });
  const surfaces = new GraphicsSurfaces(picture, listener);
  const zgfx = new ZgfxDecompressor();
  const apply = (command: GraphicsCommand): void => {
    commands.push(command.is === "wireToSurface1" ? String(command.codec) : command.is);
    surfaces.apply(command);
  };
  const receive = (messages: readonly Outgoing[]): void => {
    for (const { bytes } of messages) {
      for (const command of decode(graphicsCommands, zgfx.decompress(bytes))) apply(command);
    }
    surfaces.present();
  };
  return {
    receive,
    commands,
    get pixels() {
      return picture.pixels;
    },
  };
}

function assertShown(got: Pixels, wanted: Pixels, isNearly: boolean, when: string): void {
  const { worst, decibels } = nearness(wanted, crop(got, { x: 0, y: 0, ...wanted }));
  if (isNearly) assert.ok(28 <= decibels, `${when}: ${decibels} dB`);
  else assert.equal(worst, 0, when);
}

test("a client with several monitors is told of them from the primary one's corner, on one surface over them all", () => {
  const encoder = new GraphicsEncoder({ progressive: true, cacheSlots: 40, cacheBytes: 480_000 });
  const monitors = [
    { x: 640, y: 100, width: 800, height: 600, primary: true },
    { x: 0, y: 0, width: 640, height: 480, primary: false },
  ];
  const zgfx = new ZgfxDecompressor();
  const told = (size: Size, ...more: (readonly Monitor[])[]) =>
    encoder.begin(size, ...more).flatMap(({ bytes }) => decode(graphicsCommands, zgfx.decompress(bytes)));
  const several = told({ width: 1440, height: 700 }, monitors);
  const one = told({ width: 640, height: 480 });

  assert.deepEqual(several, [
    {
      is: "resetGraphics",
      width: 1440,
      height: 700,
      monitors: [
        { x: 0, y: 0, width: 800, height: 600, primary: true },
        { x: -640, y: -100, width: 640, height: 480, primary: false },
      ],
    },
    { is: "createSurface", surfaceId: 0, width: 1440, height: 700, pixelFormat: "xrgb8888" },
    { is: "mapSurfaceToOutput", surfaceId: 0, x: 0, y: 0 },
  ]);
  const reset = one.find((command) => command.is === "resetGraphics");
  assert.deepEqual(reset?.monitors, [{ x: 0, y: 0, width: 640, height: 480, primary: true }]);
});
