/** SHA-1 of `bytes`: 20 bytes, given. FIPS 180-4 section 6.1. Broken as a hash; standard RDP security needs it. */
export function sha1(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const schedule = new Int32Array(80);
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, schedule, view, offset);
  const digest = new DataView(new ArrayBuffer(20));
  state.forEach((word, index) => digest.setInt32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

/** In signed words: numbers from 2^31 on are slow. */
function compress(state: Int32Array, schedule: Int32Array, block: DataView, offset: number): void {
  for (let index = 0; index < 16; index++) schedule[index] = block.getInt32(offset + index * 4);
  for (let index = 16; index < 80; index++) {
    const mixed = schedule[index - 3]! ^ schedule[index - 8]! ^ schedule[index - 14]! ^ schedule[index - 16]!;
    schedule[index] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let index = 0; index < 80; index++) {
    const chosen =
      index < 20 ? (b & c) | (~b & d) : index < 40 || 60 <= index ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const constant = index < 20 ? 0x5a827999 : index < 40 ? 0x6ed9eba1 : index < 60 ? -0x70e44324 : -0x359d3e2a;
    const next = (((a << 5) | (a >>> 27)) + chosen + e + constant + schedule[index]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
}
