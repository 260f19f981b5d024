import { fstatSync } from "node:fs";
import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * Gives the memory or disk blocks of a whole file back; its length stays, and it reads as zeros until it is written
 * again (fallocate(2), FALLOC_FL_PUNCH_HOLE). Maps of it stay valid; on tmpfs even
 * reading through a map takes a page again. Throws SystemCallError: EOPNOTSUPP where the file system cannot.
 */
export function punchHole(descriptor: number): void {
  const length = fstatSync(descriptor).size;
  if (length === 0) return;
  if (fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, length) !== 0) {
    throw lastSystemCallError("fallocate");
  }
}

const fallocate = libc.func("int fallocate(int, int, int64_t, int64_t)");

const FALLOC_FL_KEEP_SIZE = 1;
const FALLOC_FL_PUNCH_HOLE = 2;
