import { closeSync, ftruncateSync } from "node:fs";
import { libc } from "./libc.ts";
import { MemoryMap } from "./memoryMap.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/** Memory that another process can have too: by its descriptor, which is an open file without a name. */
export class SharedMemory implements Disposable {
  /** Lent until `close`, closed on exec. */
  readonly descriptor: number;
  readonly #map: MemoryMap;

  /** All zeros. Nobody can make it shorter or longer (fcntl(2), F_ADD_SEALS). Throws SystemCallError. */
  constructor(name: string, length: number) {
    const descriptor = Number(memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (descriptor < 0) throw lastSystemCallError("memfd_create");
    try {
      ftruncateSync(descriptor, length);
      if (Number(fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW)) < 0) {
        throw lastSystemCallError("fcntl");
      }
      this.#map = MemoryMap.of(descriptor, length, { writable: true });
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    this.descriptor = descriptor;
  }

  /** Lent until `close`; afterwards every view of it is empty. */
  get bytes(): Uint8Array {
    return this.#map.bytes;
  }

  /** Calling it again does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#map.close();
    closeSync(this.descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #isClosed = false;
}

const memfdCreate = libc.func("int memfd_create(str, uint)");
const fcntl = libc.func("int fcntl(int, int, int)");

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
const F_SEAL_SEAL = 1;
const F_SEAL_SHRINK = 2;
const F_SEAL_GROW = 4;
