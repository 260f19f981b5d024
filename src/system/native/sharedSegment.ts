import koffi from "koffi";
import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * A System V shared memory segment (shmget(2)) that one other user may attach. It is marked for removal before anybody
 * else hears of it, so that nothing is left when both of us are gone, however we went; Linux lets a marked segment be
 * attached as long as somebody has it.
 */
export class SharedSegment implements Disposable {
  /** By which the other side attaches it. */
  readonly id: number;
  readonly #address: bigint;
  #view: ArrayBuffer | undefined;

  private constructor(id: number, address: bigint, length: number) {
    this.id = id;
    this.#address = address;
    this.#view = koffi.view(address, length);
  }

  /** `length` zero bytes, at least one, for us and `userId`. Throws SystemCallError: ENOSPC, ENOMEM, EINVAL. */
  static create(length: number, userId: number): SharedSegment {
    const id: number = shmget(IPC_PRIVATE, length, IPC_CREAT | READ_AND_WRITE);
    if (id < 0) throw lastSystemCallError("shmget");
    try {
      give(id, userId);
      const address: unknown = shmat(id, null, 0);
      if (typeof address !== "bigint" || address === SHMAT_FAILED) throw lastSystemCallError("shmat");
      return new SharedSegment(id, address, length);
    } finally {
      shmctl(id, IPC_RMID, null);
    }
  }

  /** Lent until `close`; afterwards every view of it is empty. */
  get bytes(): Uint8Array {
    if (this.#view === undefined) throw new Error("the shared segment is closed");
    return new Uint8Array(this.#view);
  }

  /** Empties every view that was handed out, then detaches. Calling it again does nothing. */
  close(): void {
    if (this.#view === undefined) return;
    // Transferring detaches the buffer from its memory, so that a forgotten view reads nothing instead of crashing.
    this.#view.transfer(0);
    this.#view = undefined;
    if (shmdt(this.#address) !== 0) throw lastSystemCallError("shmdt");
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** We keep our rights to it as its creator (shmctl(2), IPC_SET). */
function give(id: number, userId: number): void {
  const state = Buffer.alloc(SHMID_DS_BYTES);
  if (shmctl(id, IPC_STAT, state) !== 0) throw lastSystemCallError("shmctl");
  state.writeUInt32LE(userId, SHM_PERM_UID);
  if (shmctl(id, IPC_SET, state) !== 0) throw lastSystemCallError("shmctl");
}

const shmget = libc.func("int shmget(int, size_t, int)");
const shmat = libc.func("void *shmat(int, void *, int)");
const shmdt = libc.func("int shmdt(uint64_t)");
const shmctl = libc.func("int shmctl(int, int, void *)");

const IPC_PRIVATE = 0;
const IPC_CREAT = 0o1000;
const READ_AND_WRITE = 0o600;
const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;
const SHMAT_FAILED = 0xffff_ffff_ffff_ffffn;
/** struct shmid_ds of 64-bit Linux, with room to spare; its ipc_perm begins with the key. */
const SHMID_DS_BYTES = 256;
const SHM_PERM_UID = 4;
