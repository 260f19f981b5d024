import { named, type Codec, type ValueOf } from "./codec.ts";
import { DecodeError } from "./decodeError.ts";
import type { Struct } from "./struct.ts";

type Variants = Readonly<Record<number, Struct<any, string>>>;
type Known<V extends Variants> = {
  [K in keyof V]: V[K] extends Struct<infer T, infer Name> ? { readonly is: Uncapitalize<Name> } & T : never;
}[keyof V];
/** A member that this side does not know; only where the family carries lengths, so that it can be stepped over. */
export interface UnknownVariant {
  readonly is: "unknown";
  readonly tag: number;
  readonly body: Uint8Array;
}

export interface Framing {
  /** The length field behind the tag. */
  readonly length: Codec<number>;
  /** "whole" counts tag, filler and length too; "body" only what follows. */
  readonly counts: "whole" | "body";
  /** Bytes between tag and length, ignored (RDPGFX flags). */
  readonly filler?: number;
  /** The largest body, in bytes. */
  readonly atMost: number;
}

/** A family of messages told apart by a tag and framed by a length: a discriminated union by the name of the struct. */
export function choice<const V extends Variants>(
  name: string,
  spec: string,
  tag: Codec<number>,
  variants: V,
  framing: Framing,
): Codec<Known<V> | UnknownVariant> {
  const entries = Object.entries(variants).map(([key, variant]) => ({
    key: Number(key),
    variant,
    is: uncapitalize(variant.name),
  }));
  const byTag = new Map(entries.map((entry) => [entry.key, entry]));
  const byName = new Map(entries.map((entry) => [entry.is, entry]));
  const filler = framing.filler ?? 0;
  const headerSize = tag.size(0) + filler + framing.length.size(0);
  const counted = framing.counts === "whole" ? headerSize : 0;
  const bodySize = (value: Known<V> | UnknownVariant): number =>
    isUnknown(value) ? value.body.length : byName.get(value.is)!.variant.size(value);
  return {
    size: (value) => headerSize + bodySize(value),
    write: (writer, value) => {
      tag.write(writer, isUnknown(value) ? value.tag : byName.get(value.is)!.key);
      writer.zeros(filler);
      framing.length.write(writer, bodySize(value) + counted);
      if (isUnknown(value)) writer.put(value.body);
      else byName.get(value.is)!.variant.write(writer, value);
    },
    read: (reader) =>
      named(name, spec, () => {
        const got = tag.read(reader);
        reader.take(filler);
        const at = reader.offset;
        const length = framing.length.read(reader) - counted;
        if (length < 0)
          throw new DecodeError({ is: "wrongValue", expected: `at least ${counted}`, got: length + counted }, at);
        if (!(length <= framing.atMost))
          throw new DecodeError({ is: "overLimit", limit: framing.atMost, got: length, of: "length" }, at);
        const body = reader.within(length);
        const entry = byTag.get(got);
        if (entry === undefined) return { is: "unknown", tag: got, body: body.rest() } as UnknownVariant;
        // Later versions append fields; what is left over in a framed member is theirs, and ignored.
        return { is: entry.is, ...entry.variant.read(body) } as Known<V>;
      }),
  };
}

function isUnknown(value: { readonly is: string }): value is UnknownVariant {
  return value.is === "unknown";
}

function uncapitalize(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

export type ChoiceValue<C> = ValueOf<C>;
