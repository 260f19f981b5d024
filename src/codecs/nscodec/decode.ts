import { named } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import type { Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { aycocgRowInto } from "../depth/aycocg.ts";
import { nscodecHeader, planeSizes } from "./bitmapStream.ts";
import { decodeRuns } from "./rle.ts";

/**
 * Decodes an NSCODEC_BITMAP_STREAM (MS-RDPNSC 2.2.2) of a bitmap of `size`. The fourth byte of a pixel is 0xff unless
 * `keepAlpha` asks for the alpha plane and there is one. Malformed bytes are a DecodeError.
 */
export function decodeNscodec(bytes: Uint8Array, size: Size, options: NscodecDecodeOptions = {}): Pixels {
  return named("NSCodec bitmap", "MS-RDPNSC 2.2.2", () => decodeStream(bytes, size, options));
}

export interface NscodecDecodeOptions {
  readonly keepAlpha?: boolean;
}

function decodeStream(bytes: Uint8Array, size: Size, options: NscodecDecodeOptions): Pixels {
  const reader = new Reader(bytes);
  const header = nscodecHeader.read(reader);
  const colourLoss = header.colourLossLevel;
  if (!(1 <= colourLoss && colourLoss <= 7)) {
    throw new DecodeError({ is: "wrongValue", expected: "a colour loss level of 1 to 7", got: colourLoss }, 16);
  }
  const subsampled = header.chromaSubsamplingLevel !== 0;
  const sizes = planeSizes(size, { subsampled });
  const luma = readPlane(reader, header.lumaByteCount, sizes.luma);
  const orange = readPlane(reader, header.orangeByteCount, sizes.chroma);
  const green = readPlane(reader, header.greenByteCount, sizes.chroma);
  const alpha = header.alphaByteCount === 0 ? undefined : readPlane(reader, header.alphaByteCount, size);
  reader.expectEnd();
  const pixels = newPixels(size);
  const planes = {
    luma,
    orange,
    green,
    alpha: options.keepAlpha === true ? alpha : undefined,
    lumaStride: sizes.luma.width,
    chromaStride: sizes.chroma.width,
    colourLoss,
    subsampled,
  };
  for (let row = 0; row < size.height; row++) aycocgRowInto(pixels, row, planes, row);
  return pixels;
}

function readPlane(reader: Reader, byteCount: number, size: Size): Uint8Array {
  const full = size.width * size.height;
  if (full < byteCount) {
    throw new DecodeError({ is: "overLimit", limit: full, got: byteCount, of: "plane" }, reader.offset);
  }
  const plane = reader.take(byteCount);
  return byteCount === full ? plane : decodeRuns(plane, full);
}
