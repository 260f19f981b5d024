import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { layoutTable } from "./layoutTable.ts";
import { xkbKeyboardFor } from "./layouts.ts";

const pc = { type: 4, subtype: 0 };
const name = (layout: number): string => {
  const { keyboard, fits } = xkbKeyboardFor({ ...pc, layout });
  return [fits, keyboard.model, keyboard.layout, keyboard.variant, keyboard.options].join(" ").trimEnd();
};

test("Windows' layouts become those of XKB", () => {
  assert.deepEqual([0x409, 0x407, 0x40c, 0x100c, 0x00020409, 0x00030409, 0x416].map(name), [
    "exactly pc105 us",
    "exactly pc105 de",
    "exactly pc105 fr",
    "exactly pc105 ch fr",
    "exactly pc105 us intl",
    "exactly pc105 us dvorak-l",
    "exactly abnt2 br",
  ]);
});

test("a layout without Latin letters gets the US layout beside it", () => {
  assert.deepEqual([0x419, 0x00010419].map(name), [
    "exactly pc105 ru,us  grp:win_space_toggle",
    "exactly pc105 ru,us typewriter, grp:win_space_toggle",
  ]);
});

test("an unknown layout of a known language is that of the language, and what is unknown is the US layout; both are said", () => {
  assert.deepEqual([0x00050407, 0x1407, 0xa0000419 | 0, 0x1234, 0].map(name), [
    "byLanguage pc105 de",
    "byLanguage pc105 de",
    "byLanguage pc105 ru,us  grp:win_space_toggle",
    "unknown pc105 us",
    "unknown pc105 us",
  ]);
});

test("Japanese and Korean keyboards have their own models and keys", () => {
  const korean = { layout: 0x412, type: 8 };
  assert.deepEqual(
    [
      xkbKeyboardFor({ layout: 0x411, type: 7, subtype: 2 }).keyboard.model,
      xkbKeyboardFor({ ...korean, subtype: 3 }).keyboard.variant,
      xkbKeyboardFor({ ...korean, subtype: 6 }).keyboard.variant,
    ],
    ["jp106", "kr104", ""],
  );
});

test("every layout and variant in the table is one that XKB has", (context) => {
  const known = xkbNames();
  if (known === undefined) {
    context.diagnostic("the package xkb-data is not installed: names were not compared");
    return;
  }
  const unknown = [...layoutTable.values()].map((row) => row.name).filter((row) => !known.has(row));
  assert.deepEqual(unknown, []);
});

/** "de", "de-neo" … of XKB's own list. */
function xkbNames(): Set<string> | undefined {
  let list: string;
  try {
    list = readFileSync("/usr/share/X11/xkb/rules/evdev.lst", "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const section = (title: string): string => list.split(`! ${title}\n`)[1]?.split("\n\n")[0] ?? "";
  const layouts = [...section("layout").matchAll(/^ {2}(\S+)/gmu)].map((match) => match[1] ?? "");
  const variants = [...section("variant").matchAll(/^ {2}(\S+)\s+(\S+):/gmu)].map((match) => `${match[2]}-${match[1]}`);
  return new Set([...layouts, ...variants]);
}
