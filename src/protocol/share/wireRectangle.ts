import type { Codec } from "#base/bytes/codec.ts";
import type { Rectangle } from "#base/geometry.ts";

/**
 * Left, top, right, bottom, of which right and bottom belong to it (TS_RECTANGLE16, MS-RDPBCGR 2.2.11.1). 16 bits
 * each.
 */
export const inclusiveRectangle: Codec<Rectangle> = edges(1);

/** Left, top, right, bottom, of which right and bottom are just outside. 16 bits each. */
export const exclusiveRectangle: Codec<Rectangle> = edges(0);

/** An area whose edges are the wrong way round is empty. */
function edges(inside: 0 | 1): Codec<Rectangle> {
  return {
    size: () => 8,
    write: (writer, { x, y, width, height }) => {
      writer.u16le(x);
      writer.u16le(y);
      writer.u16le(x + width - inside);
      writer.u16le(y + height - inside);
    },
    read: (reader) => {
      const x = reader.u16le();
      const y = reader.u16le();
      const width = Math.max(0, reader.u16le() - x + inside);
      const height = Math.max(0, reader.u16le() - y + inside);
      return { x, y, width, height };
    },
  };
}
