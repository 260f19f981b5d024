import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, property, string } from "fast-check";
import { chooserScreen, refreshed } from "./chooserScreen.ts";
import { layOut, widgetAt } from "./layout.ts";
import { refusalScreen } from "./refusalScreen.ts";
import { draw, handle, type Screen, type ScreenAction } from "./screen.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import { askFurther, signInScreen, tryAgain, viewSignIn } from "./signInScreen.ts";
import { waitScreen } from "./waitScreen.ts";

const size = { width: 640, height: 480 };
const host = "terminal.example.org";
const signIn = signInScreen({ host, keyboardLayout: 0x0409 });
/** Num Lock off: the arrows of the keypad are arrows. */
const down: ScreenEvent = { is: "key", key: { scanCode: 0x50, extended: true, extended1: false }, down: true };
const wait = waitScreen({ host, title: "Please wait", waitsFor: "the X server", log: ["one", "two"] });
const refusal = refusalScreen({
  host,
  title: "All seats are taken",
  explanation: "Ten sessions are open, and no more are allowed.",
  remedy: "Try again later.",
  code: "HF-SEAT-01",
  record: "K7QX-2M",
});
const chooser = chooserScreen({
  host,
  title: "Choose your session",
  explanation: "There are two.",
  rows: [
    { id: "a", title: "Session 1", detail: "since today", actions: [{ id: "connect", label: "Connect" }] },
    {
      id: "b",
      title: "Session 2",
      detail: "since yesterday",
      actions: [
        { id: "connect", label: "Connect" },
        { id: "end", label: "End" },
      ],
    },
  ],
});
const crowded = tryAgain(signInScreen({ host, keyboardLayout: 0x0407, user: "anna", domain: "" }), {
  tone: "error",
  text: "The name or the password is not right. ".repeat(3),
});

/** Scan codes pressed and let go one after the other; negative: held down, 1000 and more: let go. */
function press(screen: Screen, ...scanCodes: readonly number[]): { model: Screen; action?: ScreenAction } {
  const events = scanCodes.flatMap((code): ScreenEvent[] => {
    const key = { scanCode: Math.abs(code) % 1000, extended: false, extended1: false };
    if (code < 0) return [{ is: "key", key, down: true }];
    const up = { is: "key", key, down: false } as const;
    return 1000 <= code ? [up] : [{ is: "key", key, down: true }, up];
  });
  return run(screen, events);
}

function run(screen: Screen, events: readonly ScreenEvent[]): { model: Screen; action?: ScreenAction } {
  let result: { model: Screen; action?: ScreenAction } = { model: screen };
  for (const event of events) {
    const action = result.action;
    result = { ...(action === undefined ? {} : { action }), ...handle(result.model, event, size) };
  }
  return result;
}

const typed = (text: string): ScreenEvent[] =>
  Array.from(text, (character) => ({ is: "character", codePoint: character.codePointAt(0)!, down: true }));

const click = (at: { x: number; y: number }): ScreenEvent => ({ is: "pointer", at, pressed: "left" });

const withPassword = (value: string): Screen => ({
  ...signIn,
  fields: signIn.fields.map((field) => (field.secret ? { ...field, value, caret: 3 } : field)),
});

test("a refusal that is held says so, and Enter closes it no longer", () => {
  const held = { ...refusal, held: "The administrator is looking for the cause." };

  assert.deepEqual(press(held, 0x1c), { model: held });
  assert.deepEqual(press(refusal, 0x1c).action, { is: "close" });
  assert.notDeepEqual(draw(held, size).data, draw(refusal, size).data);
});

test("every screen can be drawn at every size from 320x200 to 4096x2160", () => {
  const sizes: [number, number][] = [
    [320, 200],
    [200, 200],
    [640, 480],
    [1, 1],
    [1366, 768],
    [4096, 2160],
    [720, 2000],
    [3000, 201],
  ];
  for (const [width, height] of sizes) {
    for (const screen of [signIn, crowded, wait, refusal, chooser]) {
      const pixels = draw(screen, { width, height });
      assert.equal(pixels.data.length, width * height * 4);
    }
  }
});

test("at 640x480 all of a crowded sign-in screen is in sight", () => {
  const { card, stage } = layOut(viewSignIn(crowded), size);
  assert.ok(stage.y <= card.y && card.y + card.height <= stage.y + stage.height);
});

test("where a screen is too low, the field with the focus is in sight", () => {
  for (const focus of ["user", "password", "domain", "submit"]) {
    const { stage, widgets } = layOut(viewSignIn({ ...crowded, focus }), { width: 320, height: 200 });
    const focused = widgets.find(
      ({ widget, buttons }) =>
        ("id" in widget && widget.id === focus) || buttons.some(({ button }) => button.id === focus),
    )!;
    assert.ok(stage.y <= focused.box.y && focused.box.y + focused.box.height <= stage.y + stage.height, focus);
  }
});

test("a user signs in with nothing but the keyboard", () => {
  // anna, Tab, Secret1, Enter
  const { action } = press(
    signIn,
    0x1e,
    0x31,
    0x31,
    0x1e,
    0x0f,
    -0x2a,
    0x1f,
    1042,
    0x12,
    0x2e,
    0x13,
    0x12,
    0x14,
    0x02,
    0x1c,
  );
  assert.deepEqual(action, { is: "submit", values: { user: "anna", password: "Secret1" } });
});

test("Enter after the name goes to the password, and signs in from there", () => {
  const named = press(signIn, 0x1e, 0x1c);
  assert.equal(named.action, undefined);
  assert.deepEqual(press(named.model, 0x30, 0x1c).action, { is: "submit", values: { user: "a", password: "b" } });
});

test("a name is asked for when it is missing", () => {
  const { model, action } = press(signIn, 0x0f, 0x30, 0x1c);
  assert.equal(action, undefined);
  assert.ok(model.is === "signIn" && model.focus === "user" && model.notice?.text === "Please give your user name.");
});

test("Tab goes round through fields and buttons, with shift backwards; space presses the button there", () => {
  const focusAfter = (...codes: number[]): string => {
    const { model } = press(signIn, ...codes);
    return model.is === "signIn" ? model.focus : "";
  };
  assert.deepEqual(
    [[], [0x0f], [0x0f, 0x0f], [0x0f, 0x0f, 0x0f], [0x0f, 0x0f, 0x0f, 0x0f], [-0x2a, 0x0f, 1042]].map((codes) =>
      focusAfter(...codes),
    ),
    ["user", "password", "submit", "cancel", "user", "cancel"],
  );
  assert.deepEqual(press(signIn, -0x2a, 0x0f, 1042, 0x39).action, { is: "cancel" });
});

test("Escape cancels, also while the answer is being waited for", () => {
  const busy = press(signIn, 0x1e, 0x1c, 0x1c).model;
  assert.ok(busy.is === "signIn" && busy.busy !== undefined);
  assert.equal(press(busy, 0x1c).action, undefined);
  assert.deepEqual(press(busy, 0x01).action, { is: "cancel" });
});

test("what is typed is what the field holds", () => {
  const anything = string({ unit: "grapheme", maxLength: 40 });
  check(
    property(anything, (text) => {
      const { model } = run(signIn, typed(text));
      const printable = text.replaceAll(/\p{Cc}/gu, "");
      assert.ok(model.is === "signIn");
      assert.equal(model.fields[0]!.value, printable);
      assert.equal(model.fields[0]!.caret, Array.from(printable).length);
      draw(model, size);
    }),
    { numRuns: 60, seed: 17 },
  );
});

test("text is put in and taken out at the caret, by whole characters", () => {
  const { model } = press(run(signIn, typed("a😀c")).model, 0x0e, -0x45, 1069, 0x4b, 0x30, 0x47, 0x53, 0x4f, 0x2e);
  assert.ok(model.is === "signIn");
  assert.equal(model.fields[0]!.value, "b😀c");
});

test("a value has an end", () => {
  const { model } = run(signIn, typed("x".repeat(300)));
  assert.ok(model.is === "signIn");
  assert.equal(model.fields[0]!.value.length, 256);
});

test("a click puts the focus into a field and presses a button", () => {
  const layout = layOut(viewSignIn(signIn), size);
  const password = layout.widgets.find(({ widget }) => "id" in widget && widget.id === "password")!.box;
  const focused = run(signIn, [click({ x: password.x + 5, y: password.y + password.height - 5 })]).model;
  assert.ok(focused.is === "signIn" && focused.focus === "password");
  const cancel = layout.widgets.at(-1)!.buttons.find(({ button }) => button.id === "cancel")!.box;
  assert.deepEqual(run(signIn, [click(cancel)]).action, { is: "cancel" });
  assert.equal(widgetAt(layout, { x: 0, y: 0 }), undefined);
});

test("a password is never drawn, only its length", () => {
  assert.deepEqual(draw(withPassword("abc"), size).data, draw(withPassword("XYZ"), size).data);
});

test("Caps Lock is warned of in the password field", () => {
  const { model } = press(signIn, 0x0f, 0x3a);
  assert.ok(model.is === "signIn");
  assert.ok(viewSignIn(model).widgets.some((widget) => widget.is === "notice" && /Caps Lock/u.test(widget.text)));
});

test("after a wrong password only the password is empty, and has the focus", () => {
  const failed = tryAgain(signInScreen({ host, keyboardLayout: 0, user: "anna" }), { tone: "error", text: "Wrong." });
  assert.deepEqual([failed.fields.map((field) => field.value), failed.focus], [["anna", ""], "password"]);
});

test("a further question of PAM is answered under its own name", () => {
  const asked = askFurther(signIn, [{ id: "code", label: "Code:", secret: false }], { title: "One more step" });
  assert.deepEqual(press(asked, 0x02, 0x03, 0x1c).action, { is: "submit", values: { code: "12" } });
});

test("a refusal is closed by Enter, space, Escape, and a click on its button", () => {
  for (const code of [0x1c, 0x39, 0x01]) assert.deepEqual(press(refusal, code).action, { is: "close" });
  assert.equal(press(refusal, 0x1e).action, undefined);
});

test("waiting is given up by Escape, and not by one more Enter", () => {
  assert.deepEqual(press(wait, 0x01).action, { is: "cancel" });
  assert.equal(press(wait, 0x1c).action, undefined);
});

test("a row is chosen by arrow keys and Enter", () => {
  assert.deepEqual(press(run(chooser, [down, down]).model, 0x1c).action, {
    is: "choose",
    id: "b",
    action: "connect",
  });
});

test("another action than the first is reached by Tab, and rows that come and go keep what is selected", () => {
  const tab = { scanCode: 0x0f, extended: false, extended1: false };
  const second = run(chooser, [down]).model;
  const twice = run(second, [
    { is: "key", key: tab, down: true },
    { is: "key", key: tab, down: true },
  ]).model;
  assert.deepEqual(press(twice, 0x1c).action, { is: "choose", id: "b", action: "end" });

  assert.ok(second.is === "chooser");
  const [first, other] = second.rows;
  const changed = refreshed(second, { explanation: "", rows: [other!, first!], notice: undefined });
  assert.equal(changed.rows[changed.selected]?.id, "b");
  assert.equal(press(refreshed(changed, { explanation: "", rows: [], notice: undefined }), 0x1c).action, undefined);
});
