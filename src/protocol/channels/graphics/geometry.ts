import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Point, Rectangle } from "#base/geometry.ts";

/** RDPGFX_RECT16: left, top, right, bottom, the last two outside; sixteen bits each. MS-RDPEGFX 2.2.1.2 */
export const rectangle16: Codec<Rectangle> = {
  size: () => 8,
  write: (writer, value) => {
    writer.u16le(value.x);
    writer.u16le(value.y);
    writer.u16le(value.x + value.width);
    writer.u16le(value.y + value.height);
  },
  read: (reader) => {
    const at = reader.offset;
    const x = reader.u16le();
    const y = reader.u16le();
    const width = reader.u16le() - x;
    const height = reader.u16le() - y;
    if (width < 0) throw new DecodeError({ is: "wrongValue", expected: `right of ${x}`, got: x + width }, at + 4);
    if (height < 0) throw new DecodeError({ is: "wrongValue", expected: `below ${y}`, got: y + height }, at + 6);
    return { x, y, width, height };
  },
};

/** RDPGFX_POINT16: where the top left corner goes; may lie outside. MS-RDPEGFX 2.2.1.1 */
export const point16: Codec<Point> = {
  size: () => 4,
  write: (writer, value) => {
    writer.i16le(value.x);
    writer.i16le(value.y);
  },
  read: (reader) => ({ x: i16(reader.u16le()), y: i16(reader.u16le()) }),
};

/** A colour of a pixel; `unused` is alpha on surfaces with alpha. MS-RDPEGFX 2.2.1.3 (RDPGFX_COLOR32) */
export interface Color32 {
  readonly blue: number;
  readonly green: number;
  readonly red: number;
  readonly unused: number;
}

export const color32: Codec<Color32> = {
  size: () => 4,
  write: (writer, value) => {
    writer.u8(value.blue);
    writer.u8(value.green);
    writer.u8(value.red);
    writer.u8(value.unused);
  },
  read: (reader) => ({ blue: reader.u8(), green: reader.u8(), red: reader.u8(), unused: reader.u8() }),
};

/** A monitor of the session; written with inclusive edges. MS-RDPBCGR 2.2.1.3.6.1 (TS_MONITOR_DEF) */
export interface GraphicsMonitor extends Rectangle {
  readonly primary: boolean;
}

export const graphicsMonitor: Codec<GraphicsMonitor> = {
  size: () => 20,
  write: (writer, value) => {
    writer.i32le(value.x);
    writer.i32le(value.y);
    writer.i32le(value.x + value.width - 1);
    writer.i32le(value.y + value.height - 1);
    writer.u32le(value.primary ? 1 : 0);
  },
  read: (reader) => {
    const at = reader.offset;
    const x = reader.i32le();
    const y = reader.i32le();
    const width = reader.i32le() - x + 1;
    const height = reader.i32le() - y + 1;
    if (!(0 < width && 0 < height)) {
      throw new DecodeError({ is: "wrongValue", expected: "a monitor with an inside", got: `${width}x${height}` }, at);
    }
    return { x, y, width, height, primary: (reader.u32le() & 1) !== 0 };
  },
};

function i16(value: number): number {
  return (value << 16) >> 16;
}
