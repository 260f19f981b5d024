import { DecodeError } from "#base/bytes/decodeError.ts";
import { cover, intersect, type Point, type Rectangle } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { fromDepth } from "#codecs/depth/depth.ts";
import { ClearCodecDecoder } from "#codecs/clearcodec/clearCodecDecoder.ts";
import { decodePlanar } from "#codecs/planar/decode.ts";
import { ProgressiveDecoder } from "#codecs/progressive/progressiveDecoder.ts";
import { paintInto, RemoteFxDecoder, type DecodedFrame } from "#codecs/remotefx/remoteFxDecoder.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { ClientPicture, PictureListener } from "./clientPicture.ts";
import type { KeptTiles } from "./keptTiles.ts";

interface Surface {
  readonly pixels: Pixels;
  readonly remoteFx: RemoteFxDecoder;
  /** By context. */
  readonly progressive: Map<number, ProgressiveDecoder>;
  /** Where its top left corner is on the desktop; undefined: it is not shown. */
  shownAt: Point | undefined;
  /** What has changed and is not on the desktop yet. */
  damage: Rectangle | undefined;
}

type Of<Name extends GraphicsCommand["is"]> = Extract<GraphicsCommand, { readonly is: Name }>;

/** The surfaces and the cache of the graphics pipeline, painted onto the desktop frame by frame. Throws DecodeError. */
export class GraphicsSurfaces {
  readonly #picture: ClientPicture;
  readonly #listener: PictureListener;
  readonly #surfaces = new Map<number, Surface>();
  readonly #cache = new Map<number, Pixels>();
  readonly #kept: KeptTiles | undefined;
  /** One for all surfaces, and over every reset. MS-RDPEGFX 2.2.4.1 */
  readonly #clearCodec = new ClearCodecDecoder();
  #surfacePixels = 0;
  #cacheBytes = 0;

  /** `kept`: what the cache has from earlier connections, and keeps for later ones. */
  constructor(picture: ClientPicture, listener: PictureListener, kept?: KeptTiles) {
    this.#picture = picture;
    this.#listener = listener;
    this.#kept = kept;
  }

  /** A command that draws; what it draws is seen after `present`. */
  apply(command: GraphicsCommand): void {
    switch (command.is) {
      case "resetGraphics":
        this.#surfaces.clear();
        this.#surfacePixels = 0;
        return this.#picture.reset(command);
      case "createSurface":
        return this.#create(command);
      case "deleteSurface":
        return this.#delete(command.surfaceId);
      case "mapSurfaceToOutput":
      case "mapSurfaceToScaledOutput":
        return this.#map(command);
      case "wireToSurface1":
        return this.#paintPicture(command);
      case "wireToSurface2":
        return this.#paintProgressive(command);
      case "deleteEncodingContext":
        this.#surface(command.surfaceId).progressive.delete(command.contextId);
        return;
      case "solidFill":
        return this.#fill(command);
      case "surfaceToSurface":
        return this.#copy(command);
      case "surfaceToCache":
        return this.#remember(command);
      case "cacheToSurface":
        return this.#recall(command);
      case "evictCacheEntry":
        return this.#forget(command.cacheSlot);
      case "cacheImportReply":
        return this.#import(command.cacheSlots);
      default:
        return;
    }
  }

  /** Everything drawn so far is on the desktop. */
  present(): void {
    for (const surface of this.#surfaces.values()) {
      const { shownAt, damage, pixels } = surface;
      surface.damage = undefined;
      if (shownAt === undefined || damage === undefined) continue;
      this.#picture.paint(crop(pixels, damage), { ...damage, x: damage.x + shownAt.x, y: damage.y + shownAt.y });
    }
  }

  #create({ surfaceId, width, height }: Of<"createSurface">): void {
    this.#delete(surfaceId);
    this.#surfacePixels += width * height;
    const limit = limits.clientSurfacePixels;
    if (limit < this.#surfacePixels) {
      throw new DecodeError({ is: "overLimit", limit, got: this.#surfacePixels, of: "pixels of all surfaces" }, 0);
    }
    this.#surfaces.set(surfaceId, {
      pixels: newPixels({ width, height }),
      remoteFx: new RemoteFxDecoder(),
      progressive: new Map(),
      shownAt: undefined,
      damage: undefined,
    });
  }

  #delete(surfaceId: number): void {
    const surface = this.#surfaces.get(surfaceId);
    if (surface === undefined) return;
    this.#surfacePixels -= surface.pixels.width * surface.pixels.height;
    this.#surfaces.delete(surfaceId);
  }

  #map({ surfaceId, x, y }: Of<"mapSurfaceToOutput"> | Of<"mapSurfaceToScaledOutput">): void {
    const surface = this.#surface(surfaceId);
    surface.shownAt = { x, y };
    damage(surface, wholeOf(surface.pixels));
  }

  #paintPicture({ surfaceId, codec, destination, data }: Of<"wireToSurface1">): void {
    const surface = this.#surface(surfaceId);
    switch (codec) {
      case "uncompressed":
        return paint(surface, fromDepth(data, destination, 32, { rows: "topDown" }), destination);
      case "clearCodec":
        return this.#paintClearCodec(surface, destination, data);
      case "planar":
        return paint(surface, decodePlanar(data, destination, { rows: "topDown" }), destination);
      case "remoteFx":
        return paintFrames(surface, destination, surface.remoteFx.decode(data));
      default:
        this.#listener.undecoded(typeof codec === "string" ? codec : `surface codec ${codec.unknown}`);
    }
  }

  #paintClearCodec(surface: Surface, destination: Rectangle, data: Uint8Array): void {
    // What a stream leaves out stays as it was, and its caches are filled even where nothing is seen.
    const picture = newPixels(destination);
    const before = copyOf(surface, destination);
    copyPixelsInto(picture, before);
    this.#clearCodec.decodeInto(picture, data);
    paint(surface, picture, destination);
  }

  #paintProgressive({ surfaceId, contextId, codec, data }: Of<"wireToSurface2">): void {
    const surface = this.#surface(surfaceId);
    if (codec !== "progressive") return this.#listener.undecoded(typeof codec === "string" ? codec : "context codec");
    let decoder = surface.progressive.get(contextId);
    if (decoder === undefined) {
      decoder = new ProgressiveDecoder();
      surface.progressive.set(contextId, decoder);
    }
    paintFrames(surface, wholeOf(surface.pixels), decoder.decode(data));
  }

  #fill({ surfaceId, color, rectangles }: Of<"solidFill">): void {
    const surface = this.#surface(surfaceId);
    for (const rectangle of rectangles) {
      const part = intersect(rectangle, wholeOf(surface.pixels));
      if (part === undefined) continue;
      fill(crop(surface.pixels, part), Uint8Array.of(color.blue, color.green, color.red, 0xff));
      damage(surface, part);
    }
  }

  #copy({ sourceSurfaceId, targetSurfaceId, source, targets }: Of<"surfaceToSurface">): void {
    const copied = copyOf(this.#surface(sourceSurfaceId), source);
    const target = this.#surface(targetSurfaceId);
    for (const { x, y } of targets) paint(target, copied, { ...wholeOf(copied), x, y });
  }

  #remember({ surfaceId, cacheKey, cacheSlot, source }: Of<"surfaceToCache">): void {
    const kept = copyOf(this.#surface(surfaceId), source);
    this.#put(cacheSlot, kept);
    this.#kept?.note(cacheSlot, cacheKey, kept);
  }

  #import(slots: readonly number[]): void {
    for (const [slot, picture] of this.#kept?.imported(slots) ?? []) this.#put(slot, picture);
  }

  #put(cacheSlot: number, kept: Pixels): void {
    this.#cacheBytes -= this.#cache.get(cacheSlot)?.data.length ?? 0;
    this.#cacheBytes += kept.data.length;
    const limit = limits.clientCacheBytes;
    if (limit < this.#cacheBytes) {
      throw new DecodeError({ is: "overLimit", limit, got: this.#cacheBytes, of: "bytes in the cache" }, 0);
    }
    this.#cache.set(cacheSlot, kept);
  }

  #recall({ cacheSlot, surfaceId, targets }: Of<"cacheToSurface">): void {
    const kept = this.#cache.get(cacheSlot);
    if (kept === undefined) throw absent(`a picture in cache slot ${cacheSlot}`);
    const target = this.#surface(surfaceId);
    for (const { x, y } of targets) paint(target, kept, { ...wholeOf(kept), x, y });
  }

  #forget(cacheSlot: number): void {
    this.#cacheBytes -= this.#cache.get(cacheSlot)?.data.length ?? 0;
    this.#cache.delete(cacheSlot);
    this.#kept?.forget(cacheSlot);
  }

  #surface(id: number): Surface {
    const surface = this.#surfaces.get(id);
    if (surface === undefined) throw absent(`a surface ${id}`);
    return surface;
  }
}

function paint(surface: Surface, picture: Pixels, area: Rectangle): void {
  const visible = intersect({ ...area, width: picture.width, height: picture.height }, wholeOf(surface.pixels));
  if (visible === undefined) return;
  const source = { ...visible, x: visible.x - area.x, y: visible.y - area.y };
  copyPixelsInto(crop(surface.pixels, visible), crop(picture, source));
  damage(surface, visible);
}

function paintFrames(surface: Surface, destination: Rectangle, frames: readonly DecodedFrame[]): void {
  const visible = intersect(destination, wholeOf(surface.pixels));
  if (visible === undefined) return;
  for (const frame of frames) {
    paintInto(crop(surface.pixels, visible), frame);
    for (const { x, y, width, height } of frame.rectangles) {
      const painted = intersect({ x: visible.x + x, y: visible.y + y, width, height }, visible);
      if (painted !== undefined) damage(surface, painted);
    }
  }
}

/** A copy, since source and target may be one surface and overlap. */
function copyOf(surface: Surface, source: Rectangle): Pixels {
  const part = intersect(source, wholeOf(surface.pixels));
  const copy = newPixels(part ?? { width: 0, height: 0 });
  if (part !== undefined) copyPixelsInto(copy, crop(surface.pixels, part));
  return copy;
}

function fill(target: Pixels, color: Uint8Array): void {
  for (let y = 0; y < target.height; y++) {
    const start = target.offset + y * target.stride;
    for (let at = start; at < start + target.width * 4; at += 4) target.data.set(color, at);
  }
}

function damage(surface: Surface, area: Rectangle): void {
  surface.damage = surface.damage === undefined ? area : cover(surface.damage, area);
}

function wholeOf({ width, height }: Pixels): Rectangle {
  return { x: 0, y: 0, width, height };
}

function absent(expected: string): DecodeError {
  return new DecodeError({ is: "wrongValue", expected, got: "none" }, 0);
}
