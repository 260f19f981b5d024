import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import type { Pixels } from "../src/base/pixels.ts";

/** Writes a picture as a PNG file of 24-bit colour. PNG specification (ISO/IEC 15948), 11.2. */
export function writePng(path: string, pixels: Pixels): void {
  writeFileSync(path, encodePng(pixels));
}

export function encodePng({ data, offset, stride, width, height }: Pixels): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let at = 0;
  for (let y = 0; y < height; y++) {
    // Each row begins with its filter: none.
    at++;
    for (let from = offset + y * stride; from < offset + y * stride + width * 4; from += 4) {
      rows[at++] = data[from + 2]!;
      rows[at++] = data[from + 1]!;
      rows[at++] = data[from]!;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
