import type { CursorImage, Fixes } from "x11";
import type { CursorShape } from "../desktop.ts";
import type { X11Connection } from "./x11Connection.ts";

/** The shape of the pointer, as XFixes tells it. */
export class CursorWatch {
  cursor: CursorShape | undefined;
  readonly #connection: X11Connection;
  readonly #fixes: Fixes;
  readonly #onChange: () => void;
  #serial = -1;
  #asking = false;
  #askAgain = false;

  constructor(connection: X11Connection, fixes: Fixes, onChange: () => void) {
    this.#connection = connection;
    this.#fixes = fixes;
    this.#onChange = onChange;
    fixes.SelectCursorInput(connection.root, DISPLAY_CURSOR_NOTIFY);
  }

  /** A CursorNotify came, or we start. One request is under way at a time, however fast an animated pointer changes. */
  async update(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    try {
      do {
        this.#askAgain = false;
        const image = await this.#connection.ask<CursorImage>("GetCursorImage", (answer) =>
          this.#fixes.GetCursorImage(answer),
        );
        if (image.cursorSerial === this.#serial) continue;
        this.#serial = image.cursorSerial;
        this.cursor = cursorShape(image);
        this.#onChange();
      } while (this.#askAgain);
    } finally {
      this.#asking = false;
    }
  }
}

/**
 * Premultiplied ARGB words become straight BGRA bytes; undefined when nothing of it is visible, or it is absurdly
 * large.
 */
export function cursorShape(image: CursorImage): CursorShape | undefined {
  const { width, height } = image;
  if (SIDE_MAX < width || SIDE_MAX < height || image.cursorImage.length < width * height * 4) return undefined;
  const data = new Uint8Array(width * height * 4);
  let visible = false;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = image.cursorImage[at + 3] ?? 0;
    if (alpha === 0) continue;
    visible = true;
    for (let channel = at; channel < at + 3; channel++) {
      data[channel] = Math.min(255, Math.round(((image.cursorImage[channel] ?? 0) * 255) / alpha));
    }
    data[at + 3] = alpha;
  }
  if (!visible) return undefined;
  return {
    serial: image.cursorSerial,
    hotspot: { x: Math.min(image.xhot, width - 1), y: Math.min(image.yhot, height - 1) },
    pixels: { width, height, data, offset: 0, stride: width * 4 },
  };
}

const DISPLAY_CURSOR_NOTIFY = 1;
const SIDE_MAX = 1024;
