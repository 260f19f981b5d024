import { named, type Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { Reader } from "#base/bytes/reader.ts";
import { declaredStructs, type Struct, type StructValue } from "#base/bytes/struct.ts";
import type { Writer } from "#base/bytes/writer.ts";

/** A field that stands behind the header: the header has its length (twice) and its offset from the message's start. */
export interface Payload extends Codec<Uint8Array> {
  readonly payload: true;
}

/** A field of the header that older peers leave out: it is there when the payload leaves room for it. */
export interface BeforePayload<T> extends Codec<T | undefined> {
  readonly beforePayload: Codec<T>;
}

/** Lent when read. */
export const payload: Payload = {
  payload: true,
  size: (value) => 8 + value.length,
  write: unreachable,
  read: unreachable,
};

export function beforePayload<T>(inner: Codec<T>): BeforePayload<T> {
  const size = (value: T | undefined) => (value === undefined ? 0 : inner.size(value));
  return { beforePayload: inner, size, write: unreachable, read: unreachable };
}

/**
 * Declares a message with a header and a payload by offset, as those of NTLM: the fields in the order of the header,
 * and the order in which their payload is written. Read in any order, gaps and overlaps included.
 * `emptyAtZero`: the offset of a payload without bytes is zero instead of the place where it would stand.
 */
export function payloadMessage<const Name extends string, const F extends Record<string, Codec<unknown>>>(
  name: Name,
  spec: string,
  fields: F,
  payloadOrder: readonly (keyof F & string)[],
  options: { readonly emptyAtZero?: boolean } = {},
): Struct<StructValue<F>, Name> {
  declaredStructs.set(name, spec);
  const entries = Object.entries(fields) as [string, Codec<unknown>][];
  const size = (value: Record<string, unknown>) =>
    entries.reduce((sum, [key, codec]) => sum + codec.size(value[key]), 0);
  return {
    name,
    spec,
    size: (value) => size(value as Record<string, unknown>),
    write: (writer, value) =>
      writeMessage(writer, entries, { payloadOrder, ...options }, value as Record<string, unknown>),
    read: (reader) => readMessage(reader.rest(), name, spec, entries) as StructValue<F>,
  };
}

function writeMessage(
  writer: Writer,
  entries: readonly [string, Codec<unknown>][],
  options: { readonly payloadOrder: readonly string[]; readonly emptyAtZero?: boolean },
  value: Record<string, unknown>,
): void {
  const offsets = new Map<string, number>();
  let offset = entries.reduce((sum, [key, codec]) => sum + (isPayload(codec) ? 8 : codec.size(value[key])), 0);
  for (const key of options.payloadOrder) {
    const { length } = payloadOf(value, key);
    offsets.set(key, length === 0 && options.emptyAtZero === true ? 0 : offset);
    offset += length;
  }
  for (const [key, codec] of entries) {
    if (isPayload(codec)) {
      const { length } = payloadOf(value, key);
      writer.u16le(length);
      writer.u16le(length);
      writer.u32le(offsets.get(key)!);
    } else if (!isBeforePayload(codec)) codec.write(writer, value[key]);
    else if (value[key] !== undefined) codec.beforePayload.write(writer, value[key]);
  }
  for (const key of options.payloadOrder) writer.put(payloadOf(value, key));
}

function readMessage(
  bytes: Uint8Array,
  name: string,
  spec: string,
  entries: readonly [string, Codec<unknown>][],
): Record<string, unknown> {
  const reader = new Reader(bytes);
  const value: Record<string, unknown> = {};
  let payloadStart = bytes.length;
  for (const [key, codec] of entries) {
    named(`${name}.${key}`, spec, () => {
      if (isPayload(codec)) {
        const at = reader.offset;
        const length = u16le.read(reader);
        u16le.read(reader);
        const offset = u32le.read(reader);
        if (length !== 0) payloadStart = Math.min(payloadStart, offset);
        value[key] = payloadAt(bytes, at, offset, length);
      } else if (!isBeforePayload(codec)) {
        const field = codec.read(reader);
        if (field !== undefined) value[key] = field;
      } else if (reader.offset + codec.beforePayload.size(undefined) <= payloadStart) {
        value[key] = codec.beforePayload.read(reader);
      }
    });
  }
  return value;
}

function payloadAt(bytes: Uint8Array, at: number, offset: number, length: number): Uint8Array {
  if (length === 0) return bytes.subarray(0, 0);
  if (!(offset + length <= bytes.length))
    throw new DecodeError({ is: "truncated", needBytes: offset + length, haveBytes: bytes.length }, at);
  return bytes.subarray(offset, offset + length);
}

function payloadOf(value: Record<string, unknown>, key: string): Uint8Array {
  return value[key] as Uint8Array;
}

function isPayload(codec: Codec<unknown>): codec is Payload & Codec<unknown> {
  return "payload" in codec;
}

function isBeforePayload(codec: Codec<unknown>): codec is BeforePayload<unknown> {
  return "beforePayload" in codec;
}

function unreachable(): never {
  throw new Error("a payload field belongs into a payloadMessage");
}
