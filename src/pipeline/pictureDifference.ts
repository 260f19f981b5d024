import type { Rectangle } from "#base/geometry.ts";
import { copyPixelsInto, newPixels, type Pixels } from "#base/pixels.ts";

/**
 * Where two pictures of one size differ inside each of `tiles`: the smallest rectangle, or undefined. Neighbours in a
 * row of tiles are compared together, as long as they are equal. `screen` may go on changing meanwhile.
 */
export function differencesInTiles(
  known: Pixels,
  screen: Pixels,
  tiles: readonly Rectangle[],
): readonly (Rectangle | undefined)[] {
  const pictures = { known: wordsOf(known), screen: wordsOf(screen) };
  const boxes = tiles.map(({ x, width }) => ({ top: -1, bottom: -1, left: x + width, right: x - 1 }));
  for (let first = 0; first < tiles.length;) {
    const last = endOfSpan(tiles, first);
    compareSpan(pictures, tiles, boxes, { first, last });
    first = last + 1;
  }
  return boxes.map(({ top, bottom, left, right }) =>
    top < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
  );
}

interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** A picture by words, one a pixel, and by bytes. */
interface Words {
  readonly words: Int32Array;
  readonly bytes: Buffer;
  readonly pixels: Pixels;
}

function compareSpan(
  pictures: { readonly known: Words; readonly screen: Words },
  tiles: readonly Rectangle[],
  boxes: readonly Box[],
  { first, last }: { readonly first: number; readonly last: number },
): void {
  const { known, screen } = pictures;
  const { x, y: top, height } = tiles[first]!;
  const bytes = (tiles[last]!.x + tiles[last]!.width - x) * 4;
  for (let y = top; y < top + height; y++) {
    const a = screen.pixels.offset + y * screen.pixels.stride;
    const b = known.pixels.offset + y * known.pixels.stride;
    const [from, to] = [a + x * 4, b + x * 4];
    if (screen.bytes.compare(known.bytes, to, to + bytes, from, from + bytes) === 0) continue;
    for (let index = first; index <= last; index++) {
      const tile = tiles[index]!;
      const [here, there] = [a + tile.x * 4, b + tile.x * 4];
      const width = tile.width * 4;
      if (screen.bytes.compare(known.bytes, there, there + width, here, here + width) === 0) continue;
      noteRow(boxes[index]!, tile, y, { known: known.words, screen: screen.words, from: a >> 2, to: b >> 2 });
    }
  }
}

/** The pixels of one row that differ, by their colours alone; there may be none by now. */
function noteRow(
  box: Box,
  tile: Rectangle,
  y: number,
  row: { readonly known: Int32Array; readonly screen: Int32Array; readonly from: number; readonly to: number },
): void {
  const { known, screen, from, to } = row;
  const end = tile.x + tile.width;
  let left = tile.x;
  while (left < end && ((screen[from + left]! ^ known[to + left]!) & colorBits) === 0) left++;
  if (left === end) return;
  let right = end - 1;
  const least = Math.max(left, box.right);
  while (least < right && ((screen[from + right]! ^ known[to + right]!) & colorBits) === 0) right--;
  if (box.top < 0) box.top = y;
  box.bottom = y;
  if (left < box.left) box.left = left;
  if (box.right < right) box.right = right;
}

/** The last tile of those that lie beside each other from `first` on. */
function endOfSpan(tiles: readonly Rectangle[], first: number): number {
  let last = first;
  for (let next = tiles[last + 1]; next !== undefined; next = tiles[last + 1]) {
    const { x, y, width } = tiles[last]!;
    if (next.y !== y || next.x !== x + width) break;
    last++;
  }
  return last;
}

/** One that does not lie at multiples of four bytes is copied first. */
function wordsOf(pixels: Pixels): Words {
  const { data, offset, stride } = pixels;
  if (data.byteOffset % 4 === 0 && offset % 4 === 0 && stride % 4 === 0) {
    const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
    return { words, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength), pixels };
  }
  const copy = newPixels(pixels);
  copyPixelsInto(copy, pixels);
  return { words: new Int32Array(copy.data.buffer), bytes: Buffer.from(copy.data.buffer), pixels: copy };
}

/** Blue, green and red; the fourth byte means nothing. */
const colorBits = 0xffffff;
