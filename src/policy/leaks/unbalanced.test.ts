import assert from "node:assert/strict";
import test from "node:test";
import { unbalancedOf } from "./unbalanced.ts";

test("a process that serves no known connection for a minute is left over", () => {
  const connection = { is: "connectionProcesses", seconds: 300, known: true } as const;
  const processes = [
    { ...connection, pid: 1 },
    { ...connection, pid: 2, known: false },
    { ...connection, pid: 3, known: false, seconds: 30 },
  ];

  assert.deepEqual(
    unbalancedOf(processes, []).map(({ thing, surplus, evidence }) => ({ thing, surplus, evidence })),
    [
      {
        thing: "connectionProcesses",
        surplus: 1,
        evidence: ["There are 3, of which 2 are known. Not: 2 (for 300 s)."],
      },
    ],
  );
});

test("descriptors that each connection leaves behind are found at moments of the same load", () => {
  const moments = Array.from({ length: 40 }, (_, index) => {
    const alive = index % 4;
    return { created: 10 * index, alive, descriptors: 30 + 3 * alive + 10 * index };
  });

  assert.deepEqual(
    unbalancedOf([], moments).map(({ thing, surplus }) => ({ thing, surplus })),
    [{ thing: "descriptors", surplus: 360 }],
  );
});

test("descriptors that follow the load are in balance", () => {
  const moments = Array.from({ length: 60 }, (_, index) => {
    const alive = (index * index) % 7;
    return { created: 10 * index, alive, descriptors: 30 + 3 * alive + (index % 2) };
  });

  assert.deepEqual(unbalancedOf([], moments), []);
});
