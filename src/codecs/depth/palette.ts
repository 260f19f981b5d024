/**
 * The 256 colours of an 8 bpp connection: red, green, blue of entry `index` at byte `index * 3`, in the order of a
 * palette update (MS-RDPBCGR 2.2.9.1.1.3.1.1.2). A 6×6×6 cube with 40 greys between its own; 0 is black and 255 is
 * white.
 */
export const fixedPalette: Uint8Array = makePalette(215);

/**
 * For each 15-bit colour (red in bits 10–14, green in 5–9, blue in 0–4) the nearest entry of `fixedPalette`. The table
 * is made at the first call, in about a millisecond, and lent.
 */
export function paletteIndexes(): Uint8Array {
  indexes ??= makeIndexes();
  return indexes;
}

let indexes: Uint8Array | undefined;

/** White, the last of the cube's 216, is kept for entry 255. */
function makePalette(cubeEntries: number): Uint8Array {
  const palette = new Uint8Array(256 * 3);
  for (let index = 0; index < cubeEntries; index++) {
    palette[index * 3] = Math.floor(index / 36) * 51;
    palette[index * 3 + 1] = (Math.floor(index / 6) % 6) * 51;
    palette[index * 3 + 2] = (index % 6) * 51;
  }
  for (let grey = 0; grey < 40; grey++)
    palette.fill(greyLevel(grey), (cubeEntries + grey) * 3, (cubeEntries + grey) * 3 + 3);
  palette.fill(255, 255 * 3);
  return palette;
}

/** Eight levels inside each of the five gaps between the greys of the cube. */
function greyLevel(grey: number): number {
  return Math.round(Math.floor(grey / 8) * 51 + (((grey % 8) + 1) * 51) / 9);
}

function makeIndexes(): Uint8Array {
  const table = new Uint8Array(1 << 15);
  for (let colour = 0; colour < table.length; colour++) {
    table[colour] = nearest(expand(colour >> 10), expand((colour >> 5) & 31), expand(colour & 31));
  }
  return table;
}

/** The better of the nearest colour in the cube and the nearest grey. */
function nearest(red: number, green: number, blue: number): number {
  const cube = Math.round(red / 51) * 36 + Math.round(green / 51) * 6 + Math.round(blue / 51);
  let best = cube === 215 ? 255 : cube;
  let bestDistance = distance(best, red, green, blue);
  for (let index = 215; index < 255; index++) {
    const candidate = distance(index, red, green, blue);
    if (candidate < bestDistance) {
      best = index;
      bestDistance = candidate;
    }
  }
  return best;
}

/** Squared, weighted by what the eye sees of each colour. */
function distance(index: number, red: number, green: number, blue: number): number {
  const byRed = fixedPalette[index * 3]! - red;
  const byGreen = fixedPalette[index * 3 + 1]! - green;
  const byBlue = fixedPalette[index * 3 + 2]! - blue;
  return 3 * byRed * byRed + 6 * byGreen * byGreen + byBlue * byBlue;
}

function expand(five: number): number {
  return (five << 3) | (five >> 2);
}
