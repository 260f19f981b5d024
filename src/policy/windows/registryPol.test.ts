import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, constantFrom, integer, property, record, string, uint8Array } from "fast-check";
import { utf16Bytes } from "#base/bytes/text.ts";
import { readRegistryPol } from "./registryPol.ts";

/** `[A;B;REG_DWORD;4;0x000dbba0]`, written out by hand after MS-GPREG 2.2.1. */
const one = bytesOf(
  "50 52 65 67 01 00 00 00  5b 00 41 00 00 00 3b 00  42 00 00 00 3b 00  04 00 00 00 3b 00  04 00 00 00 3b 00  a0 bb 0d 00 5d 00",
);

test("a record is a key, a name, a type, a size and data", () => {
  assert.deepEqual(readRegistryPol(one, "machine"), {
    values: [{ hive: "machine", key: "A", name: "B", data: { is: "number", value: 900_000 }, at: "byte 8" }],
    rights: [],
    problems: [],
  });
});

test("data may hold brackets and semicolons, and orders delete values", () => {
  const text = [...utf16Bytes("];[;"), 0, 0];
  const bytes = file(
    rawRecord("K", "Text", 1, text),
    rawRecord("K", "**Del.Gone", 1, [0x20, 0, 0, 0]),
    rawRecord("K", "**DeleteValues", 1, [...utf16Bytes("a;b"), 0, 0]),
    rawRecord("K", "**DelVals.", 1, [0x20, 0, 0, 0]),
    [...utf16Bytes("[K\\New"), 0, 0, ...utf16Bytes("]")],
    rawRecord("K", "List", 7, [...utf16Bytes("x\0yy\0\0")]),
    rawRecord("K", "Last", 11, [7, 0, 0, 0, 0, 0, 0, 0]),
  );
  const { values, problems } = readRegistryPol(bytes, "user");

  assert.deepEqual(problems, []);
  assert.deepEqual(
    values.map(({ hive, name, data }) => [hive, name, data]),
    [
      ["user", "Text", { is: "text", text: "];[;" }],
      ["user", "Gone", { is: "deleted" }],
      ["user", "a", { is: "deleted" }],
      ["user", "b", { is: "deleted" }],
      ["user", "List", { is: "list", items: ["x", "yy"] }],
      ["user", "Last", { is: "number", value: 7 }],
    ],
  );
});

test("at every place where it is cut, what came before is read and the place is told", () => {
  for (let length = 0; length < one.length; length++) {
    const { values, problems } = readRegistryPol(one.subarray(0, length), "machine");
    // Cut behind the version it is a whole file without records.
    assert.deepEqual([values.length, problems.length], [0, length === 8 ? 0 : 1], `${length} bytes`);
  }
});

test("sizes beyond the limit take no memory, and wrong letters are told with their byte", () => {
  const huge = Uint8Array.from(one);
  huge.set([0xff, 0xff, 0xff, 0x7f], 28);
  const wrong = Uint8Array.from(one);
  wrong[14] = 0x3c;

  assert.deepEqual(
    [huge, wrong, bytesOf("50 52 65 68 01 00 00 00"), bytesOf("50 52 65 67 02 00 00 00")].map(
      (bytes) => readRegistryPol(bytes, "machine").problems,
    ),
    [
      [{ at: "byte 28", text: "the data's size is 2147483647, at most 65535 is allowed" }],
      [{ at: "byte 14", text: "expected “]” or “;”, got 60" }],
      [{ at: "byte 0", text: "expected the signature PReg, got 1751470672" }],
      [{ at: "byte 4", text: "expected version 1, got 2" }],
    ],
  );
  const endless = file([...utf16Bytes(`[${"k".repeat(20_000)}`)]);
  assert.match(readRegistryPol(endless, "machine").problems[0]?.text ?? "", /count of characters is 16385/u);
});

test("what was written is read again, whatever it is", () => {
  const name = string({ minLength: 1, maxLength: 20 }).filter((each) => !each.includes("\0") && !each.startsWith("**"));
  const value = record({ key: name, name, type: constantFrom(3, 8, 99), data: uint8Array({ maxLength: 40 }) });
  check(
    property(array(value, { maxLength: 5 }), (records) => {
      const bytes = file(...records.map((each) => rawRecord(each.key, each.name, each.type, [...each.data])));
      const { values, problems } = readRegistryPol(bytes, "machine");
      assert.deepEqual(problems, []);
      assert.deepEqual(
        values.map((each) => [each.key, each.name, each.data]),
        records.map((each) => [each.key, each.name, { is: "bytes", count: each.data.length }]),
      );
    }),
  );
});

test("whatever the bytes, reading comes to an end and throws nothing", () => {
  check(
    property(uint8Array({ maxLength: 200 }), integer({ min: 0, max: one.length - 1 }), (noise, at) => {
      readRegistryPol(noise, "machine");
      const damaged = Uint8Array.from([...one, ...noise]);
      damaged[at] = noise[0] ?? 0;
      const { values, problems } = readRegistryPol(damaged, "machine");
      assert.ok(values.length <= 2 + noise.length && problems.length <= 1);
    }),
    { numRuns: 2000 },
  );
});

function file(...records: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...bytesOf("50 52 65 67 01 00 00 00"), ...records.flat()]);
}

function rawRecord(key: string, name: string, type: number, data: readonly number[]): readonly number[] {
  const dword = (value: number) => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];
  const separator = utf16Bytes(";");
  return [
    ...utf16Bytes(`[${key}\0;${name}\0;`),
    ...dword(type),
    ...separator,
    ...dword(data.length),
    ...separator,
    ...data,
    ...utf16Bytes("]"),
  ];
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(/\s+/u), (each) => Number.parseInt(each, 16));
}
