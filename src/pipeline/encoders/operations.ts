import { hasChroma } from "#protocol/channels/graphics/avc444.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { groundSurfaceId } from "./surfaceIds.ts";

/** How often something was done to a client's picture, and what saying it has taken. */
export interface OperationCount {
  /**
   * "copy", "ground" (what a window has covered or uncovered), "fill", "cache" (shown from it), "import" (those of them
   * that the client has kept from an earlier connection), "keep" (put into it), or the name of a codec.
   */
  readonly operation: string;
  readonly areas: number;
  /** Before bulk compression. */
  readonly bytes: number;
}

/** Counts what is done to a client's picture: the commands of RDPGFX, or whatever says what it does. */
export class Operations {
  readonly #counts = new Map<string, { areas: number; bytes: number }>();
  /** That of the last film's picture. */
  #filmCodec = "avc420";

  /** Those with most bytes first. */
  get counts(): readonly OperationCount[] {
    return Array.from(this.#counts, ([operation, count]) => ({ operation, ...count })).toSorted(
      (a, b) => b.bytes - a.bytes,
    );
  }

  note(command: GraphicsCommand, bytes: number): void {
    const operation = this.#operationOf(command);
    if (operation === undefined) return;
    this.count(operation, areasOf(command), bytes);
  }

  count(operation: string, areas: number, bytes: number): void {
    const count = this.#counts.get(operation) ?? { areas: 0, bytes: 0 };
    count.areas += areas;
    count.bytes += bytes;
    this.#counts.set(operation, count);
  }

  #operationOf(command: GraphicsCommand): string | undefined {
    switch (command.is) {
      case "surfaceToSurface":
        if (isOfGround(command)) return "ground";
        // What is brought from a film's surface is the end of its picture.
        return isOfFilm(command) ? this.#filmCodec : "copy";
      case "solidFill":
        return "fill";
      case "cacheToSurface":
        return "cache";
      case "surfaceToCache":
      case "evictCacheEntry":
        return "keep";
      case "cacheImportReply":
        return "import";
      case "wireToSurface1":
      case "wireToSurface2": {
        const codec = codecOf(command);
        if (codec?.startsWith("avc") === true) this.#filmCodec = codec;
        return codec;
      }
      default:
        return undefined;
    }
  }
}

/** A picture of YUV444 without its colours is one of YUV420. */
function codecOf({ codec, data }: Extract<GraphicsCommand, { readonly data: Uint8Array }>): string | undefined {
  if (typeof codec !== "string") return undefined;
  return codec.startsWith("avc444") && !hasChroma(data) ? "avc420" : codec;
}

type BetweenSurfaces = Extract<GraphicsCommand, { readonly is: "surfaceToSurface" }>;

function isOfGround({ sourceSurfaceId, targetSurfaceId }: BetweenSurfaces): boolean {
  return sourceSurfaceId === groundSurfaceId || targetSurfaceId === groundSurfaceId;
}

function isOfFilm(command: BetweenSurfaces): boolean {
  return command.sourceSurfaceId !== command.targetSurfaceId && !isOfGround(command);
}

function areasOf(command: GraphicsCommand): number {
  switch (command.is) {
    case "solidFill":
      return command.rectangles.length;
    case "surfaceToSurface":
      return isOfFilm(command) ? 0 : command.targets.length;
    case "cacheToSurface":
      return command.targets.length;
    case "evictCacheEntry":
    case "cacheImportReply":
      return 0;
    default:
      return 1;
  }
}
