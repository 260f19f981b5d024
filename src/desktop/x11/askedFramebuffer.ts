import { copiedFramebuffer } from "./copiedFramebuffer.ts";
import type { Framebuffer } from "./framebuffer.ts";
import { sharedFramebuffer } from "./sharedFramebuffer.ts";
import type { X11Connection } from "./x11Connection.ts";

/**
 * The screen of an X server without a framebuffer file: by shared memory (MIT-SHM) where the server can attach ours,
 * else by images over its socket. Rejects when its pixels are not 32 bits, little-endian.
 */
export async function askedFramebuffer(connection: X11Connection, log: (line: string) => void): Promise<Framebuffer> {
  const screen = connection.display.screen[0];
  const bitsPerPixel = connection.display.format[screen?.root_depth ?? 0]?.bits_per_pixel;
  if (bitsPerPixel !== 32 || connection.display.image_byte_order !== 0) {
    throw new Error(`the screen has ${bitsPerPixel ?? "an unknown number of"} bits a pixel, not 32 little-endian`);
  }
  try {
    return await sharedFramebuffer(connection);
  } catch (error) {
    // A server elsewhere, or in a container of its own, sees none of our memory.
    log(`The screen is read without shared memory: ${error instanceof Error ? error.message : String(error)}.`);
    return copiedFramebuffer(connection);
  }
}
