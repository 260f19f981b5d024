import koffi from "koffi";
import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * A file of which the pages are seen in place, shared with whoever else has it. Reading a page
 * that the file has lost, or for which its file system has no room, ends the process with SIGBUS: who maps looks first.
 */
export class MemoryMap implements Disposable {
  readonly length: number;
  readonly #address: bigint;
  #view: ArrayBuffer | undefined;

  private constructor(address: bigint, length: number) {
    this.#address = address;
    this.length = length;
    this.#view = koffi.view(address, length);
  }

  /**
   * Maps the first `length` bytes, at least one; read only unless `writable`. The descriptor stays the caller's, and
   * may be closed. Throws SystemCallError.
   */
  static of(descriptor: number, length: number, { writable = false } = {}): MemoryMap {
    const rights = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    const address: unknown = mmap(null, length, rights, MAP_SHARED, descriptor, 0);
    if (typeof address !== "bigint" || address === MAP_FAILED) throw lastSystemCallError("mmap");
    return new MemoryMap(address, length);
  }

  /** Lent until `close`; afterwards every view of it is empty. Writing to one that is read only ends the process. */
  get bytes(): Uint8Array {
    if (this.#view === undefined) throw new Error("the memory map is closed");
    return new Uint8Array(this.#view);
  }

  /** Empties every view that was handed out, then unmaps. Calling it again does nothing. */
  close(): void {
    if (this.#view === undefined) return;
    // Transferring detaches the buffer from its memory, so that a forgotten view reads nothing instead of crashing.
    this.#view.transfer(0);
    this.#view = undefined;
    if (munmap(this.#address, this.length) !== 0) throw lastSystemCallError("munmap");
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const mmap = libc.func("void *mmap(void *, size_t, int, int, int, int64_t)");
const munmap = libc.func("int munmap(uint64_t, size_t)");

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
