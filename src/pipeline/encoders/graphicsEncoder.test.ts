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
import { KeptTiles } from "../../diagnostics/client/keptTiles.ts";
import { ModelDesk } from "../../../test/modelDesk.ts";
import { nearness, picture } from "../../../test/pictures.ts";
import { buildKernels } from "../../../tools/kernels.ts";
import type { Monitor } from "#desktop/desktop.ts";
import type { Outgoing } from "../encoder.ts";
import { FrameContents } from "../frameContents.ts";
import { GraphicsEncoder } from "./graphicsEncoder.ts";
import type { OfferedTile } from "./tileCache.ts";
import { TileNames } from "./tileNames.ts";

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

test("a client that comes back is shown from what it has kept, exactly and by far fewer bytes", () => {
  const kept = new KeptTiles();
  const first = modelOf({ ...returning, kept });
  first.step([]);
  first.step.settle();
  assertShown(first.client.pixels, first.desk.pixels, false, "the first time");
  assert.ok(15 < kept.count, `${kept.count} tiles kept`);

  const second = modelOf({ ...returning, kept, desk: first.desk });
  assert.equal(second.step([]), false);

  assertShown(second.client.pixels, first.desk.pixels, false, "the second time");
  assert.ok(second.client.bytes * 10 < first.client.bytes, `${first.client.bytes} and ${second.client.bytes} bytes`);
  const counted = second.encoder.operations.find(({ operation }) => operation === "import");
  assert.equal(counted?.areas, second.client.commands.filter((command) => command === "cacheToSurface").length);
  // And whatever happens then.
  for (let count = 0; count < 40; count++) {
    const lossy = second.step(first.desk.happen());
    assertShown(second.client.pixels, first.desk.pixels, lossy, `step ${count}`);
  }
  assertShown(second.client.pixels, first.desk.pixels, second.step.settle(), "at rest");
});

test("what a client has kept of another host or of another user is not shown", () => {
  for (const other of [new TileNames(new Uint8Array(32), "anna"), new TileNames(secret, "ben")]) {
    const kept = new KeptTiles();
    const first = modelOf({ ...returning, kept, names: other });
    first.step([]);
    first.step.settle();

    const second = modelOf({ ...returning, kept, desk: first.desk });
    second.step([]);
    second.step.settle();

    assert.ok(!second.client.commands.includes("cacheToSurface"));
    assertShown(second.client.pixels, first.desk.pixels, false, "by its own pictures");
    assert.equal(second.encoder.operations.find(({ operation }) => operation === "import")?.areas, 0);
  }
});

test("a client that offers when its desktop has long begun, or over and over, is shown exactly what is there", () => {
  const kept = new KeptTiles();
  const first = modelOf({ ...returning, kept });
  for (let count = 0; count < 10; count++) first.step(count === 0 ? [] : first.desk.happen());
  first.step.settle();

  const second = modelOf({ ...returning, kept, desk: first.desk, offers: "late" });
  for (let count = 0; count < 60; count++) {
    const lossy = second.step(count === 0 ? [] : first.desk.happen());
    assertShown(second.client.pixels, first.desk.pixels, lossy, `step ${count}`);
    if (count === 5) second.client.receive(second.encoder.offer(second.client.offered() ?? []));
    // It has forgotten what these were, and never put anything into the slots: they are not used.
    if (count % 7 === 6) second.client.receive(second.encoder.offer([{ cacheKey: 5n, bitmapLength: 16_384 }]));
  }
  assertShown(second.client.pixels, first.desk.pixels, second.step.settle(), "at rest");
});

test("a client that offers more than it can have, or lies about sizes, is answered and shown what is there", () => {
  const lies: readonly (readonly OfferedTile[])[] = [
    Array.from({ length: 20_000 }, (_, index) => ({ cacheKey: BigInt(index), bitmapLength: 16_384 })),
    Array.from({ length: 5461 }, (_, index) => ({ cacheKey: BigInt(index), bitmapLength: 0 })),
    [{ cacheKey: 1n, bitmapLength: 0xffff_ffff }],
    [],
  ];
  const model = modelOf({ ...returning, kept: new KeptTiles(), offers: "late" });
  for (const lie of lies) {
    model.client.receive(model.encoder.offer(lie));
    model.step(model.desk.happen());
  }
  const answers = model.client.commands.filter((command) => command === "cacheImportReply");
  assert.equal(answers.length, lies.length);
  assertShown(model.client.pixels, model.desk.pixels, model.step.settle(), "at rest");
});

test("an offer waits for the desktop of its user, and only so many wait", () => {
  const encoder = new GraphicsEncoder({ progressive: true, cacheSlots: 40, cacheBytes: 480_000 });
  const client = modelClient();
  const offer = (): void => client.receive(encoder.offer([{ cacheKey: 1n, bitmapLength: 4 }]));
  const answers = () => client.commands.filter((command) => command === "cacheImportReply").length;
  const size = { width: 64, height: 64 };
  client.receive(encoder.begin(size));
  for (let count = 0; count < 10; count++) offer();
  assert.equal(answers(), 2);
  encoder.nameBy(new TileNames(secret, "anna"));
  offer();
  assert.equal(answers(), 3);

  client.receive(encoder.begin(size));

  assert.equal(answers(), 11);
  offer();
  assert.equal(answers(), 12);
});

/** A desk, and a client that is shown it; `step` sends what differs and gives what the client has only nearly. */
function modelOf(options: {
  readonly seed: number;
  readonly progressive: boolean;
  readonly cacheSlots?: number;
  readonly size?: Size;
  readonly desk?: ModelDesk;
  readonly names?: TileNames;
  readonly kept?: KeptTiles;
  /** "late": not by itself. */
  readonly offers?: "late";
}) {
  const { seed, progressive, cacheSlots = 40, size = { width: 300, height: 260 } } = options;
  const { desk = new ModelDesk(size, seed), names, kept, offers } = options;
  const encoder = new GraphicsEncoder({ progressive, cacheSlots, cacheBytes: cacheSlots * 12_000 });
  const client = modelClient(kept);
  if (names !== undefined) encoder.nameBy(names);
  const offered = offers === "late" ? undefined : client.offered();
  if (offered !== undefined) client.receive(encoder.offer(offered));
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

const secret = new Uint8Array(32).fill(7);
/** All of it fits the cache. */
const returning = {
  seed: 5,
  progressive: true,
  cacheSlots: 100,
  size: { width: 400, height: 330 },
  names: new TileNames(secret, "anna"),
};

const cacheCommands = ["surfaceToCache", "cacheToSurface", "evictCacheEntry"];

function modelClient(kept?: KeptTiles) {
  const commands: string[] = [];
  let bytes = 0;
  const listener = { updated: () => {}, undecoded: (what: string) => assert.fail(what) };
  const picture = new ClientPicture(listener, { codecs: [], decoded: true });
  const surfaces = new GraphicsSurfaces(picture, listener, kept);
  const zgfx = new ZgfxDecompressor();
  const apply = (command: GraphicsCommand): void => {
    commands.push(command.is === "wireToSurface1" ? String(command.codec) : command.is);
    surfaces.apply(command);
  };
  const receive = (messages: readonly Outgoing[]): void => {
    for (const message of messages) {
      bytes += message.bytes.length;
      for (const command of decode(graphicsCommands, zgfx.decompress(message.bytes))) apply(command);
    }
    surfaces.present();
  };
  return {
    receive,
    commands,
    offered: () => kept?.offer()?.entries,
    get bytes() {
      return bytes;
    },
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
