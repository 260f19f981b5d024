import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { refusalScreen } from "#desktop/screens/refusalScreen.ts";
import type { Screen, ScreenAction } from "#desktop/screens/screen.ts";
import { RefusalStand } from "./refusalStand.ts";

const given = { host: "ts1", title: "No", explanation: "…", remedy: "…", code: "HF-SEAT-01", record: "K7QX-2M" };

test("a refusal stands for its time, or until its user closes it", async (t) => {
  const { stand, shown, close } = standing(t);
  const first = stand.show(given, 60_000);
  t.mock.timers.tick(59_999);
  assert.deepEqual(shown, [refusalScreen(given)]);
  t.mock.timers.tick(1);
  await first;
  const second = stand.show(given, 60_000);
  close();
  await second;
});

test("a refusal that is held stands until it is let go, and then for the time that was left", async (t) => {
  const { stand, shown, held } = standing(t);
  let isOver = false;
  const over = stand.show(given, 60_000).then(() => (isOver = true));
  t.mock.timers.tick(20_000);
  stand.hold(600);
  t.mock.timers.tick(599_000);
  assert.match(JSON.stringify(shown.at(-1)), /administrator is looking/u);
  stand.hold(0);
  assert.deepEqual([shown.at(-1), held], [refusalScreen(given), [true, false]]);
  t.mock.timers.tick(39_999);
  await Promise.resolve();
  assert.equal(isOver, false);
  t.mock.timers.tick(1);
  await over;
});

test("nobody has to let a refusal go: the hold has an end, and one more order makes it longer", async (t) => {
  const { stand, held } = standing(t);
  const over = stand.show(given, 1000);
  stand.hold(10);
  t.mock.timers.tick(9000);
  stand.hold(10);
  t.mock.timers.tick(9999);
  assert.deepEqual(held, [true]);
  t.mock.timers.tick(1);
  assert.deepEqual(held, [true, false]);
  t.mock.timers.tick(1000);
  await over;
});

test("where no refusal stands there is nothing to hold", (t) => {
  const { stand, held } = standing(t);
  stand.hold(10);
  stand.hold(0);
  assert.deepEqual(held, []);
});

function standing(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const shown: Screen[] = [];
  const held: boolean[] = [];
  let close = (): void => {};
  const stand = new RefusalStand({
    stage: {
      ask: (screen) => {
        shown.push(screen);
        return new Promise<ScreenAction>((resolve) => (close = () => resolve({ is: "close" })));
      },
      change: (screen) => void shown.push(screen),
    },
    now: () => Date.now(),
    heldChanged: (each) => void held.push(each),
  });
  return { stand, shown, held, close: () => close() };
}
