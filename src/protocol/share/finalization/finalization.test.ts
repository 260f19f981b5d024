import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { control, fontList, fontMap, persistentKeyList, synchronize } from "./finalization.ts";

const evenUpTo8 = [0, 2, 4, 6];

vector(
  synchronize,
  "capture a Windows client, as IronRDP publishes it",
  "0100 ea03",
  { targetUser: 0x03ea },
  { legalTruncations: [2] },
);
vector(control, "capture a Windows client, as IronRDP publishes it", "0400 0000 00000000", {
  action: "cooperate",
  grantId: 0,
  controlId: 0,
});
vector(control, "capture a Windows client, as IronRDP publishes it", "0100 0000 00000000", {
  action: "requestControl",
  grantId: 0,
  controlId: 0,
});
vector(control, "capture a Windows server, as IronRDP publishes it", "0200 ef03 ea030000", {
  action: "grantedControl",
  grantId: 1007,
  controlId: 1002,
});
vector(
  fontList,
  "capture a Windows client, as IronRDP publishes it",
  "0000 0000 0300 3200",
  {},
  { legalTruncations: evenUpTo8 },
);
vector(
  fontMap,
  "capture a Windows server, as IronRDP publishes it",
  "0000 0000 0300 0400",
  {},
  { legalTruncations: evenUpTo8 },
);
vector(
  persistentKeyList,
  "own two keys in the third cache",
  `0000 0000 0200 0000 0000  0000 0000 1400 0000 0000  03 00 0000
   a51e3c4f 7788aa01  01000000 02000000`,
  {
    list: {
      caches: [
        { keys: [], total: 0 },
        { keys: [], total: 0 },
        {
          keys: [
            { low: 0x4f3c1ea5, high: 0x01aa8877 },
            { low: 1, high: 2 },
          ],
          total: 20,
        },
        { keys: [], total: 0 },
        { keys: [], total: 0 },
      ],
      sequence: ["first", "last"],
    },
  },
);

test("FreeRDP 3, which keeps its cache in a file, is taken with all the keys that it sends at once", () => {
  const caches = [600, 600, 842, 0, 0].map((count) => ({
    keys: Array.from({ length: count }, (_, index) => ({ low: index, high: count })),
    total: count,
  }));
  const bytes = encode(persistentKeyList, { list: { caches, sequence: ["first", "last"] } });
  assert.deepEqual(decode(persistentKeyList, bytes).list.caches, caches);
});

test("a list of more keys than a message holds is refused before anything is read", () => {
  assert.throws(() => decode(persistentKeyList, hex(`ffff ${"00".repeat(22)}`)), DecodeError);
});
