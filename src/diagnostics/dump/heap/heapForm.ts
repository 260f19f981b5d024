import { anything, integer, listOf, object, ShapeError, text, type Shape } from "#base/shape/shape.ts";
import { HeapUnreadable, type HeapGraph } from "./heapGraph.ts";

/** The numbers of a snapshot by their meaning: how many there are to a node and to an edge, it says itself. */
export class HeapForm {
  readonly #nodeFields: readonly string[];
  readonly #edgeFields: readonly string[];
  readonly #nodeKinds: readonly string[];
  readonly #edgeKinds: readonly string[];
  readonly #nodeKind: Uint8Array;
  readonly #nodeName: Uint32Array;
  readonly #selfSize: Float64Array;
  readonly #firstEdge: Uint32Array;
  readonly #edgeKind: Uint8Array;
  readonly #edgeName: Uint32Array;
  readonly #edgeTarget: Uint32Array;
  #numbersLeft: number;

  /** `head`: what stands before the first node. Throws HeapUnreadable. */
  constructor(head: string) {
    const { meta, node_count: nodes, edge_count: edges } = readHead(head);
    this.#nodeFields = meta.node_fields;
    this.#edgeFields = meta.edge_fields;
    const wanted = [nodeMembers, edgeMembers].map((members) => Object.values(members)) as [string[], string[]];
    if (
      !wanted[0].every((field) => this.#nodeFields.includes(field)) ||
      !wanted[1].every((field) => this.#edgeFields.includes(field))
    ) {
      throw new HeapUnreadable("it does not say what its numbers mean");
    }
    this.#nodeKinds = kindsOf(meta.node_types[this.#nodeFields.indexOf("type")]);
    this.#edgeKinds = kindsOf(meta.edge_types[this.#edgeFields.indexOf("type")]);
    this.#nodeKind = new Uint8Array(nodes);
    this.#nodeName = new Uint32Array(nodes);
    this.#selfSize = new Float64Array(nodes);
    this.#firstEdge = new Uint32Array(nodes + 1);
    this.#edgeKind = new Uint8Array(edges);
    this.#edgeName = new Uint32Array(edges);
    this.#edgeTarget = new Uint32Array(edges);
    this.#numbersLeft = nodes * this.#nodeFields.length + edges * this.#edgeFields.length;
  }

  /** The number at this place among all numbers of nodes. */
  takeNode = (index: number, value: number): void => {
    this.#numbersLeft--;
    const fields = this.#nodeFields.length;
    const node = Math.floor(index / fields);
    switch (this.#nodeFields[index % fields]) {
      case nodeMembers.kind:
        this.#nodeKind[node] = value;
        return;
      case nodeMembers.name:
        this.#nodeName[node] = value;
        return;
      case nodeMembers.size:
        this.#selfSize[node] = value;
        return;
      case nodeMembers.edges:
        // From how many each has follows where its own begin.
        this.#firstEdge[node + 1] = (this.#firstEdge[node] ?? 0) + value;
    }
  };

  /** The number at this place among all numbers of edges. */
  takeEdge = (index: number, value: number): void => {
    this.#numbersLeft--;
    const fields = this.#edgeFields.length;
    const edge = Math.floor(index / fields);
    switch (this.#edgeFields[index % fields]) {
      case edgeMembers.kind:
        this.#edgeKind[edge] = value;
        return;
      case edgeMembers.name:
        this.#edgeName[edge] = value;
        return;
      case edgeMembers.target:
        // The snapshot counts numbers, not nodes.
        this.#edgeTarget[edge] = Math.floor(value / this.#nodeFields.length);
    }
  };

  /** Throws HeapUnreadable when it does not add up. */
  graph(strings: readonly string[]): HeapGraph {
    const nodeCount = this.#nodeKind.length;
    if (this.#numbersLeft !== 0 || this.#firstEdge.at(-1) !== this.#edgeTarget.length) {
      throw new HeapUnreadable("its references do not add up");
    }
    if (this.#edgeTarget.some((target) => nodeCount <= target)) throw new HeapUnreadable("a reference leads nowhere");
    return {
      nodeCount,
      nodeKind: this.#nodeKind,
      nodeName: this.#nodeName,
      selfSize: this.#selfSize,
      firstEdge: this.#firstEdge,
      edgeKind: this.#edgeKind,
      edgeName: this.#edgeName,
      edgeTarget: this.#edgeTarget,
      nodeKinds: this.#nodeKinds,
      edgeKinds: this.#edgeKinds,
      strings,
    };
  }
}

function readHead(head: string) {
  try {
    return headShape.parse(JSON.parse(`${head.replace(/,\s*$/u, "")}}`)).snapshot;
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) throw new HeapUnreadable(error.message);
    throw error;
  }
}

/** Of the first field the kinds are listed, of the others there is a word. */
function kindsOf(types: unknown): readonly string[] {
  return Array.isArray(types) ? types.map(String) : [];
}

const nodeMembers = { kind: "type", name: "name", size: "self_size", edges: "edge_count" } as const;
const edgeMembers = { kind: "type", name: "name_or_index", target: "to_node" } as const;
const fields: Shape<readonly string[]> = listOf(text, { atMost: 32 });
const types = listOf(anything, { atMost: 32 });
/** More than a process of ours could have: 20 million things are some 2 GB. */
const headShape = object({
  snapshot: object({
    meta: object({ node_fields: fields, node_types: types, edge_fields: fields, edge_types: types }),
    node_count: integer({ from: 1, to: 20_000_000 }),
    edge_count: integer({ from: 0, to: 100_000_000 }),
  }),
});
