import { DecodeError } from "#base/bytes/decodeError.ts";
import { dialects, matchMin, packetFlags, type Dialect } from "./dialect.ts";

/** The receiving end of RDP 4.0 and 5.0 bulk compression. MS-RDPBCGR 3.1.8, RFC 2118 */
export class MppcDecompressor {
  readonly #history = new Uint8Array(dialects.rdp5.historyBytes);
  #end = 0;

  /** What the packet says, given. Throws DecodeError. To be called with each packet that has flags, in order. */
  decompress(flags: number, packet: Uint8Array): Uint8Array {
    if ((flags & packetFlags.flushed) !== 0) this.#history.fill(0);
    if ((flags & (packetFlags.flushed | packetFlags.atFront)) !== 0) this.#end = 0;
    if ((flags & packetFlags.compressed) === 0) return packet.slice();
    const type = flags & packetFlags.typeMask;
    const dialect = Object.values(dialects).find((each) => each.type === type);
    if (dialect === undefined) throw wrong("compression of RDP 4.0 or 5.0", type, 0);
    const start = this.#end;
    this.#readAll(new Bits(packet), dialect);
    return this.#history.slice(start, this.#end);
  }

  #readAll(bits: Bits, dialect: Dialect): void {
    // Fewer than eight bits are none of ours: they fill up the last byte.
    while (8 <= bits.left) {
      const isLow = bits.take(1) === 0;
      const isHigh = !isLow && bits.take(1) === 0;
      if (isLow || isHigh) {
        if (bits.left < 7) return;
        this.#put((isHigh ? 0x80 : 0) | bits.take(7), dialect, bits);
      } else if (!this.#copy(bits, dialect)) return;
    }
  }

  /** false: the packet has ended. The first two ones are read. */
  #copy(bits: Bits, dialect: Dialect): boolean {
    let prefix = 0b11;
    let code = undefined;
    for (let count = 3; code === undefined && count <= 5 && 0 < bits.left; count++) {
      prefix = (prefix << 1) | bits.take(1);
      code = dialect.distances.find((each) => each.prefix === prefix && each.prefixBits === count);
    }
    if (code === undefined || bits.left < code.bits + 1) return false;
    const distance = code.base + bits.take(code.bits);
    const length = readLength(bits);
    if (distance === 0 || this.#end < distance) throw wrong("a distance into what was sent", distance, bits.offset);
    for (let left = length; 0 < left; left--) this.#put(this.#history[this.#end - distance]!, dialect, bits);
    return true;
  }

  #put(byte: number, dialect: Dialect, bits: Bits): void {
    if (!(this.#end < dialect.historyBytes)) throw wrong("no more than the history holds", this.#end, bits.offset);
    this.#history[this.#end++] = byte;
  }
}

function readLength(bits: Bits): number {
  let ones = 0;
  while (bits.take(1) === 1) if (14 < ++ones) throw wrong("a length of 16 bits", ones, bits.offset);
  return ones === 0 ? matchMin : (2 << ones) | bits.take(ones + 1);
}

function wrong(expected: string, got: number, at: number): DecodeError {
  const error = new DecodeError({ is: "wrongValue", expected, got }, at);
  error.path.unshift("MPPC");
  error.spec = "MS-RDPBCGR 3.1.8";
  return error;
}

/** From the most significant bit down. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  /** In bytes. */
  get offset(): number {
    return this.#at >> 3;
  }

  take(count: number): number {
    if (this.left < count) {
      throw new DecodeError({ is: "truncated", needBytes: (count + 7) >> 3, haveBytes: this.left >> 3 }, this.offset);
    }
    let value = 0;
    for (let index = 0; index < count; index++, this.#at++) {
      value = (value << 1) | ((this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}
