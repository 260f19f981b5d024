import { DecodeError } from "./decodeError.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** A layout of bytes declared once: its encoder, decoder, size and type. */
export interface Codec<T> {
  /** In bytes, of the encoded value. */
  size(value: T): number;
  write(writer: Writer, value: T): void;
  /** Throws DecodeError and nothing else. */
  read(reader: Reader): T;
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** A field that the bytes carry and the value does not: constants, padding. */
export interface Fixed extends Codec<undefined> {
  readonly fixed: true;
}

/** The bytes of `value`, given (a new array). */
export function encode<T>(codec: Codec<T>, value: NoInfer<T>): Uint8Array {
  const writer = new Writer(new Uint8Array(codec.size(value)));
  codec.write(writer, value);
  if (writer.offset !== writer.bytes.length)
    throw new Error(`size() said ${writer.bytes.length}, wrote ${writer.offset}`);
  return writer.bytes;
}

/**
 * Reads exactly `bytes`; anything left over is a DecodeError "trailing". Byte runs in the value are lent from `bytes`.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = codec.read(reader);
  reader.expectEnd();
  return value;
}

/** Reads from the start of `bytes` and lets more follow: for messages to which later versions append fields. */
export function decodeStart<T>(codec: Codec<T>, bytes: Uint8Array): T {
  return codec.read(new Reader(bytes));
}

/** Runs `read`; a DecodeError that passes gets `step` put before its path. */
export function named<T>(step: string, spec: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) {
      error.path.unshift(step);
      error.spec ??= spec;
    }
    throw error;
  }
}
