import type { Inside } from "#contracts/inside.ts";
import type { MemoryRoom } from "#contracts/leaks.ts";
import { whyUnusual } from "#policy/leaks/unusual.ts";

/**
 * What a process of ours holds by the rooms of its JavaScript engine, the largest first; against `others`, which are of
 * its kind.
 */
export function roomsOf(inside: Inside, others: readonly Inside[]): readonly MemoryRoom[] {
  const all = [inside, ...others].map((each) => ({ pid: each.pid, rooms: measured(each) }));
  return measured(inside)
    .map(({ name, megabytes }): MemoryRoom => {
      const alike = all.flatMap(({ pid, rooms }) => {
        const memory = rooms.find((room) => room.name === name)?.megabytes;
        return memory === undefined ? [] : [{ pid, program: name, memory }];
      });
      const unusual = whyUnusual({ pid: inside.pid, program: name, memory: megabytes }, alike);
      return { name, megabytes, ...(unusual === undefined ? {} : { unusual }) };
    })
    .filter(({ megabytes }) => leastMB <= megabytes)
    .toSorted((one, other) => other.megabytes - one.megabytes);
}

function measured({ spaces, buffers, external }: Inside) {
  const heap = spaces.map(({ name, size }) => ({ name: `JavaScript: ${wordsOf(name)}`, bytes: size }));
  const rest = [
    { name: "JavaScript: buffers and WebAssembly", bytes: buffers },
    { name: "JavaScript: held outside of its heap", bytes: Math.max(0, external - buffers) },
  ];
  return [...heap, ...rest].map(({ name, bytes }) => ({ name, megabytes: bytes / (1 << 20) }));
}

/** "large_object_space" → "large object". */
function wordsOf(space: string): string {
  return space.replace(/_space$/u, "").replaceAll("_", " ");
}

const leastMB = 0.1;
