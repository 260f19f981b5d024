import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import type { BoxAnswer, MessageBoxNews } from "#contracts/service.ts";
import type { Desktop, Key } from "#desktop/desktop.ts";
import { HeadlessDesktop } from "#desktop/headless/headlessDesktop.ts";
import type { LinkListener } from "./serviceLink.ts";
import { SessionBoxes } from "./sessionBoxes.ts";

test("while no box stands the client sees the session's desktop itself", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, desktop, seen, answers, press } = connection();
  listener().messageBox(box("1"));
  assert.notEqual(seen().picture, desktop);

  press(enter, { after: 800 });

  assert.deepEqual(answers, [["1", { is: "button", button: "ok" }]]);
  assert.deepEqual([seen().picture, seen().input], [desktop, desktop]);
});

test("the input stays with the box until its key is up", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, desktop, seen, wait } = connection();
  listener().messageBox(box("1"));
  wait(800);
  seen().input.key(enter, true);
  assert.deepEqual([seen().picture === desktop, seen().input === desktop], [true, false]);
  seen().input.key(enter, false);
  assert.equal(seen().input, desktop);
  assert.deepEqual(desktop.takeInput(), []);
});

test("of several boxes the newest is answered first", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, answers, press } = connection();
  for (const id of ["1", "2", "3"]) listener().messageBox(box(id));
  listener().messageBoxGone({ id: "2" });
  press(enter, { after: 800 });
  press(enter, { after: 800 });
  assert.deepEqual(
    answers.map(([id]) => id),
    ["3", "1"],
  );
});

test("a box that nobody answers goes when its time is over", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, desktop, seen, answers, wait } = connection();
  listener().messageBox(box("1", { seconds: 3 }));
  for (let second = 0; second < 4; second++) {
    wait(1000);
    t.mock.timers.tick(1000);
  }
  assert.deepEqual(answers, [["1", { is: "silence" }]]);
  assert.equal(seen().picture, desktop);
});

test("any input closes a box that says so, and goes on to the desktop when it is a motion", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, desktop, seen, answers } = connection();
  listener().messageBox(box("1", { anyInputCloses: true }));
  seen().input.pointerTo({ x: 3, y: 4 });
  assert.deepEqual(answers, [["1", { is: "closed" }]]);
  assert.deepEqual(desktop.takeInput(), [{ is: "pointerTo", at: { x: 3, y: 4 } }]);
});

test("who asked hears of it when the session is left, and nothing is shown where there is none", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { boxes, listener, answers } = connection();
  listener().messageBox(box("1"));
  boxes.over(undefined);
  listener().messageBox(box("2"));
  assert.deepEqual(answers, [
    ["1", { is: "notShown" }],
    ["2", { is: "notShown" }],
  ]);
});

test("boxes go when the service goes, without a word", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, desktop, seen, answers } = connection();
  listener().messageBox(box("1"));
  listener().serviceLost();
  assert.deepEqual([seen().picture, answers], [desktop, []]);
});

test("of more boxes than can be counted the oldest go", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listener, answers } = connection();
  for (let id = 1; id <= 18; id++) listener().messageBox(box(String(id)));
  assert.deepEqual(answers, [
    ["1", { is: "notShown" }],
    ["2", { is: "notShown" }],
  ]);
});

function connection() {
  const link: { listener: LinkListener | undefined; tell: (name: string, value: any) => void } = {
    listener: undefined,
    tell: (_name, { id, answer }) => answers.push([id, answer]),
  };
  const answers: (readonly [string, BoxAnswer])[] = [];
  const desktop = new HeadlessDesktop({ size: { width: 640, height: 480 }, sizeMax: { width: 640, height: 480 } });
  let seen: { readonly picture: Desktop; readonly input: Desktop } = { picture: desktop, input: desktop };
  let now = 0;
  const boxes = new SessionBoxes({
    link,
    now: () => instant(now),
    exchange: (picture, input) => (seen = { picture, input }),
  });
  boxes.over(desktop);
  const wait = (milliseconds: number) => void (now += milliseconds);
  const listener = () => link.listener ?? assert.fail("nobody listens");
  const press = (key: Key, { after }: { readonly after: number }) => {
    wait(after);
    seen.input.key(key, true);
    seen.input.key(key, false);
  };
  return { boxes, listener, desktop, seen: () => seen, answers, wait, press };
}

function box(id: string, more: Partial<MessageBoxNews> = {}): MessageBoxNews {
  const buttons = [{ id: "ok", label: "OK" }];
  return { id, title: "Title", text: "Text", buttons, seconds: 60, anyInputCloses: false, ...more };
}

const enter: Key = { scanCode: 0x1c, extended: false, extended1: false };
