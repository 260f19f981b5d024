import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { pathKey, tomlPlaces } from "./tomlPlaces.ts";

test("every key has its place: under tables, with dots, in quotes, in inline tables, behind long strings", () => {
  assert.notEqual(parse(text), undefined);
  const places = tomlPlaces(text);
  const at = (...path: string[]) => {
    const { key, value } = places.get(pathKey(path)) ?? assert.fail(path.join("."));
    return `${key.line}:${key.column} ${value.line}:${value.column}`;
  };

  assert.deepEqual(
    [at("plain"), at("after"), at("a", "b"), at('quo"ted'), at("UserPolicy", "the office")],
    ["1:1 1:9", "5:1 5:9", "6:1 6:9", "7:1 7:14", "9:1 9:1"],
  );
  assert.deepEqual(
    [
      at("UserPolicy", "the office", "Groups"),
      at("UserPolicy", "the office", "MaxIdleTime"),
      at("UserPolicy", "inline", "Users"),
    ],
    ["10:3 10:12", "14:1 14:15", "16:12 16:20"],
  );
});

test("whatever a TOML text says, each of its keys is found where it stands", () => {
  const name = fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }).filter((key) => key !== "__proto__");
  const value = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.string({ unit: "grapheme" }),
    fc.array(fc.nat(), { maxLength: 3 }),
  );
  const tables = fc.dictionary(name, fc.dictionary(name, value, { maxKeys: 4 }), { maxKeys: 4 });
  fc.assert(
    fc.property(tables, (given) => {
      const written = stringify(given);
      const lines = written.split("\n");
      const places = tomlPlaces(written);
      for (const [table, members] of Object.entries(given)) {
        for (const [member, value] of Object.entries(members)) {
          const { key, value: behind } = places.get(pathKey([table, member])) ?? assert.fail(written);
          const line = lines[key.line - 1] ?? "";
          assert.deepEqual(parse(line.slice(key.column - 1)), parse(stringify({ [member]: value })));
          assert.deepEqual(parse(`k = ${line.slice(behind.column - 1)}`), parse(stringify({ k: value })));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("what is no TOML comes to an end, too", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."[]{}\"'=,.#\\\n a1") }), (garbage) => {
      tomlPlaces(garbage);
    }),
    { numRuns: 2000 },
  );
});

const text = String.raw`plain = 1
long = """
[no.table]
key = "no" """
after = 2 # comment = 3
a . b = 1
"quo\"ted" = 1

[UserPolicy."the office"]
  Groups = [
    "a, b", # c
    'd]'
  ]
MaxIdleTime = 600000
[UserPolicy]
inline = { Users = ["anna"] }
`;
