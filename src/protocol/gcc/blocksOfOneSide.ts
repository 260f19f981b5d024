import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";

/**
 * A list of tagged blocks as a record by their names: read in any order, the last of a repeated block counting, written
 * in the given `order`. A missing `required` block is a DecodeError.
 */
export function blocksOfOneSide<T extends object>(
  blocks: Codec<readonly { readonly is: string }[]>,
  order: readonly (keyof T & string)[],
  required: readonly (keyof T & string)[],
): Codec<T> {
  const listed = (value: T) =>
    order.filter((name) => value[name] !== undefined).map((name) => ({ is: name, ...value[name] }));
  return {
    size: (value) => blocks.size(listed(value)),
    write: (writer, value) => blocks.write(writer, listed(value)),
    read: (reader) => {
      const at = reader.offset;
      const found: Record<string, object> = {};
      for (const { is, ...block } of blocks.read(reader)) if (is !== "unknown") found[is] = block;
      const missing = required.find((name) => found[name] === undefined);
      if (missing !== undefined)
        throw new DecodeError({ is: "wrongValue", expected: `a block ${missing}`, got: "none" }, at);
      return found as T;
    },
  };
}
