import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, property, string, uint8Array } from "fast-check";
import { utf16Bytes, utf8Bytes } from "#base/bytes/text.ts";
import { readRegFile } from "./regFile.ts";
import { windowsText } from "./windowsText.ts";

const exported = String.raw`Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services]
"MaxIdleTime"=dword:000dbba0
; a comment
"Na\"me\\x"="C:\\new \"folder\""
@="the default"
"Gone"=-
"List"=hex(7):61,00,62,00,00,00,63,00,00,00,\
  00,00
"Old"=hex(4):10,00,00,00
"Big"=hex(b):01,00,00,00,01,00,00,00
"Bytes"=hex:de,ad
[HKEY_CURRENT_USER\Software\X]
"a"=dword:1
[-HKEY_LOCAL_MACHINE\Gone]
[HKEY_USERS\S-1-5-21\X]
"b"=dword:ffffffff
`;

test("every kind of value is read, from UTF-16 with its mark and from UTF-8", () => {
  const forms = [
    Uint8Array.from([0xff, 0xfe, ...utf16Bytes(exported.replaceAll("\n", "\r\n"))]),
    utf8Bytes(exported),
    Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8Bytes(exported)]),
    utf16Bytes(exported),
  ];
  for (const bytes of forms) {
    const { values, problems } = readRegFile(windowsText(bytes));
    assert.deepEqual(problems, []);
    const pol = String.raw`SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services`;
    assert.deepEqual(
      values.map(({ hive, key, name, data, at }) => [hive, key === pol ? "POL" : key, name, data, at]),
      [
        ["machine", "POL", "MaxIdleTime", { is: "number", value: 900_000, digits: "000dbba0" }, "line 4"],
        ["machine", "POL", 'Na"me\\x', { is: "text", text: 'C:\\new "folder"' }, "line 6"],
        ["machine", "POL", "", { is: "text", text: "the default" }, "line 7"],
        ["machine", "POL", "Gone", { is: "deleted" }, "line 8"],
        ["machine", "POL", "List", { is: "list", items: ["ab", "c"] }, "line 9"],
        ["machine", "POL", "Old", { is: "number", value: 16 }, "line 11"],
        ["machine", "POL", "Big", { is: "number", value: 2 ** 32 + 1 }, "line 12"],
        ["machine", "POL", "Bytes", { is: "bytes", count: 2 }, "line 13"],
        ["user", String.raw`Software\X`, "a", { is: "number", value: 1, digits: "1" }, "line 15"],
        ["other", String.raw`S-1-5-21\X`, "b", { is: "number", value: 0xffff_ffff, digits: "ffffffff" }, "line 18"],
      ],
    );
  }
});

test("lines that are no values are told, and the others are read", () => {
  const { values, problems } = readRegFile(
    'REGEDIT4\n"lost"=dword:1\n[HKEY_LOCAL_MACHINE\\A]\n"x"=dword:123456789\n"y"=hex:zz\n"z"=dword:2\n[broken\nnonsense',
  );

  assert.deepEqual(
    values.map(({ name }) => name),
    ["z"],
  );
  assert.deepEqual(
    problems.map(({ at, text }) => `${at} ${text}`),
    [
      "line 2 stands under no key",
      'line 4 is no value: "x"=dword:123456789',
      'line 5 is no value: "y"=hex:zz',
      "line 7 is no key: [HKEY_…\\…]",
      "line 8 is no value: nonsense",
    ],
  );
});

test("names and keys beyond Windows' own limits are no values", () => {
  const { values, problems } = readRegFile(
    `[HKEY_LOCAL_MACHINE\\A]\n"${"n".repeat(260)}"=dword:1\n[HKEY_LOCAL_MACHINE\\${"k".repeat(16_385)}]\n`,
  );

  assert.deepEqual([values.length, problems.length], [0, 2]);
});

test("whatever the bytes, reading comes to an end and throws nothing", () => {
  check(
    property(uint8Array({ maxLength: 300 }), string({ maxLength: 200 }), (bytes, noise) => {
      readRegFile(windowsText(bytes));
      readRegFile(`[HKEY_LOCAL_MACHINE\\A]\n"x"=${noise}\n${noise}=dword:1\\\n`);
    }),
    { numRuns: 1000 },
  );
});
