/** TPKT around `payload`: version 3, a length of 16 bits. RFC 2126 section 4.3, MS-RDPBCGR 2.2.1.1. A new array. */
export function tpkt(payload: Uint8Array): Uint8Array {
  const length = tpktHeaderBytes + payload.length;
  if (0xffff < length) throw new RangeError(`a TPKT message holds 65535 bytes, not ${length}`);
  const bytes = new Uint8Array(length);
  bytes[0] = 3;
  bytes[2] = length >>> 8;
  bytes[3] = length;
  bytes.set(payload, tpktHeaderBytes);
  return bytes;
}

export const tpktHeaderBytes = 4;
