import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeHeapSnapshot } from "node:v8";
import { dominatorsOf } from "./dominators.ts";
import type { HeapGraph } from "./heapGraph.ts";
import { HeapReader } from "./heapReader.ts";
import { readHeap } from "./readHeap.ts";
import { heapGrowth } from "./heapGrowth.ts";
import { summarizeHeap } from "./heapSummary.ts";

const folder = mkdtempSync("/tmp/holdfast-heap-");
after(() => rmSync(folder, { recursive: true, force: true }));

class PlantedLeak {
  readonly number: number;
  readonly load: readonly number[];

  constructor(number: number) {
    this.number = number;
    this.load = Array.from({ length: 50 }, (_, index) => index + number + 0.5);
  }
}
const leaked: PlantedLeak[] = [];
Reflect.set(globalThis, "leakedConnections", leaked);

test("a leak is named by its type, by the place where it gathers, and by what it has grown since", async () => {
  const grow = (count: number) => leaked.push(...Array.from({ length: count }, (_, index) => new PlantedLeak(index)));
  grow(1000);
  const before = await readHeap(writeHeapSnapshot(join(folder, "before.heapsnapshot")));
  grow(4000);

  const now = await readHeap(writeHeapSnapshot(join(folder, "now.heapsnapshot")));

  const type = now.types.find(({ name }) => name === "PlantedLeak");
  assert.equal(type?.count, 5000);
  // 50 numbers of 8 bytes each, and their array's heads.
  assert.ok(5000 * 400 < type.retained && type.retained < 5000 * 700, `${type.retained} bytes`);
  assert.ok(type.self < type.retained / 5);
  const holder = now.holders.find(({ path }) => path.includes(".leakedConnections Array"));
  assert.ok(holder !== undefined && type.retained <= holder.retained, JSON.stringify(now.holders.slice(0, 5)));
  const [grown] = heapGrowth(before, now).filter(({ name }) => name === "PlantedLeak");
  assert.equal(grown?.count, 4000);
  assert.ok(4000 * 400 < grown.retained);
  assert.ok(now.bytes - before.bytes < 4_000_000 + 3_000_000 && before.bytes < now.bytes);
});

test("what strings say is in no summary", async () => {
  const secret = ["corr", "ect-horse", "-battery"].join("").repeat(3);
  Reflect.set(globalThis, "kept", [secret]);

  const summary = await readHeap(writeHeapSnapshot(join(folder, "secret.heapsnapshot")));

  assert.equal(JSON.stringify(summary).includes("horse-battery"), false);
  assert.ok(summary.types.some(({ name }) => name === "(string)"));
});

test("a file that is no snapshot, or only the half of one, is said to be none", async () => {
  const whole = readFileSync(writeHeapSnapshot(join(folder, "whole.heapsnapshot")));
  const path = join(folder, "broken.heapsnapshot");
  const readBroken = (bytes: Uint8Array | string) => {
    writeFileSync(path, bytes);
    return readHeap(path);
  };

  for (const part of [0.001, 0.3, 0.9]) {
    await assert.rejects(readBroken(whole.subarray(0, whole.length * part)), /it ends too early/u);
  }
  await assert.rejects(readBroken("{}".repeat(50_000)), /its beginning is of another kind/u);
  await assert.rejects(readBroken('{"snapshot":{"meta":{},"node_count":1},"nodes":[1'), /no heap snapshot/u);
  const text = whole.toString("latin1");
  await assert.rejects(readBroken(text.replace('"nodes":[', '"nodes":[x')), /something else among its numbers/u);
  await assert.rejects(
    readBroken(text.replace(/"edges":\[\d+,\d+,\d+\s*,/u, '"edges":[')),
    /do not add up|leads nowhere/u,
  );
});

test("dominators are those of their definition, on random graphs", () => {
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48271) % 0x7fffffff) % below;
  for (let round = 0; round < 300; round++) {
    const nodes = 2 + random(14);
    const edges = Array.from(
      { length: random(3 * nodes) },
      () => [random(nodes), random(nodes), random(8) === 0] as const,
    );
    const graph = graphOf(nodes, edges);

    const { order, dominator, retained } = dominatorsOf(graph);

    const held = reached(nodes, edges, -1);
    assert.deepEqual(
      [...order].toSorted((a, b) => a - b),
      [...held].toSorted((a, b) => a - b),
    );
    for (const node of held) {
      // Without whom it would be lost.
      const lost = [...held].filter((other) => node === 0 || !reached(nodes, edges, node).has(other));
      assert.equal(retained[node], lost.length, `round ${round}, node ${node}`);
      if (node === 0) continue;
      assert.equal(reached(nodes, edges, dominator[node]!).has(node), false);
    }
  }
});

test("a chain of a hundred thousand is no deep recursion", () => {
  const count = 100_000;
  const chain = graphOf(
    count,
    Array.from({ length: count - 1 }, (_, node) => [node, node + 1, false] as const),
  );
  assert.equal(summarizeHeap(chain).bytes, count);
  assert.equal(dominatorsOf(chain).retained[1], count - 1);
});

test("a snapshot may come in pieces of any size", () => {
  const bytes = Buffer.from(JSON.stringify(smallest));
  for (const size of [1, 3, 7, 1000]) {
    const reader = new HeapReader();
    for (let at = 0; at < bytes.length; at += size) reader.receive(bytes.subarray(at, at + size));
    const graph = reader.finish();
    assert.deepEqual([graph.nodeCount, [...graph.selfSize], graph.strings], [2, [0, 40], ["root", 'a "b', "x"]]);
    assert.deepEqual(summarizeHeap(graph).types, [
      { name: "root", count: 1, self: 0, retained: 40 },
      { name: 'a "b', count: 1, self: 40, retained: 40 },
    ]);
  }
});

/** Edges as from, to, and whether they are weak; each node has one byte. */
function graphOf(nodes: number, edges: readonly (readonly [number, number, boolean])[]): HeapGraph {
  const sorted = edges.toSorted(([one], [other]) => one - other);
  const firstEdge = new Uint32Array(nodes + 1);
  for (const [from] of sorted) firstEdge[from + 1]!++;
  for (let node = 1; node <= nodes; node++) firstEdge[node]! += firstEdge[node - 1]!;
  return {
    nodeCount: nodes,
    nodeKind: new Uint8Array(nodes),
    nodeName: new Uint32Array(nodes),
    selfSize: new Float64Array(nodes).fill(1),
    firstEdge,
    edgeKind: Uint8Array.from(sorted, ([, , weak]) => (weak ? 1 : 0)),
    edgeName: new Uint32Array(edges.length),
    edgeTarget: Uint32Array.from(sorted, ([, to]) => to),
    nodeKinds: ["object"],
    edgeKinds: ["property", "weak"],
    strings: ["Thing"],
  };
}

/** From the root by strong edges, without going over one node. */
function reached(nodes: number, edges: readonly (readonly [number, number, boolean])[], without: number): Set<number> {
  const found = new Set<number>(without === 0 ? [] : [0]);
  for (let round = 0; round < nodes; round++) {
    for (const [from, to, weak] of edges) if (found.has(from) && !weak && to !== without) found.add(to);
  }
  return found;
}

const smallest = {
  snapshot: {
    meta: {
      node_fields: ["type", "name", "id", "self_size", "edge_count"],
      node_types: [["synthetic", "object"], "string", "number", "number", "number"],
      edge_fields: ["type", "name_or_index", "to_node"],
      edge_types: [["property"], "string_or_number", "node"],
    },
    node_count: 2,
    edge_count: 1,
  },
  nodes: [0, 0, 1, 0, 1, 1, 1, 3, 40, 0],
  edges: [0, 2, 5],
  strings: ["root", 'a "b', "x"],
};
