import { boolean, integer, listOf, number, object, optional, text, type ShapeValue } from "#base/shape/shape.ts";

const id = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });
const nodes = { atMost: 500_000 };

/** V8's profile (`.cpuprofile`), as far as it is used: Profiler.Profile of the DevTools protocol. */
const profileShape = object({
  nodes: listOf(
    object({
      id,
      callFrame: object({ functionName: text, url: text, lineNumber: number, isNative: optional(boolean) }),
      hitCount: optional(number),
      children: optional(listOf(id, nodes)),
    }),
    nodes,
  ),
  startTime: number,
  endTime: number,
  samples: optional(listOf(id, { atMost: 5_000_000 })),
  /** Microseconds before each sample. */
  timeDeltas: optional(listOf(number, { atMost: 5_000_000 })),
});
export type V8Profile = ShapeValue<typeof profileShape>;

/** What a process did, of a V8 profile. Times in milliseconds. */
export interface ProfileSummary {
  /** From its start to its end. */
  readonly span: number;
  /** Of these the process was at work. */
  readonly busy: number;
  /** By the time that they took themselves, the longest first. */
  readonly functions: readonly ProfiledFunction[];
  /** The same with what they called; its root is the program. */
  readonly flame: FlameNode;
}

export interface ProfiledFunction {
  readonly name: string;
  /** "src/connection/picture.ts:120"; empty for what is not of a file. */
  readonly place: string;
  readonly self: number;
}

export interface FlameNode {
  readonly name: string;
  readonly place: string;
  readonly total: number;
  /** The longest first. */
  readonly children: readonly FlameNode[];
}

export const parseProfile = (value: unknown): V8Profile => profileShape.parse(value);

/** Puts a profile together; idle time is in `span` alone. */
export function summarizeProfile(profile: V8Profile): ProfileSummary {
  const self = selfTimes(profile);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const functions = new Map<string, { name: string; place: string; self: number }>();
  let busy = 0;
  for (const node of profile.nodes) {
    const took = self.get(node.id) ?? 0;
    if (took === 0 || isIdle(node)) continue;
    busy += took;
    const { name, place } = frameOf(node);
    const known = functions.get(`${name} ${place}`);
    if (known === undefined) functions.set(`${name} ${place}`, { name, place, self: took });
    else known.self += took;
  }
  const called = new Set(profile.nodes.flatMap(({ children }) => children ?? []));
  const roots = profile.nodes.filter((node) => !called.has(node.id));
  const children = roots.flatMap((root) => flamesOf(root, { byId, self }, 0)).flatMap((root) => root.children);
  return {
    span: (profile.endTime - profile.startTime) / 1000,
    busy,
    functions: [...functions.values()].toSorted((one, other) => other.self - one.self),
    flame: { name: "all", place: "", total: busy, children: children.toSorted(byTotal) },
  };
}

type Node = V8Profile["nodes"][number];
interface Known {
  readonly byId: ReadonlyMap<number, Node>;
  readonly self: ReadonlyMap<number, number>;
}

function selfTimes({ nodes: all, samples, timeDeltas, startTime, endTime }: V8Profile): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  const add = (node: number, microseconds: number): void =>
    void times.set(node, (times.get(node) ?? 0) + Math.max(0, microseconds) / 1000);
  if (samples !== undefined && timeDeltas !== undefined) {
    for (const [index, node] of samples.entries()) add(node, timeDeltas[index + 1] ?? 0);
    return times;
  }
  const hits = all.reduce((sum, { hitCount }) => sum + (hitCount ?? 0), 0);
  for (const node of all) if (0 < hits) add(node.id, ((node.hitCount ?? 0) / hits) * (endTime - startTime));
  return times;
}

/** None where nothing took time. A node that is its own ancestor (nobody writes that) ends the tree. */
function flamesOf(node: Node, known: Known, depth: number): readonly FlameNode[] {
  if (isIdle(node) || depthMax < depth) return [];
  const children = (node.children ?? []).flatMap((child) => {
    const next = known.byId.get(child);
    return next === undefined ? [] : flamesOf(next, known, depth + 1);
  });
  const total = (known.self.get(node.id) ?? 0) + children.reduce((sum, child) => sum + child.total, 0);
  if (total === 0 && depth !== 0) return [];
  return [{ ...frameOf(node), total, children: children.toSorted(byTotal) }];
}

function byTotal(one: FlameNode, other: FlameNode): number {
  return other.total - one.total;
}

function isIdle({ callFrame }: Node): boolean {
  return callFrame.functionName === "(idle)";
}

function frameOf({ callFrame }: Node): { readonly name: string; readonly place: string } {
  const name = callFrame.functionName === "" ? "(anonymous)" : callFrame.functionName;
  if (callFrame.url === "") return { name, place: "" };
  // The program's own files are told from its folder on.
  const file = callFrame.url.replace(/^file:\/\//u, "").replace(/^.*\/(?=(?:src|node_modules|dist)\/)/u, "");
  return { name, place: `${file}:${callFrame.lineNumber + 1}` };
}

const depthMax = 200;
