import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Size } from "#base/geometry.ts";
import { instant } from "#base/units.ts";
import { HeadlessDesktop } from "#desktop/headless/headlessDesktop.ts";
import { Picture } from "./picture.ts";

const small = { width: 200, height: 200 };
const large = { width: 300, height: 200 };
const sizeMax = { width: 400, height: 400 };

test("a client that must be told of another size gets neither pictures nor pointers until it has taken it", async (t) => {
  const { picture, sent, reactivations } = show(t);
  const other = new HeadlessDesktop({ size: large, sizeMax });
  await settled();
  sent.length = 0;

  picture.show(other);
  other.damage({ x: 0, y: 0, width: 9, height: 9 });
  await settled();
  assert.deepEqual([reactivations, sent], [[large], []]);
  picture.reactivated(large);
  await settled();

  assert.deepEqual(sent.slice(0, 2), ["pointer", "frame of 300"]);
});

test("a size that changes back while the client takes another is told behind it", async (t) => {
  const { picture, desktop, sent, reactivations } = show(t);
  await settled();
  await desktop.resize(large);
  await settled();
  sent.length = 0;

  await desktop.resize(small);
  await settled();
  assert.deepEqual([reactivations, sent], [[large], []]);
  picture.reactivated(large);
  picture.reactivated(small);
  await settled();

  assert.deepEqual(reactivations, [large, small]);
  assert.deepEqual(sent.slice(0, 2), ["pointer", "frame of 200"]);
});

test("frames are numbered on from one desktop to the next, and a client that acknowledges none is still known", async (t) => {
  const { picture, frameIds } = show(t, { acknowledged: true });
  await settled();
  picture.suspended(true);

  const other = new HeadlessDesktop({ size: small, sizeMax });
  picture.show(other);
  for (let count = 1; count <= 4; count++) {
    other.pixels.data.fill(count);
    other.damage({ x: 0, y: 0, ...small });
    await settled();
  }

  assert.deepEqual(frameIds.slice(0, 4), [1, 2, 3, 4]);
});

/** A picture at a client whose share has the small size; `sent`: what came to the client. */
function show(t: TestContext, { acknowledged = false }: { readonly acknowledged?: boolean } = {}) {
  const sent: string[] = [];
  const frameIds: number[] = [];
  const reactivations: Size[] = [];
  const desktop = new HeadlessDesktop({ size: small, sizeMax });
  const picture = new Picture({
    owner: {
      reactivate: (size) => void reactivations.push(size),
      desktopEnded: () => assert.fail("it goes on"),
      failed: (error) => assert.fail(String(error)),
    },
    encoder: {
      name: "recording",
      acknowledged,
      tellsSize: false,
      movesParts: false,
      begin: () => [],
      encode: ({ id, pixels }) => {
        sent.push(`frame of ${pixels.width}`);
        frameIds.push(id);
        return { messages: [], lossy: [] };
      },
    },
    sink: { send: () => {}, line: { bytesQueued: 0 } },
    pointer: { show: () => void sent.push("pointer") },
    framesPerSecond: 240,
    now: () => instant(performance.now()),
    toldSize: small,
  });
  t.after(() => picture.close());
  picture.show(desktop);
  return { picture, desktop, sent, frameIds, reactivations };
}

/** Long enough for a frame that is due; in turns, so that a machine that stops for a while changes nothing. */
async function settled(): Promise<void> {
  for (let passed = 0; passed < 60; passed += 10) await delay(10);
}
