import { named, type Codec, type Fixed } from "./codec.ts";
import { DecodeError } from "./decodeError.ts";
import type { Reader } from "./reader.ts";

/** A number that is always `value`; another one is a DecodeError "wrongValue". */
export function constant(codec: Codec<number>, value: number): Fixed {
  return {
    fixed: true,
    size: () => codec.size(value),
    write: (writer) => codec.write(writer, value),
    read: (reader) => {
      const at = reader.offset;
      const got = codec.read(reader);
      if (got !== value) throw new DecodeError({ is: "wrongValue", expected: String(value), got }, at);
      return undefined;
    },
  };
}

/** A run of bytes that is always `value`; another one is a DecodeError "wrongValue" which says `expected`. */
export function constantBytes(value: readonly number[], expected: string): Fixed {
  return {
    fixed: true,
    size: () => value.length,
    write: (writer) => writer.put(Uint8Array.from(value)),
    read: (reader) => {
      const at = reader.offset;
      const got = reader.take(value.length);
      const wrong = value.findIndex((byte, index) => byte !== got[index]);
      if (wrong !== -1) throw new DecodeError({ is: "wrongValue", expected, got: got[wrong]! }, at + wrong);
      return undefined;
    },
  };
}

/** A number written as `value` and ignored when read: reserved fields and the like, which peers fill as they please. */
export function ignored(codec: Codec<number>, value = 0): Fixed {
  return {
    fixed: true,
    size: () => codec.size(value),
    write: (writer) => codec.write(writer, value),
    read: (reader) => void codec.read(reader),
  };
}

/** A field of any kind, written as `value` and read past: like `ignored` for what is not a number. */
export function dropped<T>(codec: Codec<T>, value: T): Fixed {
  return {
    fixed: true,
    size: () => codec.size(value),
    write: (writer) => codec.write(writer, value),
    read: (reader) => void codec.read(reader),
  };
}

/** `count` bytes, written as zeros and ignored when read. */
export function padding(count: number): Fixed {
  return {
    fixed: true,
    size: () => count,
    write: (writer) => writer.zeros(count),
    read: (reader) => void reader.take(count),
  };
}

/** A bit field read as the names of its set bits. Unknown bits are ignored, as the specifications ask. */
export function flags<const Names extends Readonly<Record<string, number>>>(
  codec: Codec<number>,
  names: Names,
): Codec<readonly (keyof Names & string)[]> {
  const entries = Object.entries(names) as [keyof Names & string, number][];
  return {
    size: () => codec.size(0),
    write: (writer, set) => {
      let bits = 0;
      for (const [name, bit] of entries) if (set.includes(name)) bits |= bit;
      codec.write(writer, bits >>> 0);
    },
    read: (reader) => {
      const bits = codec.read(reader);
      return entries.filter(([, bit]) => (bits & bit) >>> 0 === bit).map(([name]) => name);
    },
  };
}

/** A number that means a word. A number without one keeps itself: `{ unknown: 0x1f }`. */
export function code<const Names extends Readonly<Record<string, number>>>(
  codec: Codec<number>,
  names: Names,
): Codec<(keyof Names & string) | { readonly unknown: number }> {
  const words = new Map(Object.entries(names).map(([name, value]) => [value, name as keyof Names & string]));
  return {
    size: () => codec.size(0),
    write: (writer, value) => codec.write(writer, typeof value === "string" ? names[value]! : value.unknown),
    read: (reader) => {
      const got = codec.read(reader);
      return words.get(got) ?? { unknown: got };
    },
  };
}

/** Zero is false, anything else true. */
export function boolean(codec: Codec<number>): Codec<boolean> {
  return {
    size: () => codec.size(0),
    write: (writer, value) => codec.write(writer, value ? 1 : 0),
    read: (reader) => codec.read(reader) !== 0,
  };
}

/** Exactly `count` bytes; lent when read. */
export function bytes(count: number): Codec<Uint8Array> {
  return {
    size: () => count,
    write: (writer, value) => {
      if (value.length !== count) throw new RangeError(`needs ${count} bytes, got ${value.length}`);
      writer.put(value);
    },
    read: (reader) => reader.take(count),
  };
}

/** Everything up to the end of the enclosing message; lent when read. */
export const rest: Codec<Uint8Array> = {
  size: (value) => value.length,
  write: (writer, value) => writer.put(value),
  read: (reader) => reader.rest(),
};

/**
 * A length in bytes, then that many bytes; lent when read. A length over `atMost` is refused before anything is
 * reserved.
 */
export function sizedBytes(length: Codec<number>, options: { readonly atMost: number }): Codec<Uint8Array> {
  return {
    size: (value) => length.size(value.length) + value.length,
    write: (writer, value) => {
      length.write(writer, value.length);
      writer.put(value);
    },
    read: (reader) => reader.take(readLimited(reader, length, options.atMost, "length")),
  };
}

/**
 * A length in bytes, then `inner` in exactly that many bytes (`plus` is added to the length as written: a header it
 * counts).
 */
export function sized<T>(
  length: Codec<number>,
  inner: Codec<T>,
  options: { readonly atMost: number; readonly plus?: number },
): Codec<T> {
  const plus = options.plus ?? 0;
  return {
    size: (value) => {
      const size = inner.size(value);
      return length.size(size + plus) + size;
    },
    write: (writer, value) => {
      length.write(writer, inner.size(value) + plus);
      inner.write(writer, value);
    },
    read: (reader) => {
      const at = reader.offset;
      const count = readLimited(reader, length, options.atMost + plus, "length") - plus;
      if (count < 0) throw new DecodeError({ is: "wrongValue", expected: `at least ${plus}`, got: count + plus }, at);
      const within = reader.within(count);
      const value = inner.read(within);
      within.expectEnd();
      return value;
    },
  };
}

/** A count, then that many items. A count over `atMost` is refused before anything is reserved. */
export function list<T>(
  count: Codec<number>,
  item: Codec<T>,
  options: { readonly atMost: number },
): Codec<readonly T[]> {
  const { size, write, read } = repeated(item);
  return {
    size: (items) => count.size(items.length) + size(items),
    write: (writer, items) => {
      count.write(writer, items.length);
      write(writer, items);
    },
    read: (reader) => read(reader, readLimited(reader, count, options.atMost, "count")),
  };
}

/** Exactly `count` items. */
export function times<T>(count: number, item: Codec<T>): Codec<readonly T[]> {
  const { size, write, read } = repeated(item);
  return { size, write, read: (reader) => read(reader, count) };
}

/** Items up to the end of the enclosing message, `atMost` of them. */
export function listToEnd<T>(item: Codec<T>, options: { readonly atMost: number }): Codec<readonly T[]> {
  const { size, write } = repeated(item);
  return {
    size,
    write,
    read: (reader) => {
      const items: T[] = [];
      while (0 < reader.remaining) {
        if (!(items.length < options.atMost)) {
          throw new DecodeError(
            { is: "overLimit", limit: options.atMost, got: items.length + 1, of: "count" },
            reader.offset,
          );
        }
        items.push(named(`[${items.length}]`, undefined, () => item.read(reader)));
      }
      return items;
    },
  };
}

/** A field that an older peer leaves out: absent when the message has ended before it. */
export function optionalAtEnd<T>(inner: Codec<T>): Codec<T | undefined> {
  return {
    size: (value) => (value === undefined ? 0 : inner.size(value)),
    write: (writer, value) => {
      if (value !== undefined) inner.write(writer, value);
    },
    read: (reader) => (reader.remaining === 0 ? undefined : inner.read(reader)),
  };
}

/** A field that an older peer leaves out: `fallback` when the message has ended before it. Always written. */
export function defaultAtEnd<T>(inner: Codec<T>, fallback: NoInfer<T>): Codec<T> {
  return {
    size: (value) => inner.size(value),
    write: (writer, value) => inner.write(writer, value),
    read: (reader) => (reader.remaining === 0 ? fallback : inner.read(reader)),
  };
}

/** A number that some peers leave out: written as `value`, skipped when it is there. */
export function ignoredAtEnd(codec: Codec<number>, value = 0): Fixed {
  const inner = ignored(codec, value);
  return { ...inner, read: (reader) => (reader.remaining === 0 ? undefined : inner.read(reader)) };
}

/**
 * Up to `count` bytes before the end of the message that say nothing: written as zeros, skipped as far as they are
 * there.
 */
export function paddingAtEnd(count: number): Fixed {
  return {
    fixed: true,
    size: () => count,
    write: (writer) => writer.zeros(count),
    read: (reader) => void reader.take(Math.min(count, reader.remaining)),
  };
}

/** The same bytes under another meaning: `decode` may throw DecodeError through `problemAt`. */
export function mapped<T, U>(
  inner: Codec<T>,
  meaning: { readonly decode: (raw: T) => U; readonly encode: (value: U) => T },
): Codec<U> {
  return {
    size: (value) => inner.size(meaning.encode(value)),
    write: (writer, value) => inner.write(writer, meaning.encode(value)),
    read: (reader) => meaning.decode(inner.read(reader)),
  };
}

function readLimited(reader: Reader, length: Codec<number>, limit: number, of: string): number {
  const at = reader.offset;
  const got = length.read(reader);
  if (!(got <= limit)) throw new DecodeError({ is: "overLimit", limit, got, of }, at);
  return got;
}

function repeated<T>(item: Codec<T>) {
  return {
    size: (items: readonly T[]) => items.reduce((sum, each) => sum + item.size(each), 0),
    write: (writer: Parameters<Codec<T>["write"]>[0], items: readonly T[]) => {
      for (const each of items) item.write(writer, each);
    },
    read: (reader: Reader, count: number): readonly T[] => {
      const items: T[] = [];
      for (let index = 0; index < count; index++) items.push(named(`[${index}]`, undefined, () => item.read(reader)));
      return items;
    },
  };
}
