import { readFileSync } from "node:fs";

/** Memory of a process under one name: a library, the heap, a stack. Sizes in bytes. */
export interface Mapping {
  readonly name: string;
  readonly resident: number;
  /** Written to: no file has it. */
  readonly own: number;
}

/** What a process has in memory, the largest first; empty: it has ended. */
export function mappingsOf(pid: number): readonly Mapping[] {
  const all = new Map<string, { name: string; resident: number; own: number }>();
  let current: { name: string; resident: number; own: number } | undefined;
  for (const line of smapsOf(pid).split("\n")) {
    const map = /^[\da-f]+-[\da-f]+ \S+ \S+ \S+ \d+\s*(.*)$/u.exec(line);
    if (map !== null) {
      const name = map[1] === undefined || map[1] === "" ? "(memory without a name)" : map[1];
      current = all.get(name) ?? { name, resident: 0, own: 0 };
      all.set(name, current);
      continue;
    }
    const [, field, kilobytes] = /^(Rss|Private_Dirty):\s+(\d+) kB/u.exec(line) ?? [];
    if (current === undefined || field === undefined) continue;
    if (field === "Rss") current.resident += Number(kilobytes) * 1024;
    else current.own += Number(kilobytes) * 1024;
  }
  return [...all.values()].toSorted((one, other) => other.resident - one.resident).slice(0, mostShown);
}

function smapsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps`, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

const mostShown = 12;
