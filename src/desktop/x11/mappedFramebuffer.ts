import { closeSync, fstatSync, readSync } from "node:fs";
import type { Rectangle, Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import type { Instant } from "#base/units.ts";
import { MemoryMap } from "#system/native/memoryMap.ts";
import { bytesAvailable, duplicateDescriptor } from "#system/native/openFile.ts";
import type { PixelFile } from "../desktop.ts";
import type { Framebuffer } from "./framebuffer.ts";
import { FRAMEBUFFER_HEADER_BYTES, pixelOffset, readFramebufferHeader } from "./framebufferHeader.ts";

export interface MappedFramebufferOptions {
  readonly now: () => Instant;
  /** Told when pixels are read otherwise from now on: one sentence. */
  readonly log: (line: string) => void;
  /** Bytes that the file's system has left; measured unless a test says otherwise. */
  readonly room?: (descriptor: number) => number;
}

/**
 * The file of `Xvfb -fbdir`, mapped: the pixels are the server's own, read in place. The descriptor stays the caller's
 * and may be closed afterwards. Throws DecodeError or Error when the file is not such a framebuffer.
 *
 * A page that the file has lost, or for which its file system has no room, would end this process by SIGBUS when it is
 * read in place. So before each frame it is asked whether that can happen, and if so pixels are read by read(2), which
 * tells zeros and takes no page.
 */
export function mapFramebuffer(descriptor: number, options: MappedFramebufferOptions): Framebuffer {
  const head = Buffer.alloc(FRAMEBUFFER_HEADER_BYTES);
  readSync(descriptor, head, 0, head.length, 0);
  const header = readFramebufferHeader(head);
  const place = { offset: pixelOffset(header), stride: header.bytesPerLine };
  const length = place.offset + place.stride * header.height;
  if (header.depth !== 24 && header.depth !== 32) throw new Error(`the framebuffer has depth ${header.depth}, not 24`);
  if (place.stride < header.width * 4) {
    throw new Error(`the framebuffer's rows are too short for ${header.width} pixels: ${place.stride} bytes`);
  }
  const sizeMax = { width: header.width, height: header.height };
  return new MappedFramebuffer(duplicateDescriptor(descriptor), { ...options, ...place, length, sizeMax });
}

interface Mapped extends MappedFramebufferOptions {
  readonly offset: number;
  readonly stride: number;
  /** Of the whole file. */
  readonly length: number;
  readonly sizeMax: Size;
}

class MappedFramebuffer implements Framebuffer {
  readonly sizeMax: Size;
  readonly #descriptor: number;
  #isOpen = true;
  readonly #given: Mapped;
  readonly #map: MemoryMap;
  readonly #file: PixelFile;
  #inPlace: Pixels;
  /** Where pixels are read to while reading in place is not safe. */
  #copy: Pixels | undefined;
  #roomAskedAt: Instant | undefined;
  #hasRoom = true;

  constructor(descriptor: number, given: Mapped) {
    this.#descriptor = descriptor;
    this.#given = given;
    this.sizeMax = given.sizeMax;
    this.#map = MemoryMap.of(descriptor, given.length);
    this.#file = { descriptor, length: given.length };
    const { offset, stride } = given;
    this.#inPlace = { width: 1, height: 1, offset, stride, data: this.#map.bytes };
  }

  get pixels(): Pixels {
    return this.#copy ?? this.#inPlace;
  }

  get pixelFile(): PixelFile | undefined {
    return this.#isOpen && this.#copy === undefined ? this.#file : undefined;
  }

  resized({ width, height }: Size): void {
    this.#inPlace = { ...this.#inPlace, width, height };
    if (this.#copy !== undefined) this.#startCopy();
    this.#choose();
  }

  refresh(parts: readonly Rectangle[]): Promise<void> {
    this.#choose();
    if (this.#copy !== undefined && this.#isOpen) for (const part of parts) this.#read(this.#copy, part);
    return Promise.resolve();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#map.close();
    closeSync(this.#descriptor);
  }

  /** Whether pages can be read in place now. */
  #choose(): void {
    if (!this.#isOpen) return;
    const problem = this.#problem();
    if ((problem === undefined) === (this.#copy === undefined)) return;
    if (problem === undefined) {
      this.#copy = undefined;
      return this.#given.log("the screen's file is read in place again");
    }
    this.#given.log(`the screen's file is read piece by piece: ${problem}`);
    this.#startCopy();
  }

  #startCopy(): void {
    const { width, height } = this.#inPlace;
    this.#copy = newPixels({ width, height });
    this.#read(this.#copy, { x: 0, y: 0, width, height });
  }

  #problem(): string | undefined {
    const { size } = fstatSync(this.#descriptor);
    const { length, now, room = bytesAvailable } = this.#given;
    if (size < length) return `it has ${size} bytes, and should have ${length}`;
    const at = now();
    if (this.#roomAskedAt === undefined || roomAskedEvery <= at - this.#roomAskedAt) {
      this.#roomAskedAt = at;
      this.#hasRoom = roomMin <= room(this.#descriptor);
    }
    return this.#hasRoom ? undefined : "its file system has hardly any room left, and reading in place takes some";
  }

  #read(target: Pixels, part: Rectangle): void {
    const { offset, stride } = this.#inPlace;
    for (let y = part.y; y < part.y + part.height; y++) {
      const to = y * target.stride + part.x * 4;
      const read = readSync(this.#descriptor, target.data, to, part.width * 4, offset + y * stride + part.x * 4);
      target.data.fill(0, to + read, to + part.width * 4);
    }
  }
}

/** In milliseconds: room is asked for at most this often. */
const roomAskedEvery = 1000;
/** In bytes: more than is read for the first time in a moment. */
const roomMin = 16 << 20;
