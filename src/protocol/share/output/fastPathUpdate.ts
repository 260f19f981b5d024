import { encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { limits } from "#base/limits.ts";
import { encodePointer, readFastPathPointer, type PointerUpdate } from "../pointer/pointerUpdate.ts";
import { update, type Update } from "./graphicsUpdate.ts";
import { surfaceCommand, type SurfaceCommand } from "./surfaceCommand.ts";

/** Update codes of fast-path output (MS-RDPBCGR 2.2.9.1.2.1). */
export const updateCodes = {
  orders: 0x0,
  bitmaps: 0x1,
  palette: 0x2,
  synchronize: 0x3,
  surfaceCommands: 0x4,
  pointerHidden: 0x5,
  pointerDefault: 0x6,
  pointerPosition: 0x8,
  pointerColor: 0x9,
  pointerCached: 0xa,
  pointerNew: 0xb,
  pointerLarge: 0xc,
} as const;
export type UpdateCode = keyof typeof updateCodes;

/**
 * Bulk compression of one message's data: what it became, shorter by a byte at least, and its flags; undefined: it is
 * sent as it is.
 */
export type CompressUpdate = (data: Uint8Array) => { readonly flags: number; readonly bytes: Uint8Array } | undefined;

export interface FastPathOptions {
  /** What the client's multifragment capability says; 0: it takes no fragments. */
  readonly updateBytesMax: number;
  /** Absent: nothing is compressed. */
  readonly compress?: CompressUpdate;
}

/**
 * One update as whole fast-path messages, one behind the other, ready to be sent: a single fragment where it fits,
 * otherwise first, next … last. A new array; `body` is copied. Throws RangeError when it needs fragments and is
 * larger than `updateBytesMax`.
 */
export function fastPathMessages(code: UpdateCode, body: Uint8Array, options: FastPathOptions): Uint8Array {
  const fragments = Math.max(1, Math.ceil(body.length / fragmentBytesMax));
  if (1 < fragments && options.updateBytesMax < body.length) {
    throw new RangeError(`an update of ${body.length} bytes; the client takes ${options.updateBytesMax}`);
  }
  const out = new Uint8Array(body.length + fragments * messageOverhead);
  let at = 0;
  for (let index = 0; index < fragments; index++) {
    const part = body.subarray(index * fragmentBytesMax, (index + 1) * fragmentBytesMax);
    const place = fragments === 1 ? single : index === 0 ? firstOf : index === fragments - 1 ? lastOf : nextOf;
    const packed = options.compress?.(part);
    const data = packed?.bytes ?? part;
    const overhead = messageOverhead + (packed === undefined ? 0 : 1);
    const length = data.length + overhead;
    out[at] = 0;
    out[at + 1] = 0x80 | (length >>> 8);
    out[at + 2] = length & 0xff;
    out[at + 3] = updateCodes[code] | (place << 4) | (packed === undefined ? 0 : compressionUsed);
    if (packed !== undefined) out[at + 4] = packed.flags;
    out[at + overhead - 2] = data.length & 0xff;
    out[at + overhead - 1] = data.length >>> 8;
    out.set(data, at + overhead);
    at += length;
  }
  return out.subarray(0, at);
}

/** Bitmaps, a palette or orders as fast-path messages. */
export function fastPathGraphics(
  value: Exclude<Update, { readonly is: "unknown" }>,
  options: FastPathOptions,
): Uint8Array {
  return fastPathMessages(value.is, bodyOf(value), options);
}

/** Only here do orders and synchronize come without a type and padding. */
function bodyOf(value: Exclude<Update, { readonly is: "unknown" }>): Uint8Array {
  if (value.is === "orders") return value.body;
  return value.is === "synchronize" ? new Uint8Array(0) : encode(update, value);
}

/** Surface commands, in order, as one update in fast-path messages. */
export function fastPathSurfaceCommands(
  commands: readonly SurfaceCommand[],
  options: { readonly updateBytesMax: number },
): Uint8Array {
  return fastPathMessages("surfaceCommands", encode(surfaceCommands, commands), options);
}

/** A pointer as fast-path messages. */
export function fastPathPointer(value: PointerUpdate, options: { readonly updateBytesMax: number }): Uint8Array {
  const { code, body } = encodePointer(value);
  return fastPathMessages(code, body, options);
}

/** What a server drew, put together again. */
export type FastPathUpdate =
  | { readonly is: "graphics"; readonly update: Update }
  | { readonly is: "surfaceCommands"; readonly commands: readonly SurfaceCommand[] }
  | { readonly is: "pointer"; readonly pointer: PointerUpdate }
  | { readonly is: "unknown"; readonly code: number; readonly body: Uint8Array };

/** A client's side: reads fast-path output messages and puts fragments together. */
export class FastPathReceiver {
  readonly #decompress: ((flags: number, data: Uint8Array) => Uint8Array) | undefined;
  #code = 0;
  #parts: Uint8Array[] = [];
  #size = 0;

  /** `decompress` throws DecodeError; absent: what is compressed is refused. */
  constructor(options: { readonly decompress?: (flags: number, data: Uint8Array) => Uint8Array } = {}) {
    this.#decompress = options.decompress;
  }

  /**
   * One whole message, header included; the updates that it completes, in order. Lent from `message` unless
   * fragmented.
   */
  receive(message: Uint8Array): readonly FastPathUpdate[] {
    const outer = new Reader(message);
    const header = outer.u8();
    if ((header & 0xc3) !== 0) throw wrong("an unencrypted fast-path header", header, 0);
    const first = outer.u8();
    const length = (first & 0x80) === 0 ? first : ((first & 0x7f) << 8) | outer.u8();
    if (length < outer.offset) throw wrong("a length of the whole message", length, 1);
    const reader = outer.within(length - outer.offset);
    outer.expectEnd();
    const updates: FastPathUpdate[] = [];
    while (0 < reader.remaining) {
      const complete = this.#readFragment(reader);
      if (complete !== undefined) updates.push(readUpdate(complete.code, complete.body));
    }
    return updates;
  }

  #readFragment(reader: Reader): { readonly code: number; readonly body: Uint8Array } | undefined {
    const at = reader.offset;
    const header = reader.u8();
    const isCompressed = (header & 0xc0) === compressionUsed;
    if ((header & 0xc0) !== 0 && !(isCompressed && this.#decompress !== undefined)) {
      throw wrong("an update that is not compressed", header, at);
    }
    const code = header & 0x0f;
    const place = (header >>> 4) & 0x03;
    const flags = isCompressed ? reader.u8() : 0;
    const data = reader.take(reader.u16le());
    const body = isCompressed && this.#decompress !== undefined ? this.#decompress(flags, data) : data;
    if (place === single) return { code, body };
    if (place === firstOf) this.#parts = [];
    else if (this.#parts.length === 0 || code !== this.#code) throw wrong("the update that has begun", header, at);
    this.#size = body.length + (place === firstOf ? 0 : this.#size);
    if (!(this.#size <= limits.updateBytes)) {
      this.#parts = [];
      throw new DecodeError({ is: "overLimit", limit: limits.updateBytes, got: this.#size, of: "length" }, at);
    }
    this.#code = code;
    this.#parts.push(body.slice());
    if (place !== lastOf) return undefined;
    const whole = new Uint8Array(this.#size);
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    this.#parts = [];
    return { code, body: whole };
  }
}

function readUpdate(code: number, body: Uint8Array): FastPathUpdate {
  const reader = new Reader(body);
  switch (code) {
    // Orders come without an update type here.
    case updateCodes.orders:
      return { is: "graphics", update: { is: "orders", body } };
    case updateCodes.synchronize:
      return { is: "graphics", update: { is: "synchronize" } };
    case updateCodes.bitmaps:
    case updateCodes.palette:
      return { is: "graphics", update: update.read(reader) };
    case updateCodes.surfaceCommands: {
      const commands: SurfaceCommand[] = [];
      while (0 < reader.remaining) commands.push(surfaceCommand.read(reader));
      return { is: "surfaceCommands", commands };
    }
    default: {
      const pointer = readFastPathPointer(code, reader);
      return pointer === undefined ? { is: "unknown", code, body } : { is: "pointer", pointer };
    }
  }
}

function wrong(expected: string, got: number, at: number): DecodeError {
  const error = new DecodeError({ is: "wrongValue", expected, got }, at);
  error.path.unshift("FastPathOutput");
  error.spec = "MS-RDPBCGR 2.2.9.1.2";
  return error;
}

const surfaceCommands = {
  size: (commands: readonly SurfaceCommand[]) => commands.reduce((sum, each) => sum + surfaceCommand.size(each), 0),
  write: (writer: Parameters<typeof surfaceCommand.write>[0], commands: readonly SurfaceCommand[]) => {
    for (const each of commands) surfaceCommand.write(writer, each);
  },
  read: (): never => {
    throw new Error("surface commands are read one by one");
  },
};
/** FASTPATH_OUTPUT_COMPRESSION_USED: a byte of flags follows. */
const compressionUsed = 0x80;
const single = 0;
const lastOf = 1;
const firstOf = 2;
const nextOf = 3;
/** Header, length in two bytes, update header, size in two bytes. */
const messageOverhead = 6;
/** What standard RDP security puts into a message. */
const signatureBytes = 8;
/** FreeRDP takes messages of up to 16383 bytes, and every other client at least these. */
const fragmentBytesMax = 0x3fff - messageOverhead - signatureBytes;
