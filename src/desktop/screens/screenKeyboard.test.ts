import assert from "node:assert/strict";
import { test } from "node:test";
import { characterOf, compose, layoutOf, type KeyboardLayout, type KeyLevel } from "./keyboardTable.ts";
import { newScreenKeyboard, pressKey, withLocks, type ScreenKeyboard } from "./screenKeyboard.ts";

const shift = 0x2a;
const altGr = 0x138;

/** What comes out of keys: 0x100 added means the E0 prefix; `holding` are down all the time. */
function text(start: ScreenKeyboard, keys: readonly number[], holding: readonly number[] = []): string {
  let keyboard = start;
  let out = "";
  const send = (code: number, down: boolean): void => {
    const result = pressKey(keyboard, { scanCode: code & 0xff, extended: 0x100 <= code, extended1: false }, down);
    keyboard = result.keyboard;
    if (result.stroke?.is === "text") out += result.stroke.text;
  };
  for (const code of holding) send(code, true);
  for (const code of keys) {
    send(code, true);
    send(code, false);
  }
  return out;
}

test("each layout is chosen by the number of its language, others become us", () => {
  assert.deepEqual([0x0409, 0x0407, 0x040c, 0x0419, 0x0411, 0x0410, 0xe001_0411, 0].map(layoutOf), [
    "us",
    "de",
    "fr",
    "ru",
    "jp",
    "us",
    "jp",
    "us",
  ]);
});

test("every key of every layout gives one character at most, and letters fit their shifted ones", () => {
  const layouts: readonly KeyboardLayout[] = ["us", "de", "fr", "ru", "jp"];
  for (const layout of layouts) {
    for (let scanCode = 0; scanCode < 0x80; scanCode++) {
      const [plain, shifted] = (["plain", "shift", "altGr"] satisfies KeyLevel[]).map((level) => {
        const character = characterOf(layout, scanCode, level);
        assert.ok(character === undefined || Array.from(character.text).length === 1);
        return character?.text;
      });
      const isLetter = plain !== undefined && /\p{Ll}/u.test(plain) && layout !== "fr";
      if (isLetter && plain !== "ß") assert.equal(shifted, plain.toUpperCase(), `${layout} ${scanCode.toString(16)}`);
    }
  }
});

for (const [layout, number, keys, holding, expected] of [
  ["us", 0x409, [0x23, 0x18, 0x26, 0x20, 0x03], [], "hold2"],
  ["us", 0x409, [0x03, 0x28, 0x2b], [shift], '@"|'],
  ["de", 0x407, [0x15, 0x2c, 0x1a, 0x27, 0x28, 0x0c, 0x35], [], "zyüöäß-"],
  ["de", 0x407, [0x10, 0x12, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x1b, 0x56], [altGr], "@€{[]}\\~|"],
  ["de", 0x407, [0x08, 0x0b], [shift], "/="],
  ["fr", 0x40c, [0x10, 0x11, 0x1e, 0x2c, 0x27, 0x32, 0x03], [], "azqwm,é"],
  ["fr", 0x40c, [0x02, 0x0b, 0x33], [shift], "10."],
  ["fr", 0x40c, [0x04, 0x05, 0x06, 0x07, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x12], [altGr], "#{[|\\^@]}€"],
  ["jp", 0x411, [0x1a, 0x1b, 0x28, 0x2b, 0x73, 0x7d], [], "@[:]\\\\"],
  ["jp", 0x411, [0x03, 0x1a, 0x73, 0x7d], [shift], '"`_|'],
] as const) {
  test(`${layout}: the keys ${keys.map((key) => key.toString(16)).join(" ")} give ${expected}`, () => {
    assert.equal(text(newScreenKeyboard(number), keys, holding), expected);
  });
}

test("dead keys join the letter that follows, or stand by themselves before a space", () => {
  const german = newScreenKeyboard(0x407);
  assert.equal(text(german, [0x29, 0x12, 0x0d, 0x1e, 0x29, 0x39, 0x29, 0x2d]), "êá^^x");
  assert.equal(compose("¨", "u"), "ü");
});

test("control and alt as AltGr, as some clients send it, give the same characters; shortcuts give none", () => {
  assert.equal(text(newScreenKeyboard(0x407), [0x10], [0x1d, 0x38]), "@");
  assert.equal(text(newScreenKeyboard(0x407), [0x10], [0x1d]), "");
});

test("Russian starts with Latin letters; Alt+Shift changes", () => {
  const keyboard = newScreenKeyboard(0x419);
  assert.equal(text(keyboard, [0x23]), "h");
  assert.equal(text(keyboard, [0x23], [0x38, shift]), "");
  let changed = pressKey(keyboard, { scanCode: 0x38, extended: false, extended1: false }, true).keyboard;
  for (const [scanCode, down] of [
    [shift, true],
    [shift, false],
    [0x38, false],
  ] as const) {
    changed = pressKey(changed, { scanCode, extended: false, extended1: false }, down).keyboard;
  }
  assert.equal(text(changed, [0x23, 0x18]), "рщ");
});

test("Caps Lock turns letters around, not digits and not ß", () => {
  const locked = withLocks(newScreenKeyboard(0x407), {
    capsLock: true,
    numLock: true,
    scrollLock: false,
    kanaLock: false,
  });
  assert.equal(text(locked, [0x1e, 0x03, 0x1a, 0x0c]), "A2Üß");
  assert.equal(text(locked, [0x1e], [shift]), "a");
});

test("the keypad gives digits with Num Lock only", () => {
  const keyboard = newScreenKeyboard(0x409);
  assert.equal(text(keyboard, [0x47, 0x53, 0x135, 0x37]), "7./*");
  assert.equal(text({ ...keyboard, numLock: false }, [0x47, 0x53]), "");
});
