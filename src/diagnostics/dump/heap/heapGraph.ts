/**
 * A heap of V8, as its snapshot tells it: nodes are things in memory, edges are who holds whom. Nodes and edges are
 * numbers; node 0 is the root of all. A million nodes take some 60 MB here.
 */
export interface HeapGraph {
  readonly nodeCount: number;
  /** By node: index into `nodeKinds`. */
  readonly nodeKind: Uint8Array;
  /** By node: index into `strings`. */
  readonly nodeName: Uint32Array;
  /** By node, in bytes: without what it holds. */
  readonly selfSize: Float64Array;
  /** The edges of node n are those from `firstEdge[n]` up to `firstEdge[n + 1]`. */
  readonly firstEdge: Uint32Array;
  readonly edgeKind: Uint8Array;
  /** Index into `strings`, or a number where the kind is "element" or "hidden". */
  readonly edgeName: Uint32Array;
  readonly edgeTarget: Uint32Array;
  readonly nodeKinds: readonly string[];
  readonly edgeKinds: readonly string[];
  /** The first 100 bytes of each. They are whatever the program had in its memory. */
  readonly strings: readonly string[];
}

/** The file is no heap snapshot of V8, or larger than can be looked at here. */
export class HeapUnreadable extends Error {
  constructor(why: string) {
    super(`This is no heap snapshot that can be read: ${why}.`);
    this.name = "HeapUnreadable";
  }
}
