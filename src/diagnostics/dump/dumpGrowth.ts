import type { Dump, DumpedProcess } from "./dumpFile.ts";
import { heapGrowth, type HeapTypeGrowth } from "./heap/heapGrowth.ts";

/** What the heap of one process has grown by, since an earlier dump of it or of one of its kind. */
export interface ProcessGrowth {
  readonly pid: number;
  readonly role: DumpedProcess["role"];
  readonly before: {
    readonly name: string;
    readonly at: Dump["at"];
    /** It was another process of the same kind. */
    readonly isOther: boolean;
  };
  /** Bytes of the whole heap, and by types: the most first. */
  readonly bytes: number;
  readonly types: readonly HeapTypeGrowth[];
}

interface NamedDump {
  readonly name: string;
  readonly dump: Dump;
}

/** Compares with the newest of `earlier` that has the same process, or else one of its kind. */
export function growthSince(now: Dump, earlier: readonly NamedDump[]): readonly ProcessGrowth[] {
  const newestFirst = earlier
    .filter(({ dump }) => dump.at < now.at)
    .toSorted((one, other) => other.dump.at - one.dump.at);
  return now.processes.flatMap((process) => {
    const summary = process.heap?.summary;
    if (summary === undefined) return [];
    const found = findBefore(process, newestFirst);
    if (found === undefined) return [];
    const { name, dump, heap, isOther } = found;
    const types = heapGrowth(heap, summary).slice(0, mostTypes);
    const { pid, role } = process;
    return [{ pid, role, before: { name, at: dump.at, isOther }, bytes: summary.bytes - heap.bytes, types }];
  });
}

function findBefore(process: DumpedProcess, dumps: readonly NamedDump[]) {
  for (const isSame of [true, false]) {
    for (const { name, dump } of dumps) {
      for (const { role, pid, heap } of dump.processes) {
        if (heap?.summary === undefined || role !== process.role || (isSame && pid !== process.pid)) continue;
        return { name, dump, heap: heap.summary, isOther: !isSame };
      }
    }
  }
  return undefined;
}

const mostTypes = 10;
