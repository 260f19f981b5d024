import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { groundSurfaceId } from "./surfaceIds.ts";

/** How often something was done to a client's picture, and what saying it has taken. */
export interface OperationCount {
  /**
   * "copy", "ground" (what a window has covered or uncovered), "fill", "cache" (shown from it), "keep" (put into it),
   * or the name of a codec.
   */
  readonly operation: string;
  readonly areas: number;
  /** Before bulk compression. */
  readonly bytes: number;
}

/** Counts what is done to a client's picture: the commands of RDPGFX, or whatever says what it does. */
export class Operations {
  readonly #counts = new Map<string, { areas: number; bytes: number }>();

  /** Those with most bytes first. */
  get counts(): readonly OperationCount[] {
    return Array.from(this.#counts, ([operation, count]) => ({ operation, ...count })).toSorted(
      (a, b) => b.bytes - a.bytes,
    );
  }

  note(command: GraphicsCommand, bytes: number): void {
    const operation = operationOf(command);
    if (operation === undefined) return;
    this.count(operation, areasOf(command), bytes);
  }

  count(operation: string, areas: number, bytes: number): void {
    const count = this.#counts.get(operation) ?? { areas: 0, bytes: 0 };
    count.areas += areas;
    count.bytes += bytes;
    this.#counts.set(operation, count);
  }
}

function operationOf(command: GraphicsCommand): string | undefined {
  switch (command.is) {
    case "surfaceToSurface":
      if ([command.sourceSurfaceId, command.targetSurfaceId].includes(groundSurfaceId)) return "ground";
      // What is brought from a film's surface is the end of its picture.
      return command.sourceSurfaceId === command.targetSurfaceId ? "copy" : "avc420";
    case "solidFill":
      return "fill";
    case "cacheToSurface":
      return "cache";
    case "surfaceToCache":
    case "evictCacheEntry":
      return "keep";
    case "wireToSurface1":
    case "wireToSurface2":
      return typeof command.codec === "string" ? command.codec : undefined;
    default:
      return undefined;
  }
}

function areasOf(command: GraphicsCommand): number {
  switch (command.is) {
    case "solidFill":
      return command.rectangles.length;
    case "surfaceToSurface":
      return operationOf(command) === "avc420" ? 0 : command.targets.length;
    case "cacheToSurface":
      return command.targets.length;
    case "evictCacheEntry":
      return 0;
    default:
      return 1;
  }
}
