import type { Pixels } from "#base/pixels.ts";

/** Brightness of each pixel and colours of each square of four: `width * height` bytes, and a quarter each. */
export interface Yuv420 {
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
}

/**
 * A picture with even sides in the colours that H.264 carries for RDP: BT.709, all 256 values. A square's colours are
 * those of the sum of its pixels. MS-RDPEGFX 3.3.8.3.1
 */
export function referenceYuv420({ width, height, data, offset, stride }: Pixels): Yuv420 {
  const quarter = (width * height) / 4;
  const planes = { luma: new Uint8Array(quarter * 4), blue: new Uint8Array(quarter), red: new Uint8Array(quarter) };
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const sum = [0, 0, 0];
      for (const [dx, dy] of square) {
        const from = offset + (y + dy) * stride + (x + dx) * 4;
        const colours = [data[from]!, data[from + 1]!, data[from + 2]!];
        planes.luma[(y + dy) * width + x + dx] = (weigh(colours, lumaWeights) + 0x4000) >> 15;
        for (const channel of sum.keys()) sum[channel]! += colours[channel]!;
      }
      const at = (y / 2) * (width / 2) + x / 2;
      planes.blue[at] = clamp(((weigh(sum, blueWeights) + 0x10000) >> 17) + 128);
      planes.red[at] = clamp(((weigh(sum, redWeights) + 0x10000) >> 17) + 128);
    }
  }
  return planes;
}

/** Of blue, green and red, in the weights' unit. */
export function weigh(
  [blue = 0, green = 0, red = 0]: readonly number[],
  weights: readonly [number, number, number],
): number {
  return blue * weights[0] + green * weights[1] + red * weights[2];
}

export function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

const square = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;
/** Of blue, green and red, in 32768ths. */
const lumaWeights = [2366, 23436, 6966] as const;
export const blueWeights = [16384, -12630, -3754] as const;
export const redWeights = [-1502, -14882, 16384] as const;
