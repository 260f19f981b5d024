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

  /**
   * Shows the first `length` bytes of a file at a place of memory that is ours already, read only: `place` begins with
   * a page of 4096 bytes, and is not shorter than the file's pages. Disposing of it leaves zeros there, to read and to
   * write. Throws SystemCallError; then the place is as it was.
   */
  static over(place: Uint8Array, descriptor: number, length: number): Disposable {
    const bytes = Math.ceil(length / pageBytes) * pageBytes;
    if (place.length < bytes) throw new RangeError(`${place.length} bytes have no room for a file of ${length}`);
    const at = mmap(place, bytes, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0);
    if (at === MAP_FAILED) throw lastSystemCallError("mmap");
    return {
      [Symbol.dispose]: () => {
        const zeros = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
        if (mmap(place, bytes, PROT_READ | PROT_WRITE, zeros, -1, 0) === MAP_FAILED) throw lastSystemCallError("mmap");
      },
    };
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
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const pageBytes = 4096;
