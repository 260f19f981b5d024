import { named } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { aycocgRowInto } from "../depth/aycocg.ts";
import { flags, type PlanarOptions } from "./encode.ts";
import { decodePlane } from "./rle.ts";

/**
 * Decodes an RDP6_BITMAP_STREAM (MS-RDPEGDI 2.2.2.5.1) of a bitmap of `size`, in all its forms. The fourth byte of a
 * pixel is 0xff unless `keepAlpha` asks for the alpha plane and there is one. Malformed bytes are a DecodeError.
 */
export function decodePlanar(bytes: Uint8Array, size: Size, options: PlanarOptions): Pixels {
  return named("planar bitmap", "MS-RDPEGDI 2.2.2.5.1", () => decodeStream(bytes, size, options));
}

function decodeStream(bytes: Uint8Array, size: Size, options: PlanarOptions): Pixels {
  if (bytes.length === 0) throw new DecodeError({ is: "truncated", needBytes: 1, haveBytes: 0 }, 0);
  const header = bytes[0]!;
  const colourLoss = header & 7;
  const subsampled = (header & flags.chromaSubsampling) !== 0;
  if (subsampled && colourLoss === 0) {
    throw new DecodeError({ is: "wrongValue", expected: "colour loss with chroma subsampling", got: header }, 0);
  }
  const chroma = subsampled ? { width: (size.width + 1) >> 1, height: (size.height + 1) >> 1 } : size;
  const source = new PlaneReader(bytes, (header & flags.runLength) !== 0);
  const alpha = (header & flags.noAlpha) === 0 ? source.plane(size) : undefined;
  const first = source.plane(size);
  const second = source.plane(chroma);
  const third = source.plane(chroma);
  source.expectEnd();
  const keptAlpha = options.keepAlpha === true ? alpha : undefined;
  const pixels = newPixels(size);
  const planes = {
    luma: first,
    orange: second,
    green: third,
    alpha: keptAlpha,
    lumaStride: size.width,
    chromaStride: chroma.width,
    colourLoss,
    subsampled,
    // Windows computes the orange difference of pictures without alpha the wrong way round, and the specification
    // (3.1.9.1.2) has made that the rule.
    redBlueSwapped: alpha === undefined,
  };
  for (let row = 0; row < size.height; row++) {
    const y = options.rows === "topDown" ? row : size.height - 1 - row;
    if (0 < colourLoss) aycocgRowInto(pixels, y, planes, row);
    else colourRowInto(pixels, y, [third, second, first, keptAlpha], row);
  }
  return pixels;
}

class PlaneReader {
  readonly #bytes: Uint8Array;
  readonly #isRunLength: boolean;
  #at = 1;

  constructor(bytes: Uint8Array, isRunLength: boolean) {
    this.#bytes = bytes;
    this.#isRunLength = isRunLength;
  }

  plane(size: Size): Uint8Array {
    const count = size.width * size.height;
    if (this.#isRunLength) {
      const plane = new Uint8Array(count);
      this.#at = decodePlane(this.#bytes, this.#at, plane, size.width, size.height);
      return plane;
    }
    const have = this.#bytes.length - this.#at;
    if (have < count) throw new DecodeError({ is: "truncated", needBytes: count, haveBytes: have }, this.#at);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** One byte of padding is passed over: raw streams should have it, others have it now and then. */
  expectEnd(): void {
    const extraBytes = this.#bytes.length - this.#at;
    if (1 < extraBytes) throw new DecodeError({ is: "trailing", extraBytes }, this.#at);
  }
}

/** `planes`: blue, green, red, and alpha where wanted. */
function colourRowInto(
  target: Pixels,
  y: number,
  planes: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array | undefined],
  row: number,
): void {
  const [blue, green, red, alpha] = planes;
  const { data, width } = target;
  let to = target.offset + y * target.stride;
  for (let from = row * width; from < (row + 1) * width; from++, to += 4) {
    data[to] = blue[from]!;
    data[to + 1] = green[from]!;
    data[to + 2] = red[from]!;
    data[to + 3] = alpha === undefined ? 0xff : alpha[from]!;
  }
}
