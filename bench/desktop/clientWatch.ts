import { closeSync, openSync, readSync } from "node:fs";
import type { Pixels } from "#base/pixels.ts";
import { FRAMEBUFFER_HEADER_BYTES, pixelOffset, readFramebufferHeader } from "#desktop/x11/framebufferHeader.ts";
import { MemoryMap } from "#system/native/memoryMap.ts";
import { shownStep } from "./stepColours.ts";
import type { Shown } from "./workload.ts";

/** Looks at a client's screen every millisecond, and notes when it shows which step. */
export class ClientWatch implements Disposable {
  readonly #map: MemoryMap;
  readonly #screen: Pixels;
  readonly #shown: Shown;
  readonly #timer: NodeJS.Timeout;
  /** When each step was made; the first is at 1. */
  readonly #madeAt: number[] = [0];
  /** The steps up to this one have been seen. */
  #seen = 0;
  #before: Buffer;
  readonly delays: number[] = [];
  /** Of those steps alone that were seen, not of others that they took the place of. */
  readonly ages: number[] = [];
  /** How often the client's screen has shown another step. */
  frames = 0;

  constructor(framebufferPath: string, shown: Shown) {
    const file = openSync(framebufferPath, "r");
    const head = Buffer.alloc(FRAMEBUFFER_HEADER_BYTES);
    readSync(file, head, 0, head.length, 0);
    const header = readFramebufferHeader(head);
    const { width, height, bytesPerLine: stride } = header;
    this.#map = MemoryMap.of(file, pixelOffset(header) + stride * height);
    closeSync(file);
    this.#screen = { width, height, data: this.#map.bytes, offset: pixelOffset(header), stride };
    this.#shown = shown;
    this.#before = this.#area();
    this.#timer = setInterval(() => this.#look(), 1);
  }

  /** A step is about to be made. */
  noteStep(): void {
    this.#madeAt.push(performance.now());
  }

  /** Whether all that was done is on the client's screen. */
  get isEven(): boolean {
    return this.#seen === this.#madeAt.length - 1;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#map.close();
  }

  #look(): void {
    const last = this.#madeAt.length - 1;
    const step = this.#shown.is === "number" ? shownStep(this.#screen, this.#shown.cells, last) : this.#changed(last);
    if (step === undefined || step <= this.#seen) return;
    const now = performance.now();
    for (let each = this.#seen + 1; each <= step; each++) this.delays.push(now - this.#madeAt[each]!);
    this.ages.push(now - this.#madeAt[step]!);
    this.#seen = step;
    this.frames++;
  }

  #changed(last: number): number | undefined {
    const area = this.#area();
    if (area.equals(this.#before)) return undefined;
    this.#before = area;
    return last;
  }

  #area(): Buffer {
    if (this.#shown.is === "number") return Buffer.alloc(0);
    const { x, y, width, height } = this.#shown.area;
    const rows = Array.from({ length: height }, (_, row) => {
      const at = this.#screen.offset + (y + row) * this.#screen.stride + x * 4;
      return this.#screen.data.subarray(at, at + width * 4);
    });
    return Buffer.concat(rows);
  }
}
