import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { PixelFile } from "../desktop.ts";

/** Where the pixels of an X screen can be read. */
export interface Framebuffer {
  /** The largest screen that fits; undefined: any. */
  readonly sizeMax: Size | undefined;
  /** The pixels as they were refreshed last, or as they are now; valid until the next `refresh` or `resized`. */
  readonly pixels: Pixels;
  /** As that of a desktop. */
  readonly pixelFile?: PixelFile | undefined;
  /** The screen has this size now. */
  resized(size: Size): void;
  /** Makes the pixels show what the screen shows in these parts. */
  refresh(parts: readonly Rectangle[]): Promise<void>;
  /** Calling it again does nothing. */
  close(): void;
}
