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

test("a file takes the place of memory, shows what is written to it later, and leaves zeros behind", () => {
  using file = temporaryFile(8192);
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).fill(3);
  const place = memory.subarray(8192);
  writeSync(file.descriptor, Uint8Array.of(42), 0, 1, 5000);
  const map = MemoryMap.over(place, file.descriptor, 5001);
  const seen = [place[0], place[5000], memory[8191], place[8192]];
  writeSync(file.descriptor, Uint8Array.of(43), 0, 1, 5000);
  seen.push(place[5000]);
  map[Symbol.dispose]();
  seen.push(place[5000], place[8192]);
  place[5000] = 1;

  assert.deepEqual([...seen, place[5000]], [0, 42, 3, 3, 43, 0, 3, 1]);
});

test("a file that does not fit, or cannot be mapped, leaves the memory as it was", () => {
  using file = temporaryFile(4096);
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).fill(3);
  assert.throws(() => MemoryMap.over(memory, file.descriptor, 65_537), /no room for a file of 65537/u);
  assert.throws(() => MemoryMap.over(memory, -1, 4096), { code: "EBADF", call: "mmap" });
  assert.deepEqual([memory[0], memory[65_535]], [3, 3]);
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

/** Memory that begins with a page; outside a browser, the compiler's libraries declare none. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

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
