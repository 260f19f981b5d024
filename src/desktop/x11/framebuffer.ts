import { cover, type Rectangle, type Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import type { Image } from "x11";
import type { X11Connection } from "./x11Connection.ts";

/** Where the pixels of an X screen can be read. */
export interface Framebuffer {
  /** The largest screen that fits; undefined: any. */
  readonly sizeMax: Size | undefined;
  /** The pixels as they were refreshed last, or as they are now; valid until the next `refresh` or `resized`. */
  readonly pixels: Pixels;
  /** The screen has this size now. */
  resized(size: Size): void;
  /** Makes the pixels show what the screen shows in these parts. */
  refresh(parts: readonly Rectangle[]): Promise<void>;
  close(): void;
}

/**
 * Pixels asked from the server by GetImage, for servers without a framebuffer file: about 16 ms for a whole 1080p
 * screen.
 */
export function copiedFramebuffer(connection: X11Connection): Framebuffer {
  const screen = connection.display.screen[0];
  const bitsPerPixel = connection.display.format[screen?.root_depth ?? 0]?.bits_per_pixel;
  if (bitsPerPixel !== 32 || connection.display.image_byte_order !== 0) {
    throw new Error(`the screen has ${bitsPerPixel ?? "an unknown number of"} bits a pixel, not 32 little-endian`);
  }
  let pixels = newPixels({ width: 1, height: 1 });
  const copy = async (part: Rectangle): Promise<void> => {
    const target = pixels;
    const image = await connection.ask<Image>("GetImage", (answer) =>
      connection.client.GetImage(
        Z_PIXMAP,
        connection.root,
        part.x,
        part.y,
        part.width,
        part.height,
        0xffffffff,
        answer,
      ),
    );
    const rowBytes = part.width * 4;
    for (let row = 0; row < part.height; row++) {
      const from = image.data.subarray(row * rowBytes, (row + 1) * rowBytes);
      target.data.set(from, (part.y + row) * target.stride + part.x * 4);
    }
  };
  return {
    sizeMax: undefined,
    get pixels() {
      return pixels;
    },
    resized: (size) => {
      pixels = newPixels(size);
    },
    refresh: async (parts) => {
      if (parts.length === 0) return;
      const asked = IMAGES_MAX < parts.length ? [parts.reduce(cover)] : parts;
      await Promise.all(asked.map(copy));
    },
    close: () => undefined,
  };
}

const Z_PIXMAP = 2;
/** Above this, one image of all is cheaper than many of the parts. */
const IMAGES_MAX = 16;
