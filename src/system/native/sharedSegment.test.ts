import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SharedSegment } from "./sharedSegment.ts";

test("a shared segment belongs to another user, is already marked for removal, and is gone when it is closed", () => {
  const userId = 4711;
  const segment = SharedSegment.create(5000, userId);
  const { bytes } = segment;
  bytes[4999] = 7;

  const row = rowOf(segment.id);
  assert.equal(bytes.length, 5000);
  assert.equal(row?.get("nattch"), 1);
  assert.equal((row?.get("perms") ?? 0) & SHM_DEST_OCTAL, SHM_DEST_OCTAL, "marked for removal");
  assert.equal(row?.get("uid"), userId);
  segment.close();
  segment.close();
  assert.equal(rowOf(segment.id), undefined);
  assert.equal(bytes.length, 0);
});

test("a segment that the host has no room for says which call failed", () => {
  assert.throws(() => SharedSegment.create(2 ** 50, 0), { message: /shmget/u });
});

/** The kernel's own list (proc(5), sysvipc/shm); permissions are octal. */
function rowOf(id: number): Map<string, number> | undefined {
  const [head = "", ...rows] = readFileSync("/proc/sysvipc/shm", "utf8").trim().split("\n");
  const names = head.trim().split(/\s+/u);
  for (const row of rows) {
    const values = row.trim().split(/\s+/u);
    if (Number(values[1]) !== id) continue;
    return new Map(names.map((name, index) => [name, Number.parseInt(values[index] ?? "", name === "perms" ? 8 : 10)]));
  }
  return undefined;
}

const SHM_DEST_OCTAL = 0o1000;
