import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { newPixels } from "#base/pixels.ts";
import { instant } from "#base/units.ts";
import { FirstPicture, isEmptyPicture } from "./firstPicture.ts";

test("a screen of one colour is empty, whatever the unused byte is", () => {
  const pixels = newPixels({ width: 64, height: 64 });
  assert.equal(isEmptyPicture(pixels), true);
  pixels.data.fill(0x7f);
  pixels.data[4 * 100 + 3] = 0;
  assert.equal(isEmptyPicture(pixels), true);
  pixels.data[4 * (64 * 16 + 63)] = 0;
  assert.equal(isEmptyPicture(pixels), false);
});

test("after three seconds of an empty screen its user is told whom he waits for, and what that said last", async (t) => {
  const { pass, draw, told, say } = watching(t, 3);
  await pass(2900);
  assert.deepEqual(told, []);

  await pass(400);
  const first = "The screen is still empty: waiting for “icewm-session” to draw something.\n";
  assert.deepEqual(told, [`${first}It has said nothing.`]);
  say("cannot open theme");
  await pass(1000);
  assert.equal(told.at(-1), `${first}It said last:\ncannot open theme`);
  assert.equal(told.length, 2);
  draw();
  await pass(300);
  assert.deepEqual(told.slice(2), [undefined, "seen"]);
  await pass(60_000);
  assert.equal(told.length, 4);
});

test("who has a picture at once, or does not want to be told, is told nothing", async (t) => {
  const quick = watching(t, 3);
  quick.draw();
  await quick.pass(5000);
  assert.deepEqual(quick.told, ["seen"]);
  t.mock.timers.reset();

  const silent = watching(t, 0);
  await silent.pass(70_000);
  silent.draw();
  await silent.pass(5000);
  assert.deepEqual(silent.told, []);
});

function watching(t: TestContext, patience: number) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const pixels = newPixels({ width: 64, height: 64 });
  const told: (string | undefined)[] = [];
  const lines: string[] = [];
  let now = 0;
  const watch = new FirstPicture({
    pixels: () => pixels,
    patience,
    lastWords: async () => ({ name: "icewm-session", lines: [...lines] }),
    tell: (text) => told.push(text),
    seen: () => told.push("seen"),
    now: () => instant(now),
  });
  t.after(() => watch.close());
  return {
    told,
    draw: () => pixels.data.fill(0xff, 0, 400),
    say: (line: string) => lines.push(line),
    pass: async (ms: number) => {
      for (const end = now + ms; now < end;) {
        now += 50;
        t.mock.timers.tick(50);
        await new Promise(setImmediate);
      }
    },
  };
}
