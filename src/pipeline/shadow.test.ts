import assert from "node:assert/strict";
import { test } from "node:test";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { Shadow } from "./shadow.ts";

const size = { width: 100, height: 70 };
const whole = { x: 0, y: 0, ...size };

test("what changed is told once, cut to the rows and columns that differ", () => {
  const { shadow, screen } = seen();
  assert.deepEqual(shadow.takeChanges(screen, [whole]), []);

  draw(screen, { x: 10, y: 5 });
  draw(screen, { x: 12, y: 9 });
  draw(screen, { x: 70, y: 66 });

  assert.deepEqual(shadow.takeChanges(screen, [whole]), [
    { x: 10, y: 5, width: 3, height: 5 },
    { x: 70, y: 66, width: 1, height: 1 },
  ]);
  assert.deepEqual(shadow.takeChanges(screen, [whole]), []);
});

test("a screen that is as it was before anybody has looked twice does no harm", () => {
  // Whenever it happens while the shadow is looking.
  for (let moment = 1; moment < 250; moment++) {
    const { shadow, screen } = seen();
    draw(screen, { x: 10, y: 0 });
    const changes = shadow.takeChanges(fleeting(screen, moment), [whole]);
    for (const { x, y, width, height } of changes) {
      assert.ok(0 <= x && 0 <= y && 0 < width && 0 < height, JSON.stringify({ moment, changes }));
    }
  }
});

/** A black screen, and a shadow that has seen it. */
function seen() {
  const shadow = new Shadow(size);
  const screen = newPixels(size);
  shadow.takeChanges(screen, [whole]);
  return { shadow, screen };
}

function draw({ data, stride }: Pixels, { x, y }: { readonly x: number; readonly y: number }): void {
  data[y * stride + x * 4] = 0xff;
}

/** The same screen; as if a program went on drawing, it becomes black when it is looked at for the n-th time. */
function fleeting(screen: Pixels, n: number): Pixels {
  let looks = 0;
  return {
    ...screen,
    get stride() {
      looks++;
      if (looks === n) screen.data.fill(0);
      return screen.stride;
    },
  };
}
