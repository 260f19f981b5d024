import { crc32, deflateSync } from "node:zlib";
import type { Pixels } from "#base/pixels.ts";

/** The picture as a PNG file: 8 bits a colour, no alpha. PNG (third edition) sections 5 and 9. */
export function pngOf(pixels: Pixels): Buffer {
  const rowBytes = 1 + pixels.width * 3;
  const rows = Buffer.alloc(rowBytes * pixels.height);
  for (let y = 0; y < pixels.height; y++) {
    let from = pixels.offset + y * pixels.stride;
    // The first byte of a row says that it is not filtered.
    let to = y * rowBytes + 1;
    for (let x = 0; x < pixels.width; x++, from += 4, to += 3) {
      rows[to] = pixels.data[from + 2]!;
      rows[to + 1] = pixels.data[from + 1]!;
      rows[to + 2] = pixels.data[from]!;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels.width, 0);
  header.writeUInt32BE(pixels.height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
