import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rectangle, Size } from "#base/geometry.ts";
import { crop, newPixels, copyPixelsInto, type Pixels } from "#base/pixels.ts";
import { instant } from "#base/units.ts";
import { fromDepth, toDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import { clientProfiles } from "#protocol/sequences/connect/clientProfiles.ts";
import type { CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import { MessageSplitter } from "#protocol/framing/messageSplitter.ts";
import { ClientScreen } from "../../diagnostics/client/clientScreen.ts";
import { ModelDesk } from "../../../test/modelDesk.ts";
import { nearness } from "../../../test/pictures.ts";
import type { Encoder } from "../encoder.ts";
import { FrameContents } from "../frameContents.ts";
import { BitmapEncoder } from "./bitmapEncoder.ts";
import { noOrders, orderAbilities } from "./orderAbilities.ts";
import { SurfaceEncoder } from "./surfaceEncoder.ts";

const plain = { updateBytesMax: 0x3f0000, skipAlpha: true };
const order: CapabilitySet = {
  is: "orderCapability",
  order: ["negotiate"],
  support: ["patBlt", "scrBlt", "memBlt"],
  extra: [],
  desktopSaveSize: 0,
  textAnsiCodePage: 0,
};
/** Small ones, so that they run over. */
const secondRevision: readonly CapabilitySet[] = [
  order,
  {
    is: "bitmapCacheRevision2Capability",
    cache: [],
    caches: [3, 5, 90].map((entries) => ({ entries, persistent: false })),
  },
];
const noCaches: readonly CapabilitySet[] = [order];

for (const [name, depth, sets] of [
  ["caches of the second revision", 32, secondRevision],
  ["caches of the second revision", 24, secondRevision],
  ["caches of the second revision", 15, secondRevision],
  ["caches of the second revision", 8, secondRevision],
  ["caches of the first revision", 16, firstRevision(16)],
  ["no caches", 16, noCaches],
] as const) {
  test(`whatever happens on a desktop, a client at ${depth} bpp with ${name} shows it`, () => {
    const packed = depth === 15 ? {} : ({ compression: depth === 24 ? "rdp4" : "rdp5" } as const);
    const encoder = new BitmapEncoder({ depth, ...plain, ...packed, orders: orderAbilities(sets, depth) });
    const model = modelOf({ encoder, sets, depth, seed: 3 });
    for (let count = 0; count < 40; count++) {
      model.step(count === 0 ? [] : model.desk.happen());
      assertShown(model, depth, `step ${count}`);
    }
    const done = new Set(encoder.operations.map(({ operation }) => operation));
    for (const operation of ["copy", "fill", ...(sets === noCaches ? [] : ["keep", "cache"])]) {
      assert.ok(done.has(operation), `${operation} among ${[...done].join(", ")}`);
    }
  });
}

for (const codec of ["remoteFx", "nsCodec"] as const) {
  test(`a client of ${codec} in surface commands shows whatever happens, and exactly when it stands still`, () => {
    const orders = orderAbilities(secondRevision, 32);
    const common = {
      bitsPerPixel: 32,
      ...plain,
      compression: "rdp5",
      frameMarkers: true,
      acknowledged: true,
      orders,
    } as const;
    const encoder = new SurfaceEncoder({ codec, codecId: codec === "remoteFx" ? 3 : 1, ...common });
    const profile = clientProfiles[codec === "remoteFx" ? "RemoteFX surface" : "NSCodec"];
    const model = modelOf({ encoder, sets: [...profile.capabilities, ...secondRevision], depth: 32, seed: 4 });
    for (let count = 0; count < 40; count++) model.step(count === 0 ? [] : model.desk.happen());
    model.settle();

    assertShown(model, 32, "at rest");
    const done = new Set(encoder.operations.map(({ operation }) => operation));
    for (const operation of ["copy", "fill", "cache", "keep", "planar", codec])
      assert.ok(done.has(operation), operation);
  });
}

test("desktops of one pixel and of the largest size are drawn by orders too", () => {
  for (const size of [
    { width: 1, height: 1 },
    { width: 8192, height: 3 },
    { width: 3, height: 8192 },
  ]) {
    const encoder = new BitmapEncoder({ depth: 16, ...plain, orders: orderAbilities(secondRevision, 16) });
    const model = modelOf({ encoder, sets: secondRevision, depth: 16, seed: 1, size });
    for (let count = 0; count < 5; count++) model.step(count === 0 ? [] : model.desk.happen());
    assertShown(model, 16, `${size.width} × ${size.height}`);
  }
});

test("a desktop that begins anew is shown to a client that has forgotten all", () => {
  const encoder = new BitmapEncoder({ depth: 16, ...plain, orders: orderAbilities(secondRevision, 16) });
  const model = modelOf({ encoder, sets: secondRevision, depth: 16, seed: 6 });
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < 15; count++) model.step(count === 0 ? [] : model.desk.happen());
    assertShown(model, 16, `round ${round}`);
    model.begin();
  }
});

test("a page that comes back comes from the client's cache, in a few bytes a tile", () => {
  const encoder = new BitmapEncoder({ depth: 16, ...plain, orders: orderAbilities(secondRevision, 16) });
  const model = modelOf({ encoder, sets: secondRevision, depth: 16, seed: 2, size: { width: 512, height: 320 } });
  const whole = { x: 0, y: 0, width: 512, height: 320 };
  model.step([]);
  const first = model.desk.pixels.data.slice();
  model.step(model.desk.draw("noise", whole));
  model.desk.pixels.data.set(first);

  const bytes = model.step([whole]);

  assertShown(model, 16, "the first page again");
  assert.ok(bytes <= 40 * 9 + 20, `${bytes} bytes`);
});

test("text costs little more than half of its bytes where the client decompresses, a photograph what it did", () => {
  const bytes = (["text", "noise"] as const).map((kind) =>
    ([undefined, "rdp5"] as const).map((compression) => {
      const packed = compression === undefined ? {} : { compression };
      const encoder = new BitmapEncoder({ depth: 16, ...plain, ...packed, orders: noOrders });
      const model = modelOf({ encoder, sets: [], depth: 16, seed: 1 });
      model.step([]);
      return model.step(model.desk.draw(kind, { x: 0, y: 0, width: 300, height: 260 }));
    }),
  );
  const [text = [], noise = []] = bytes;
  assert.ok(text[1]! < text[0]! * 0.7, text.join(" and "));
  assert.ok(noise[1]! <= noise[0]!, noise.join(" and "));
});

test("nothing is sent that a client has not named", () => {
  const without = ["scrBlt", "patBlt", "memBlt"] as const;
  for (const missing of without) {
    const support = without.filter((order) => order !== missing);
    const sets = secondRevision.map((set) => (set.is === "orderCapability" ? { ...set, support } : set));
    const abilities = orderAbilities(sets, 24);
    assert.deepEqual(
      [abilities.copies, abilities.fills, 0 < abilities.caches.length],
      without.map((order) => order !== missing),
    );
  }
  const unwilling = secondRevision.map((set) => (set.is === "orderCapability" ? { ...set, order: [] } : set));
  assert.deepEqual(orderAbilities(unwilling, 24), noOrders);
});

/** A desk, and a client that is shown it; `step` gives the bytes of the frame. */
function modelOf(options: {
  readonly encoder: Encoder;
  readonly sets: readonly CapabilitySet[];
  readonly depth: PixelDepth;
  readonly seed: number;
  readonly size?: Size;
}) {
  const { encoder, sets, depth, seed, size = { width: 300, height: 260 } } = options;
  const desk = new ModelDesk(size, seed);
  const owner = { updated: () => {}, pointerChanged: () => {}, acknowledge: () => {} };
  const profile = { ...clientProfiles["drawing orders 32"], colorDepth: depth, capabilities: sets };
  const screen = new ClientScreen(owner, { profile, decoded: true });
  let contents = new FrameContents(size, encoder);
  let [now, id] = [0, 0];
  const receive = (messages: ReturnType<Encoder["begin"]>): number => {
    const splitter = new MessageSplitter();
    for (const { bytes } of messages) {
      splitter.push(bytes);
      for (let message = splitter.take(); message !== undefined; message = splitter.take()) {
        screen.receiveFastPath(message.bytes);
      }
    }
    return messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  };
  const send = (changes: ReturnType<FrameContents["takeChanges"]>, exact: boolean): number => {
    if (changes === undefined) return 0;
    const isNearly = (tile: Rectangle): boolean => contents.isNearly(tile);
    const encoded = encoder.encode({ id: ++id, pixels: contents.pixels, ...changes, isNearly, exact });
    if (!exact) contents.noteSent(changes.areas, encoded, instant(now));
    return receive(encoded.messages);
  };
  const begin = (): void => {
    contents = new FrameContents(size, encoder);
    screen.activate(size);
    receive(encoder.begin(size));
  };
  const step = (damage: readonly Rectangle[]): number => {
    now += 10;
    return send(contents.takeChanges(desk, damage, instant(now)), false);
  };
  const settle = (): void => {
    now += 1000;
    for (let areas = contents.takeStill(instant(now), 8); 0 < areas.length;) {
      send({ copies: [], areas, moving: [] }, true);
      areas = contents.takeStill(instant(now), 8);
    }
  };
  begin();
  return { desk, screen, step, settle, begin };
}

function assertShown({ desk, screen }: ReturnType<typeof modelOf>, depth: PixelDepth, when: string): void {
  assert.deepEqual([...screen.undecoded], [], when);
  const { width, height } = desk.pixels;
  const shown = crop(screen.pixels, { x: 0, y: 0, width, height });
  assert.equal(nearness(atDepth(desk.pixels, depth), shown).worst, 0, when);
}

function atDepth(pixels: Pixels, depth: PixelDepth): Pixels {
  if (24 <= depth) return pixels;
  const layout = { rows: "topDown", palette: fixedPalette } as const;
  const copy = newPixels(pixels);
  copyPixelsInto(copy, fromDepth(toDepth(pixels, depth, layout), pixels, depth, layout));
  return copy;
}

function firstRevision(depth: PixelDepth): readonly CapabilitySet[] {
  const each = (depth + 7) >> 3;
  const caches = [
    { entries: 3, cellSize: 0x100 * each },
    { entries: 5, cellSize: 0x400 * each },
    { entries: 90, cellSize: 0x1000 * each },
  ];
  const general = clientProfiles["interleaved 16"].capabilities.filter(({ is }) => is === "generalCapability");
  return [...general, order, { is: "bitmapCacheCapability", caches }];
}
