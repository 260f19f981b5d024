import type { Pixels } from "#base/pixels.ts";

/** The colours of a picture, 0xRRGGBB each, row by row into `target`, which is given back. */
export function wordsOf({ data, offset, stride, width, height }: Pixels, target: Uint32Array): Uint32Array {
  const first = data.byteOffset + offset;
  let to = 0;
  if (first % 4 === 0 && stride % 4 === 0) {
    const source = new Uint32Array(data.buffer, first, height === 0 ? 0 : ((height - 1) * stride) / 4 + width);
    for (let row = 0; row < height; row++) {
      const start = row * (stride / 4);
      for (let from = start; from < start + width; from++) target[to++] = source[from]! & 0xffffff;
    }
    return target;
  }
  for (let row = 0; row < height; row++) {
    const start = offset + row * stride;
    for (let from = start; from < start + width * 4; from += 4) {
      target[to++] = data[from]! | (data[from + 1]! << 8) | (data[from + 2]! << 16);
    }
  }
  return target;
}

/** The first `count` colours of `words` over the first pixels of a picture; the fourth bytes become 0xff. */
export function paintWords(target: Pixels, words: Uint32Array, count = words.length): void {
  for (let at = 0; at < count; at++) {
    const to = target.offset + Math.floor(at / target.width) * target.stride + (at % target.width) * 4;
    const word = words[at]!;
    target.data[to] = word;
    target.data[to + 1] = word >>> 8;
    target.data[to + 2] = word >>> 16;
    target.data[to + 3] = 0xff;
  }
}
