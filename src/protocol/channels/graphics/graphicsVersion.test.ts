import assert from "node:assert/strict";
import { test } from "node:test";
import type { RejectableCodec } from "#base/rejectableCodec.ts";
import type { GraphicsCapabilitySet } from "./capabilitySet.ts";
import { chooseGraphicsVersion, withoutRejected } from "./graphicsVersion.ts";

const everything: readonly GraphicsCapabilitySet[] = [
  { version: "8.0", flags: [] },
  { version: "8.1", flags: ["avc420Enabled"] },
  { version: "10.0", flags: [] },
  { version: "10.7", flags: ["smallCache"] },
  { version: { unknown: 0x000b_0101 }, flags: [] },
];

test("the newest version that is known on both sides is chosen, with its flags", () => {
  assert.deepEqual(chooseGraphicsVersion(everything), {
    version: "10.7",
    flags: ["smallCache"],
    features: {
      avc420: true,
      avc444: true,
      avc444v2: true,
      avcPreferred: false,
      progressive: true,
      scaledOutput: true,
      cacheSlots: 4096,
      cacheBytes: 16 << 20,
    },
  });
});

test("a client with nothing that we know is told so by no choice", () => {
  assert.equal(chooseGraphicsVersion([{ version: { unknown: 1 }, flags: [] }]), undefined);
  assert.equal(chooseGraphicsVersion([]), undefined);
});

for (const [what, set, expected] of [
  ["8.0 has no H.264", { version: "8.0", flags: [] }, "progressive, 25600 slots"],
  ["a thin client gets plain RemoteFX", { version: "8.1", flags: ["thinClient"] }, "4096 slots"],
  [
    "8.1 has H.264 when it says so",
    { version: "8.1", flags: ["smallCache", "avc420Enabled"] },
    "avc420, progressive, 4096 slots",
  ],
  ["10.0 has H.264 in its first form", { version: "10.0", flags: [] }, "avc420, avc444, progressive, 25600 slots"],
  ["10.2 without H.264", { version: "10.2", flags: ["avcDisabled"] }, "progressive, 25600 slots"],
  [
    "10.3 means a small cache",
    { version: "10.3", flags: ["avcThinClient"] },
    "avc420, avc444, avc444v2, avcPreferred, progressive, 4096 slots",
  ],
  [
    "10.7 can be without scaling",
    { version: "10.7", flags: ["scaledMapDisabled", "avcDisabled"] },
    "progressive, 25600 slots",
  ],
] as const) {
  test(what, () => {
    const { features } = chooseGraphicsVersion([set])!;
    const words = Object.entries(features).filter(([, value]) => value === true);
    assert.equal([...words.map(([name]) => name), `${features.cacheSlots} slots`].join(", "), expected);
  });
}

test("a host without an H.264 encoder does not offer it", () => {
  const { features } = chooseGraphicsVersion(everything, { avcOffered: false })!;
  assert.deepEqual([features.avc420, features.avc444, features.avc444v2], [false, false, false]);
});

test("what a client has rejected is taken from what may be sent to it, and all H.264 with its first form", () => {
  const { features } = chooseGraphicsVersion([{ version: "10.7", flags: [] }])!;
  const left = (...rejected: readonly RejectableCodec[]): readonly (boolean | undefined)[] => {
    const { avc420, avc444, avc444v2, progressive, clearCodec } = withoutRejected(features, rejected);
    return [avc420, avc444, avc444v2, progressive, clearCodec];
  };

  assert.deepEqual(left(), [true, true, true, true, undefined]);
  assert.deepEqual(left("avc444"), [true, false, false, true, undefined]);
  assert.deepEqual(left("avc420", "progressive"), [false, false, false, false, undefined]);
  assert.deepEqual(left("clearCodec"), [true, true, true, true, false]);
});
