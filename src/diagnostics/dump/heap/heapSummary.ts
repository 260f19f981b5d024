import { dominatorsOf, strongEdges, type Dominators } from "./dominators.ts";
import type { HeapGraph } from "./heapGraph.ts";

/** All things of one type. Sizes in bytes. */
export interface HeapType {
  /** A constructor's name, or V8's own word in parentheses: "(string)". What strings say is not told. */
  readonly name: string;
  readonly count: number;
  readonly self: number;
  /** With all that would go if they went; what one of them holds of another counts once. */
  readonly retained: number;
}

/** A thing that holds much. */
export interface HeapHolder {
  readonly name: string;
  readonly self: number;
  readonly retained: number;
  /** The shortest way to it from the root, by names: what holds it. */
  readonly path: string;
}

/** What is in a heap. */
export interface HeapSummary {
  readonly things: number;
  readonly bytes: number;
  /** By what they retain, the most first. */
  readonly types: readonly HeapType[];
  /** Those at which memory gathers, the most first; not those that only lead there. */
  readonly holders: readonly HeapHolder[];
}

/** Looks at a whole heap; some seconds for a million things. */
export function summarizeHeap(graph: HeapGraph): HeapSummary {
  const dominators = dominatorsOf(graph);
  const { order, retained } = dominators;
  let bytes = 0;
  for (const node of order) bytes += graph.selfSize[node]!;
  const paths = new Paths(graph);
  return {
    things: order.length,
    bytes,
    types: typesOf(graph, dominators),
    holders: gatheringPlaces(graph, dominators).map((node) => ({
      name: typeName(graph, node),
      self: graph.selfSize[node]!,
      retained: retained[node]!,
      path: paths.to(node),
    })),
  };
}

function typesOf(graph: HeapGraph, { order, dominator, retained }: Dominators): readonly HeapType[] {
  const numbers = new Map<string, number>();
  const typeOf = new Uint32Array(graph.nodeCount);
  const types: { name: string; count: number; self: number; retained: number }[] = [];
  for (const node of order) {
    const name = typeName(graph, node);
    const number = numbers.get(name) ?? types.push({ name, count: 0, self: 0, retained: 0 }) - 1;
    numbers.set(name, number);
    typeOf[node] = number;
    const type = types[number]!;
    type.count++;
    type.self += graph.selfSize[node]!;
  }
  // Down the tree of dominators: what lies below another of its type is counted there.
  const openOf = new Uint32Array(types.length);
  const { first, below } = childrenOf(graph.nodeCount, order, dominator);
  const next = first.slice();
  const enter = (node: number): number => {
    if (openOf[typeOf[node]!]!++ === 0) types[typeOf[node]!]!.retained += retained[node]!;
    return node;
  };
  const stack = [enter(0)];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (next[node]! < first[node + 1]!) stack.push(enter(below[next[node]!++]!));
    else {
      openOf[typeOf[node]!]!--;
      stack.pop();
    }
  }
  return types.toSorted((one, other) => other.retained - one.retained).slice(0, mostTypes);
}

function childrenOf(nodeCount: number, order: Uint32Array, dominator: Uint32Array) {
  const first = new Uint32Array(nodeCount + 1);
  for (const node of order.subarray(1)) first[dominator[node]! + 1]!++;
  for (let at = 1; at < first.length; at++) first[at]! += first[at - 1]!;
  const below = new Uint32Array(Math.max(0, order.length - 1));
  const filled = first.slice();
  for (const node of order.subarray(1)) below[filled[dominator[node]!]!++] = node;
  return { first, below };
}

/** Where no single part has nearly all of it. */
function gatheringPlaces(graph: HeapGraph, { order, dominator, retained }: Dominators): readonly number[] {
  const largestPart = new Float64Array(graph.nodeCount);
  for (const node of order.subarray(1)) {
    largestPart[dominator[node]!] = Math.max(largestPart[dominator[node]!]!, retained[node]!);
  }
  const kind = graph.nodeKinds.indexOf("synthetic");
  const places = [...order].filter(
    (node) =>
      graph.nodeKind[node] !== kind && leastHeld <= retained[node]! && largestPart[node]! < 0.8 * retained[node]!,
  );
  return places.toSorted((one, other) => retained[other]! - retained[one]!).slice(0, mostHolders);
}

function typeName({ nodeKinds, nodeKind, nodeName, strings }: HeapGraph, node: number): string {
  const kind = nodeKinds[nodeKind[node]!] ?? "?";
  if (kind === "object" || kind === "native" || kind === "synthetic") return strings[nodeName[node]!] ?? "?";
  if (kind === "hidden" || kind === "object shape") return "(system)";
  return kind === "code" ? "(compiled code)" : `(${kind})`;
}

/** Shortest ways from the root, by strong references. */
class Paths {
  readonly #graph: HeapGraph;
  /** By node: the edge that leads there, and one; 0: none has been found. */
  readonly #edgeTo: Uint32Array;
  readonly #from: Uint32Array;

  constructor(graph: HeapGraph) {
    const { nodeCount, firstEdge, edgeTarget } = graph;
    this.#graph = graph;
    this.#edgeTo = new Uint32Array(nodeCount);
    this.#from = new Uint32Array(nodeCount);
    const isStrong = strongEdges(graph);
    const queue = new Uint32Array(nodeCount);
    let end = 1;
    for (let at = 0; at < end; at++) {
      const node = queue[at]!;
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
        const target = edgeTarget[edge]!;
        if (target === 0 || this.#edgeTo[target] !== 0 || !isStrong(edge)) continue;
        this.#edgeTo[target] = edge + 1;
        this.#from[target] = node;
        queue[end++] = target;
      }
    }
  }

  to(node: number): string {
    const steps: string[] = [];
    for (let at = node; this.#edgeTo[at] !== 0 && steps.length < longestPath; at = this.#from[at]!) {
      steps.unshift(this.#step(this.#edgeTo[at]! - 1, at));
    }
    // What a closure sees stands in contexts, one within the other: the names are what tells.
    const told = steps.slice(1).filter((step) => step !== ".context system / Context");
    return (told.length <= shownPath ? told : [...told.slice(0, 1), "…", ...told.slice(2 - shownPath)]).join(" › ");
  }

  #step(edge: number, node: number): string {
    const { edgeKinds, edgeKind, edgeName, strings } = this.#graph;
    const kind = edgeKinds[edgeKind[edge]!];
    const type = typeName(this.#graph, node);
    if (kind === "element") return `[${edgeName[edge]}] ${type}`;
    if (kind === "hidden") return type;
    return `.${strings[edgeName[edge]!] ?? "?"} ${type}`;
  }
}

const mostTypes = 300;
const mostHolders = 20;
/** In bytes: less is no place where memory gathers. */
const leastHeld = 10_000;
const longestPath = 64;
const shownPath = 12;
