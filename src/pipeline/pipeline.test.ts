import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Rectangle, Size } from "#base/geometry.ts";
import { instant } from "#base/units.ts";
import { HeadlessDesktop } from "#desktop/headless/headlessDesktop.ts";
import type { Encoder, Frame } from "./encoder.ts";
import { Pipeline } from "./pipeline.ts";

const size = { width: 200, height: 130 };

test("the first frame is the whole screen by tiles, and what has not changed is not sent again", async (t) => {
  const { frames, draw, settled } = show(t);
  await settled();

  assert.equal(frames.length, 1);
  assert.equal(frames[0]?.areas.length, 4 * 3);
  assert.equal(covered(frames[0]?.areas ?? []), size.width * size.height);
  draw({ x: 70, y: 5, width: 10, height: 10 }, 0);
  await settled();
  assert.equal(frames.length, 1);
});

test("a change is sent once, in the tiles that it touches, and cut to what differs", async (t) => {
  const { frames, draw, settled } = show(t);
  await settled();

  draw({ x: 60, y: 10, width: 8, height: 3 }, 0xff, { damaged: { x: 0, y: 0, ...size } });
  await settled();

  assert.deepEqual(
    frames.slice(1).map(({ areas }) => areas),
    [
      [
        { x: 60, y: 10, width: 4, height: 3 },
        { x: 64, y: 10, width: 4, height: 3 },
      ],
    ],
  );
});

test("what was sent with loss is sent exactly once it has stood still", async (t) => {
  const { frames, draw, settled } = show(t, { lossy: true });
  await settled();
  const moving = { x: 0, y: 0, width: 64, height: 64 };
  for (let colour = 1; colour <= 3; colour++) {
    draw(moving, colour);
    await settled(100);
  }

  await settled(900);

  const exact = frames.filter((frame) => frame.exact);
  assert.equal(covered(exact.flatMap(({ areas }) => areas)), size.width * size.height);
  const lastLossy = frames.findLastIndex((frame) => !frame.exact);
  const settledMoving = exact.findIndex(({ areas }) => areas.some(({ x, y }) => x === 0 && y === 0));
  assert.ok(lastLossy < frames.indexOf(exact[settledMoving]!));
});

test("what has stood still beside something that never does is sent exactly all the same", async (t) => {
  const { frames, draw, settled } = show(t, { lossy: true });
  await settled();

  const film = { x: 0, y: 0, width: 64, height: 64 };
  const exact = () => frames.filter((frame) => frame.exact).flatMap(({ areas }) => areas);
  for (let picture = 1; picture <= 200 && exact().length < 11; picture++) {
    draw(film, picture);
    await settled(20);
  }

  assert.equal(covered(exact()), size.width * size.height - covered([film]));
});

test("nothing is sent while the client shows nothing, and afterwards what it wants to see", async (t) => {
  const { pipeline, frames, draw, settled } = show(t);
  await settled();

  pipeline.hide(true);
  draw({ x: 0, y: 0, width: 20, height: 20 }, 0xff);
  await settled();
  assert.equal(frames.length, 1);
  pipeline.refresh([{ x: 130, y: 120, width: 5, height: 5 }]);
  pipeline.hide(false);
  await settled();

  assert.deepEqual(
    frames.slice(1).flatMap(({ areas }) => areas),
    [
      { x: 0, y: 0, width: 20, height: 20 },
      { x: 128, y: 64, width: 64, height: 64 },
    ],
  );
});

test("a client that acknowledges is sent nothing while two frames are under way, and then the latest picture", async (t) => {
  const { pipeline, frames, draw, settled } = show(t, { acknowledged: true });
  await settled();
  for (let colour = 1; colour <= 4; colour++) {
    draw({ x: 0, y: 0, width: 64, height: 64 }, colour);
    await settled(60);
  }
  assert.deepEqual(
    frames.map(({ id }) => id),
    [1, 2],
  );

  pipeline.receiveAcknowledged(2);
  await settled();

  assert.deepEqual(
    frames.map(({ id, colour }) => [id, colour]),
    [
      [1, 0],
      [2, 1],
      [3, 4],
    ],
  );
});

test("a line that is slower than the frames gets none until it is empty again", async (t) => {
  const { pipeline, frames, sink, draw, settled } = show(t);
  await settled();
  sink.line = { bytesQueued: 300_000 };
  draw({ x: 0, y: 0, width: 5, height: 5 }, 1);
  await settled();
  assert.equal(frames.length, 1);

  sink.line = { bytesQueued: 0 };
  pipeline.receiveDrained();
  await settled();

  assert.equal(frames.length, 2);
});

test("at another size everything begins anew", async (t) => {
  const { pipeline, frames, desktop, begun, settled } = show(t);
  await settled();

  await desktop.resize({ width: 100, height: 100 });
  pipeline.begin();
  await settled();

  assert.deepEqual(begun, [size, { width: 100, height: 100 }]);
  assert.equal(covered(frames.at(-1)?.areas ?? []), 100 * 100);
});

test(
  "a desktop whose size has changed is not asked for pictures before it begins anew",
  { timeout: 20_000 },
  async (t) => {
    const { pipeline, frames, desktop, settled } = show(t);
    await settled();

    // Waits for its turn while the size changes.
    pipeline.refresh([{ x: 0, y: 0, width: 9, height: 9 }]);
    await desktop.resize({ width: 300, height: 300 });
    await settled();
    assert.ok(frames.length <= 2);
    pipeline.begin();
    await settled();

    assert.equal(covered(frames.at(-1)?.areas ?? []), 300 * 300);
  },
);

/**
 * A desktop shown to a client that gets every frame at once; `settled` waits until a frame that is due has been sent.
 */
function show(t: TestContext, options: { readonly lossy?: boolean; readonly acknowledged?: boolean } = {}) {
  const desktop = new HeadlessDesktop({ size, sizeMax: { width: 400, height: 400 } });
  const frames: (Omit<Frame, "pixels" | "copies" | "isNearly"> & { readonly colour: number })[] = [];
  const begun: Size[] = [];
  const encoder: Encoder = {
    name: "recording",
    acknowledged: options.acknowledged === true,
    tellsSize: true,
    movesParts: false,
    begin: ({ width, height }) => {
      begun.push({ width, height });
      return [];
    },
    encode: ({ id, areas, exact, pixels }) => {
      frames.push({ id, areas, exact, colour: pixels.data[pixels.offset] ?? 0 });
      return { messages: [], lossy: options.lossy === true ? areas : [] };
    },
  };
  const sink = { send: () => {}, line: { bytesQueued: 0 } };
  const pipeline = new Pipeline({
    desktop,
    encoder,
    sink,
    framesPerSecond: 240,
    now: () => instant(performance.now()),
    failed: (error) => assert.fail(String(error)),
  });
  t.after(() => pipeline.close());
  desktop.listener = {
    damaged: () => pipeline.receiveDamaged(),
    resized: () => {},
    cursorChanged: () => {},
    ended: () => {},
  };
  pipeline.begin();
  const draw = (area: Rectangle, colour: number, { damaged = area }: { readonly damaged?: Rectangle } = {}) => {
    const { data, offset, stride } = desktop.pixels;
    for (let y = area.y; y < area.y + area.height; y++) {
      const row = offset + y * stride;
      data.fill(colour, row + area.x * 4, row + (area.x + area.width) * 4);
    }
    desktop.damage(damaged);
  };
  return { pipeline, desktop, frames, begun, sink, draw, settled };
}

/** Long enough for a frame that is due; in turns, so that a machine that stops for a while changes nothing. */
async function settled(milliseconds = 80): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 10) await delay(10);
}

/** In pixels; the areas do not overlap. */
function covered(areas: readonly Rectangle[]): number {
  return areas.reduce((sum, { width, height }) => sum + width * height, 0);
}
