/**
 * A row of the token table: `prefix` in `prefixBits`, then `valueBits` more; a literal, or a distance that counts from
 * `base`.
 */
export interface Token {
  readonly prefix: number;
  readonly prefixBits: number;
  readonly valueBits: number;
  readonly base: number;
}

/** Distances of matches, nearest first (MS-RDPEGFX 3.1.9.1.2). Distance 0 is a run of bytes as they are. */
export const distanceTokens: readonly Token[] = [
  { prefix: 0b10001, prefixBits: 5, valueBits: 5, base: 0 },
  { prefix: 0b10010, prefixBits: 5, valueBits: 7, base: 32 },
  { prefix: 0b10011, prefixBits: 5, valueBits: 9, base: 160 },
  { prefix: 0b10100, prefixBits: 5, valueBits: 10, base: 672 },
  { prefix: 0b10101, prefixBits: 5, valueBits: 12, base: 1696 },
  { prefix: 0b101100, prefixBits: 6, valueBits: 14, base: 5792 },
  { prefix: 0b101101, prefixBits: 6, valueBits: 15, base: 22176 },
  { prefix: 0b1011100, prefixBits: 7, valueBits: 18, base: 54944 },
  { prefix: 0b1011101, prefixBits: 7, valueBits: 20, base: 317088 },
  { prefix: 0b10111100, prefixBits: 8, valueBits: 20, base: 1365664 },
  { prefix: 0b10111101, prefixBits: 8, valueBits: 21, base: 2414240 },
  { prefix: 0b101111100, prefixBits: 9, valueBits: 22, base: 4511392 },
  { prefix: 0b101111101, prefixBits: 9, valueBits: 23, base: 8705696 },
  { prefix: 0b101111110, prefixBits: 9, valueBits: 24, base: 17094304 },
];

/** The bytes with a code of their own; all others are a zero bit and eight more. */
export const literalTokens: readonly Token[] = [
  literal(0b11000, 5, 0x00),
  literal(0b11001, 5, 0x01),
  literal(0b110100, 6, 0x02),
  literal(0b110101, 6, 0x03),
  literal(0b110110, 6, 0xff),
  ...[0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x80].map(
    (byte, index) => literal(0b1101110 + index, 7, byte),
  ),
  literal(0b11111100, 8, 0x0c),
  literal(0b11111101, 8, 0x38),
  literal(0b11111110, 8, 0x39),
  literal(0b11111111, 8, 0x66),
];

function literal(prefix: number, prefixBits: number, base: number): Token {
  return { prefix, prefixBits, valueBits: 0, base };
}

/** The header of an RDP8_BULK_ENCODED_DATA, and the descriptors of an RDP_SEGMENTED_DATA (MS-RDPEGFX 2.2.5). */
export const segmentType = 0x04;
export const segmentTypeMask = 0x0f;
export const segmentCompressed = 0x20;
export const singleSegment = 0xe0;
export const manySegments = 0xe1;
/** Uncompressed, in bytes. */
export const segmentBytesMax = 65535;
/** How far back a match reaches, over the ends of messages. */
export const historyBytes = 2_500_000;
