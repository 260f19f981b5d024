/** RDP 4.0 looks back 8 KiB, RDP 5.0 64 KiB. MS-RDPBCGR 3.1.8.4.1, 3.1.8.4.2 */
export type MppcType = "rdp4" | "rdp5";

/** How a distance is written: a prefix, then so many bits of what lies above `base`. */
export interface DistanceCode {
  readonly prefix: number;
  readonly prefixBits: number;
  readonly base: number;
  readonly bits: number;
}

export interface Dialect {
  /** The low bits of the compression flags. */
  readonly type: number;
  /** In bytes, a power of two: what both sides remember. */
  readonly historyBytes: number;
  /** Nearest first. */
  readonly distances: readonly DistanceCode[];
}

export const dialects: Readonly<Record<MppcType, Dialect>> = {
  rdp4: {
    type: 0,
    historyBytes: 8192,
    distances: [
      { prefix: 0b1111, prefixBits: 4, base: 0, bits: 6 },
      { prefix: 0b1110, prefixBits: 4, base: 64, bits: 8 },
      { prefix: 0b110, prefixBits: 3, base: 320, bits: 13 },
    ],
  },
  rdp5: {
    type: 1,
    historyBytes: 65_536,
    distances: [
      { prefix: 0b11111, prefixBits: 5, base: 0, bits: 6 },
      { prefix: 0b11110, prefixBits: 5, base: 64, bits: 8 },
      { prefix: 0b1110, prefixBits: 4, base: 320, bits: 11 },
      { prefix: 0b110, prefixBits: 3, base: 2368, bits: 16 },
    ],
  },
};

/** Of a compressed packet. MS-RDPBCGR 2.2.8.1.1.1.2 */
export const packetFlags = {
  compressed: 0x20,
  /** What follows lies at the front of the history again. */
  atFront: 0x40,
  /** The history is empty. */
  flushed: 0x80,
  typeMask: 0x0f,
} as const;

/** The shortest run that is said by where it was before. */
export const matchMin = 3;
