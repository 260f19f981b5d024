/** Slots of the decoder's glyph storage, and the largest glyph in pixels. MS-RDPEGFX 3.3.1.9, 2.2.4.1 */
export const glyphSlots = 4000;
export const glyphPixelsMax = 1024;

/**
 * The encoder's picture of the decoder's glyph storage: small pictures that it has shown, by two hashes and their size.
 * The oldest gives way.
 */
export class Glyphs {
  readonly #slotByHash = new Map<number, number>();
  readonly #hashes = new Float64Array(glyphSlots).fill(-1);
  readonly #checks = new Float64Array(glyphSlots);
  #next = 0;

  reset(): void {
    this.#slotByHash.clear();
    this.#hashes.fill(-1);
    this.#next = 0;
  }

  /** The slot where the picture is. */
  find({ hash, check }: GlyphName): number | undefined {
    const slot = this.#slotByHash.get(hash);
    return slot !== undefined && this.#checks[slot] === check ? slot : undefined;
  }

  /** Finds a slot for the picture, which is in it from now on. */
  keep({ hash, check }: GlyphName): number {
    const slot = this.#next;
    this.#next = (slot + 1) % glyphSlots;
    const before = this.#hashes[slot]!;
    if (this.#slotByHash.get(before) === slot) this.#slotByHash.delete(before);
    this.#hashes[slot] = hash;
    this.#checks[slot] = check;
    this.#slotByHash.set(hash, slot);
    return slot;
  }
}

export interface GlyphName {
  /** 32 bits. */
  readonly hash: number;
  /** 32 bits of another hash, and the size. */
  readonly check: number;
}

export function glyphName(words: Uint32Array, width: number, height: number): GlyphName {
  let hash = 0x811c9dc5;
  let check = 0x2545f491;
  for (let at = 0; at < width * height; at++) {
    const word = words[at]!;
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
    check = Math.imul(check + word + 0x7f4a7c15, 0x85ebca6b);
    check = (check << 13) | (check >>> 19);
  }
  return { hash, check: (check >>> 0) * 2 ** 21 + width * 1024 + height };
}
