/** MD5 of `bytes`: 16 bytes, given. RFC 1321. Broken as a hash; NTLM and Standard RDP Security are defined by it. */
export function md5(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, true);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, view, offset);
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, index) => digest.setUint32(index * 4, word, true));
  return new Uint8Array(digest.buffer);
}

function compress(state: Uint32Array, block: DataView, offset: number): void {
  let [a, b, c, d] = [...state] as [number, number, number, number];
  for (let index = 0; index < 64; index++) {
    const round = index >> 4;
    const mixed =
      round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
    const word = block.getUint32(offset + ((index * wordSteps[round]! + wordStarts[round]!) & 15) * 4, true);
    const sum = (a + mixed + sines[index]! + word) | 0;
    const shift = shifts[round]![index & 3]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  [a, b, c, d].forEach((value, index) => (state[index]! += value));
}

const wordSteps = [1, 5, 3, 7];
const wordStarts = [0, 1, 5, 0];
const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const sines = Uint32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32));
