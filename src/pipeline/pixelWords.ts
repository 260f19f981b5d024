import type { Pixels } from "#base/pixels.ts";

/** Four bytes a pixel as one number; `offset` and `stride` count pixels. */
export interface Words {
  readonly data: Uint32Array;
  readonly offset: number;
  readonly stride: number;
}

/** undefined: the pixels do not lie at multiples of four bytes. */
export function wordsOver({ data, offset, stride }: Pixels): Words | undefined {
  if (data.byteOffset % 4 !== 0 || offset % 4 !== 0 || stride % 4 !== 0) return undefined;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  return { data: words, offset: offset / 4, stride: stride / 4 };
}
