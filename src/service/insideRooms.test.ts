import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inside } from "#contracts/inside.ts";
import { roomsOf } from "./insideRooms.ts";

test("a process is told by the rooms of its JavaScript engine, the largest first, and what is unusual in it", () => {
  const others = [1, 2, 3, 4].map((pid) => inside(pid, { old: 20, buffers: 5 + pid / 10 }));

  assert.deepEqual(
    roomsOf(inside(9, { old: 21, buffers: 80 }), others).map(({ name, megabytes, unusual }) => [
      name,
      megabytes,
      unusual,
    ]),
    [
      ["JavaScript: buffers and WebAssembly", 80, "15.2 times the middle of 4 others (5.3 MB)"],
      ["JavaScript: old", 21, undefined],
      ["JavaScript: held outside of its heap", 2, undefined],
    ],
  );
  assert.ok(
    roomsOf(inside(9, { old: 21, buffers: 80 }), others.slice(0, 2)).every(({ unusual }) => unusual === undefined),
  );
});

function inside(pid: number, { old, buffers }: { readonly old: number; readonly buffers: number }): Inside {
  const MB = 1 << 20;
  const sizes = {
    uptime: 1,
    resident: 1,
    heapUsed: 1,
    heapTotal: 1,
    external: (buffers + 2) * MB,
    buffers: buffers * MB,
  };
  const spaces = [
    { name: "old_space", used: 1, size: old * MB },
    { name: "large_object_space", used: 0, size: 0 },
  ];
  return { pid, ...sizes, spaces, active: [], waits: [] };
}
