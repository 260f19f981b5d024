import { concatBytes } from "#base/bytes/concatBytes.ts";
import { encode } from "#base/bytes/codec.ts";
import type { Pixels } from "#base/pixels.ts";
import { milliseconds } from "#base/units.ts";
import { encodePlanar } from "#codecs/planar/encode.ts";
import { graphicsCommand, type GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";

/** The first frame of a host by RDPGFX, uncompressed: one surface, drawn once as a whole. */
export function planarFrame(picture: Pixels): Uint8Array {
  const { width, height } = picture;
  const destination = { x: 0, y: 0, width, height };
  const data = encodePlanar(picture, { rows: "topDown" });
  const commands: readonly GraphicsCommand[] = [
    { is: "resetGraphics", width, height, monitors: [{ ...destination, primary: true }] },
    { is: "createSurface", surfaceId: 0, width, height, pixelFormat: "xrgb8888" },
    { is: "mapSurfaceToOutput", surfaceId: 0, x: 0, y: 0 },
    { is: "startFrame", timeOfDay: milliseconds(0), frameId: 1 },
    { is: "wireToSurface1", surfaceId: 0, codec: "planar", pixelFormat: "xrgb8888", destination, data },
    { is: "endFrame", frameId: 1 },
  ];
  return concatBytes(...commands.map((command) => encode(graphicsCommand, command)));
}
