import assert from "node:assert/strict";
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MemoryMap } from "./memoryMap.ts";
import { punchHole } from "./punchHole.ts";

test("a mapped file shows what is written to it later", () => {
  using file = temporaryFile(8192);
  using map = MemoryMap.of(file.descriptor, 8192);
  const before = map.bytes[5000];
  writeSync(file.descriptor, Uint8Array.of(42), 0, 1, 5000);
  assert.deepEqual([before, map.bytes[5000], map.bytes.length], [0, 42, 8192]);
});

test("a view that outlives its map is empty, and does not crash the process", () => {
  using file = temporaryFile(4096);
  const map = MemoryMap.of(file.descriptor, 4096);
  const forgotten = map.bytes;
  map.close();
  map.close();
  assert.equal(forgotten.length, 0);
  assert.equal(forgotten[7], undefined);
  assert.throws(() => map.bytes, /closed/u);
});

test("mapping what cannot be mapped names the reason", () => {
  using file = temporaryFile(4096);
  assert.throws(() => MemoryMap.of(-1, 4096), { code: "EBADF", call: "mmap" });
  assert.throws(() => MemoryMap.of(file.descriptor, 0), { code: "EINVAL" });
});

test("a punched file keeps its length, loses its memory and reads as zeros through its map", () => {
  using file = temporaryFile(1 << 20);
  writeSync(file.descriptor, new Uint8Array(1 << 20).fill(7), 0, 1 << 20, 0);
  using map = MemoryMap.of(file.descriptor, 1 << 20);
  const seen = [map.bytes[9999]];
  punchHole(file.descriptor);
  const { size, blocks } = fstatSync(file.descriptor);
  assert.deepEqual([...seen, map.bytes[9999], size, blocks], [7, 0, 1 << 20, 0]);
});

/** On tmpfs, where framebuffers live. */
function temporaryFile(length: number): Disposable & { readonly descriptor: number } {
  const folder = mkdtempSync("/dev/shm/holdfast-test-");
  const descriptor = openSync(join(folder, "file"), "w+");
  ftruncateSync(descriptor, length);
  return {
    descriptor,
    [Symbol.dispose]: () => {
      closeSync(descriptor);
      rmSync(folder, { recursive: true });
    },
  };
}
