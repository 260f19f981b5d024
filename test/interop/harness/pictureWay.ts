import type { Pixels } from "../../../src/base/pixels.ts";
import { fromDepth, toDepth, type PixelDepth } from "../../../src/codecs/depth/depth.ts";
import { fixedPalette } from "../../../src/codecs/depth/palette.ts";
import { startRdesktop, startXfreerdp, type ClientOptions, type TestClient } from "./clients.ts";
import type { Sides } from "./compare.ts";
import type { InsideSession } from "./session.ts";

/** A client, how it is called, and the depth that its connection has then. */
export interface PictureWay {
  readonly client: "xfreerdp" | "rdesktop";
  readonly args: readonly string[];
  readonly depth: PixelDepth;
}

export function startClient({ client, args }: PictureWay, options: Omit<ClientOptions, "args">): Promise<TestClient> {
  return client === "xfreerdp" ? startXfreerdp({ ...options, args }) : startRdesktop({ ...options, args });
}

/** What the client is to show at the depth of the connection, and what it shows: equal to the last bit in the end. */
export function sidesOf(inside: InsideSession, client: TestClient, way: PictureWay): Sides {
  return {
    wanted: async () => asShownBy(way, await inside.screen()),
    got: () => client.screen(),
  };
}

function asShownBy({ client, depth }: PictureWay, pixels: Pixels): Pixels {
  if (24 <= depth) return pixels;
  const layout = { rows: "topDown", palette: fixedPalette } as const;
  const shown = fromDepth(toDepth(pixels, depth, layout), pixels, depth, layout);
  if (depth === 16 && client === "xfreerdp") return withGreens(shown, freeRdpGreen);
  if (depth === 15 && client === "rdesktop") return withGreens(shown, rdesktopGreen);
  return shown;
}

function withGreens(pixels: Pixels, greenOf: (green: number, red: number) => number): Pixels {
  const data = pixels.data.map((value, at) => (at % 4 === 1 ? greenOf(value, pixels.data[at + 1]!) : value));
  return { ...pixels, data };
}

/** FreeRDP 2 stretches the six bits of green by four and an eighth instead of four and a sixteenth. */
const freeRdpGreen = (green: number): number => Math.min(255, (green & 0xfc) + (green >> 5));

/** rdesktop fills the low bits of green with its upper two and the lowest of red. */
const rdesktopGreen = (green: number, red: number): number => (green & 0xf8) | ((red >> 1) & 4) | (green >> 6);
