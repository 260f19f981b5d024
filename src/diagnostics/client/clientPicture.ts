import { DecodeError } from "#base/bytes/decodeError.ts";
import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { fromDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import { decodeInterleaved } from "#codecs/interleaved/decode.ts";
import { decodeNscodec } from "#codecs/nscodec/decode.ts";
import { decodePlanar } from "#codecs/planar/decode.ts";
import { paintInto, RemoteFxDecoder } from "#codecs/remotefx/remoteFxDecoder.ts";
import type { BitmapCodec } from "#protocol/share/capabilities/bitmapCodecs.ts";
import type { CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import type { BitmapData } from "#protocol/share/output/bitmapUpdate.ts";
import type { Update } from "#protocol/share/output/graphicsUpdate.ts";
import type { SurfaceCommand } from "#protocol/share/output/surfaceCommand.ts";
import { ClientOrders, type CachedPicture } from "./clientOrders.ts";

export interface PictureListener {
  /** This part has changed. */
  updated(area: Rectangle): void;
  /** Drawn in a way that is not decoded here. */
  undecoded(what: string): void;
}

/** What a client sees: bitmaps, orders and surface commands painted over its desktop. Throws DecodeError. */
export class ClientPicture {
  readonly #listener: PictureListener;
  readonly #codecs: readonly BitmapCodec[];
  readonly #isDecoded: boolean;
  readonly #remoteFx = new RemoteFxDecoder();
  readonly #orders: ClientOrders;
  #palette: Uint8Array = fixedPalette;
  #pixels: Pixels = newPixels({ width: 0, height: 0 });

  /**
   * `codecs`: those that the client named in its capabilities. `decoded: false`: only where something was drawn is
   * told. `sets`: all capabilities that it named; none: it draws by no orders.
   */
  constructor(
    listener: PictureListener,
    options: {
      readonly codecs: readonly BitmapCodec[];
      readonly decoded: boolean;
      readonly depth?: PixelDepth;
      readonly sets?: readonly CapabilitySet[];
    },
  ) {
    this.#listener = listener;
    this.#codecs = options.codecs;
    this.#isDecoded = options.decoded;
    this.#orders = new ClientOrders(this, { depth: options.depth ?? 32, sets: options.sets ?? [] });
  }

  /** The desktop as it is now; lent, and painted over. */
  get pixels(): Pixels {
    return this.#pixels;
  }

  /** Of an 8 bpp session: 256 of red, green, blue; lent. */
  get palette(): Uint8Array {
    return this.#palette;
  }

  /** All black, at another size. */
  reset(size: Size): void {
    if (!(size.width <= limits.desktopWidth && size.height <= limits.desktopHeight)) {
      const got = Math.max(size.width, size.height);
      throw new DecodeError({ is: "overLimit", limit: limits.desktopWidth, got, of: "desktop size" }, 0);
    }
    this.#pixels = newPixels(this.#isDecoded ? size : { width: 0, height: 0 });
    this.#orders.restart();
  }

  apply(update: Update): void {
    switch (update.is) {
      case "palette":
        this.#palette = Uint8Array.from(update.colors);
        return;
      case "bitmaps":
        for (const bitmap of update.bitmaps) this.#applyBitmap(bitmap);
        return;
      case "synchronize":
        return;
      case "orders":
        if (this.#isDecoded) return this.#orders.apply(update.body);
        return this.undecoded("drawing orders");
      default:
        this.undecoded(`update ${update.type}`);
    }
  }

  undecoded(what: string): void {
    this.#listener.undecoded(what);
  }

  applyCommand(command: Exclude<SurfaceCommand, { readonly is: "frameMarker" }>): void {
    const { destination, bitmap } = command;
    if (!this.#isDecoded) return this.#listener.updated(destination);
    const codec = bitmap.codecId === 0 ? "raw" : this.#codecs.find(({ id }) => id === bitmap.codecId)?.is;
    switch (codec) {
      case "raw":
        return this.paint(fromDepth(bitmap.data, bitmap, depthOf(bitmap.bitsPerPixel), bottomUp), destination);
      case "nsCodec":
        return this.paint(upsideDown(decodeNscodec(bitmap.data, bitmap)), destination);
      case "remoteFx":
        return this.#paintRemoteFx(bitmap.data, destination);
      default:
        return this.#listener.undecoded(`surface codec ${bitmap.codecId}`);
    }
  }

  /** Puts the picture's top left corner at the area's, and as much of it as the area and the desktop have room for. */
  paint(picture: Pixels, area: Rectangle): void {
    const place = {
      ...area,
      width: Math.min(area.width, picture.width),
      height: Math.min(area.height, picture.height),
    };
    const visible = intersect(place, { x: 0, y: 0, ...this.#pixels });
    if (visible === undefined) return;
    const source = { ...visible, x: visible.x - area.x, y: visible.y - area.y };
    copyPixelsInto(crop(this.#pixels, visible), crop(picture, source));
    this.#listener.updated(visible);
  }

  /** What a bitmap shows. Throws DecodeError. */
  decode(bitmap: CachedPicture): Pixels {
    const { data, bitsPerPixel: depth } = bitmap;
    const palette = { palette: this.#palette };
    if (!bitmap.compressed) return fromDepth(data, bitmap, depth, { ...bottomUp, ...palette });
    if (depth === 32) return decodePlanar(data, bitmap, bottomUp);
    return decodeInterleaved(data, bitmap, depth, palette);
  }

  #applyBitmap(bitmap: BitmapData): void {
    if (!this.#isDecoded) return this.#listener.updated(bitmap.destination);
    const bitsPerPixel = depthOf(bitmap.bitsPerPixel);
    this.paint(this.decode({ ...bitmap, bitsPerPixel, compressed: bitmap.packing.is !== "raw" }), bitmap.destination);
  }

  #paintRemoteFx(data: Uint8Array, destination: Rectangle): void {
    const visible = intersect(destination, { x: 0, y: 0, ...this.#pixels });
    for (const frame of this.#remoteFx.decode(data)) {
      if (visible === undefined) continue;
      paintInto(crop(this.#pixels, visible), frame);
      for (const { x, y, width, height } of frame.rectangles) {
        const painted = intersect({ x: visible.x + x, y: visible.y + y, width, height }, visible);
        if (painted !== undefined) this.#listener.updated(painted);
      }
    }
  }
}

function depthOf(bitsPerPixel: number): PixelDepth {
  const depth = depths.find((each) => each === bitsPerPixel);
  if (depth !== undefined) return depth;
  throw new DecodeError({ is: "wrongValue", expected: "8, 15, 16, 24 or 32 bits a pixel", got: bitsPerPixel }, 0);
}

/** NSCodec comes bottom row first in surface commands, as raw bitmaps do. */
function upsideDown(pixels: Pixels): Pixels {
  const turned = newPixels(pixels);
  for (let y = 0; y < pixels.height; y++) {
    const row = { x: 0, y, width: pixels.width, height: 1 };
    copyPixelsInto(crop(turned, { ...row, y: pixels.height - 1 - y }), crop(pixels, row));
  }
  return turned;
}

const depths = [8, 15, 16, 24, 32] as const;
const bottomUp = { rows: "bottomUp" } as const;
