import type { Image } from "x11";
import { cover, type Rectangle } from "#base/geometry.ts";
import { newPixels } from "#base/pixels.ts";
import type { Framebuffer } from "./framebuffer.ts";
import type { X11Connection } from "./x11Connection.ts";

/** Pixels asked from the server by GetImage, for servers that share no memory: about 16 ms for a whole 1080p screen. */
export function copiedFramebuffer(connection: X11Connection): Framebuffer {
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
