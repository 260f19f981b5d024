/** What was taken from a ring. */
export interface TakenRecords {
  /** Whole records as they stand in a file, each with its length before it; given. */
  readonly bytes: Uint8Array;
  /** Where to go on. */
  readonly next: number;
  /** Bytes before these records that were overwritten since `from`. */
  readonly lost: number;
}

/**
 * The last records of a process, in memory of a fixed size: the oldest are overwritten. Places in it count bytes since
 * the first record and only grow. The memory is reserved with the first record, and taken as it is written to.
 */
export class TraceRing {
  readonly #size: number;
  #memory: Uint8Array | undefined;
  #start = 0;
  #end = 0;

  /** `size`: in bytes; a record that is longer than a quarter of it is not kept. 0: nothing is. */
  constructor(size: number) {
    this.#size = size;
  }

  /** The place of the oldest record that is there. */
  get start(): number {
    return this.#start;
  }

  /** The place of the next record. */
  get end(): number {
    return this.#end;
  }

  /** `record`: with its length before it, see `framedTraceRecord`. */
  push(record: Uint8Array): void {
    if (this.#size / 4 < record.length) return;
    this.#memory ??= new Uint8Array(this.#size);
    const end = this.#end + record.length;
    while (this.#start + this.#size < end) this.#start += lengthBytes + this.#lengthAt(this.#start);
    this.#write(this.#memory, record);
    this.#end = end;
  }

  /** Records from the place `from` on, at most `atMost` bytes of them, at least one where there is one. */
  take(from: number, atMost: number): TakenRecords {
    const begin = Math.max(from, this.#start);
    let next = begin;
    while (next < this.#end) {
      const after = next + lengthBytes + this.#lengthAt(next);
      if (begin < next && begin + atMost < after) break;
      next = after;
    }
    return { bytes: this.#read(begin, next), next, lost: begin - from };
  }

  #write(memory: Uint8Array, record: Uint8Array): void {
    const at = this.#end % this.#size;
    const fits = Math.min(record.length, this.#size - at);
    memory.set(fits === record.length ? record : record.subarray(0, fits), at);
    if (fits < record.length) memory.set(record.subarray(fits), 0);
  }

  #read(begin: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - begin);
    if (this.#memory === undefined) return bytes;
    const at = begin % this.#size;
    const fits = Math.min(bytes.length, this.#size - at);
    bytes.set(this.#memory.subarray(at, at + fits));
    if (fits < bytes.length) bytes.set(this.#memory.subarray(0, bytes.length - fits), fits);
    return bytes;
  }

  #lengthAt(place: number): number {
    let length = 0;
    for (let index = 0; index < lengthBytes; index++)
      length |= this.#memory![(place + index) % this.#size]! << (8 * index);
    return length;
  }
}

const lengthBytes = 4;
