import { intersect, type Rectangle, type Size } from "../src/base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "../src/base/pixels.ts";
import { picture, randomFrom, type PictureKind } from "./pictures.ts";

/** A screen on which the things of a desktop happen; each tells what it has damaged. */
export class ModelDesk {
  readonly pixels: Pixels;
  #hidden: Pixels | undefined;
  readonly #below: (limit: number) => number;
  readonly #random: () => number;

  constructor(size: Size, seed: number) {
    this.pixels = newPixels(size);
    this.#random = randomFrom(seed);
    this.#below = (limit) => Math.floor(this.#random() * limit);
    this.draw("text", { x: 0, y: 0, ...size });
  }

  /** One of all that can happen, by chance. */
  happen(): readonly Rectangle[] {
    switch (this.#below(9)) {
      case 0:
        return this.draw("text", this.#place());
      case 1:
        return this.draw("photo", this.#place());
      case 2:
        return this.fill(this.#below(0x1000000), this.#place());
      case 3:
        return this.draw("noise", { ...this.#place(), width: 9, height: 7 });
      case 4:
        return this.scroll(this.#place(), { x: 0, y: this.#below(41) - 20 });
      case 5:
        return this.scroll(this.#place(), { x: this.#below(41) - 20, y: 0 });
      case 6:
        return this.swap();
      default:
        return this.drag(this.#place(), { x: this.#below(61) - 30, y: this.#below(61) - 30 });
    }
  }

  /** A picture of its kind, as far as the area is on the screen. */
  draw(kind: PictureKind, area: Rectangle): readonly Rectangle[] {
    const visible = this.#visible(area);
    if (visible === undefined) return [];
    copyPixelsInto(crop(this.pixels, visible), picture(kind, visible, this.#below(5)));
    return [visible];
  }

  fill(colour: number, area: Rectangle): readonly Rectangle[] {
    const visible = this.#visible(area);
    if (visible === undefined) return [];
    const { data, stride } = this.pixels;
    for (let y = visible.y; y < visible.y + visible.height; y++) {
      for (let at = y * stride + visible.x * 4; at < y * stride + (visible.x + visible.width) * 4; at += 4) {
        data.set([colour & 0xff, (colour >> 8) & 0xff, colour >> 16, 0], at);
      }
    }
    return [visible];
  }

  /** What is inside moves by so much, and something else comes in. */
  scroll(area: Rectangle, by: { readonly x: number; readonly y: number }): readonly Rectangle[] {
    const visible = this.#visible(area);
    if (visible === undefined) return [];
    const before = this.#copyOf(visible);
    this.draw("text", visible);
    this.#paste(before, { ...visible, x: visible.x + by.x, y: visible.y + by.y }, visible);
    return [visible];
  }

  /** A window moves by so much, and uncovers something. */
  drag(area: Rectangle, by: { readonly x: number; readonly y: number }): readonly Rectangle[] {
    const visible = this.#visible(area);
    if (visible === undefined) return [];
    const window = this.#copyOf(visible);
    const target = { ...visible, x: visible.x + by.x, y: visible.y + by.y };
    this.draw(this.#below(2) === 0 ? "photo" : "text", visible);
    this.#paste(window, target, { x: 0, y: 0, ...this.pixels });
    const moved = this.#visible(target);
    return moved === undefined ? [visible] : [visible, moved];
  }

  /** Another window comes to the front and hides all; or the one before comes back. */
  swap(): readonly Rectangle[] {
    const before = this.#copyOf({ x: 0, y: 0, ...sizeOf(this.pixels) });
    if (this.#hidden !== undefined) copyPixelsInto(this.pixels, this.#hidden);
    this.#hidden = before;
    return [{ x: 0, y: 0, ...sizeOf(this.pixels) }];
  }

  #place(): Rectangle {
    const { width, height } = this.pixels;
    return {
      x: this.#below(width),
      y: this.#below(height),
      width: 1 + this.#below(width),
      height: 1 + this.#below(height),
    };
  }

  #visible(area: Rectangle): Rectangle | undefined {
    const { width, height } = this.pixels;
    return intersect(area, { x: 0, y: 0, width, height });
  }

  #copyOf(area: Rectangle): Pixels {
    const copy = newPixels(area);
    copyPixelsInto(copy, crop(this.pixels, area));
    return copy;
  }

  #paste(source: Pixels, target: Rectangle, within: Rectangle): void {
    const inside = intersect(target, within);
    const visible = inside && this.#visible(inside);
    if (visible === undefined) return;
    const part = { ...visible, x: visible.x - target.x, y: visible.y - target.y };
    copyPixelsInto(crop(this.pixels, visible), crop(source, part));
  }
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
