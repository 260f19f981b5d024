/** A decoded value as JSON can carry it: runs of bytes are told by their number, big numbers as text. */
export type Shown = string | number | boolean | null | readonly Shown[] | { readonly [name: string]: Shown };

/** What stands for a secret. */
export const removed = "‹removed›";

/** The fields of a message. */
export type ShownFields = Readonly<Record<string, Shown>>;

/** As `shownApart` for what has fields; another value is a field named "value". */
export function fieldsApart(one: unknown, other: unknown): ShownFields {
  if (!isRecord(one) || !isRecord(other)) return { value: shownApart(one, other) };
  const names = Object.keys(one).filter((name) => one[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, shownApart(one[name], other[name])]));
}

export function shown(value: unknown): Shown {
  return shownApart(value, value);
}

/** As `shown`, with "‹removed›" for what differs between two readings of the same message. */
export function shownApart(one: unknown, other: unknown): Shown {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return bytesShown(one, other);
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return removed;
    return one.map((each, index) => shownApart(each, other[index]));
  }
  if (isRecord(one) && isRecord(other)) return fieldsApart(one, other);
  if (!Object.is(one, other)) return removed;
  switch (typeof one) {
    case "string":
    case "boolean":
      return one;
    case "number":
      return Number.isFinite(one) ? one : String(one);
    case "bigint":
      return String(one);
    default:
      return null;
  }
}

function bytesShown(one: Uint8Array, other: Uint8Array): Shown {
  const isSame = one.length === other.length && one.every((byte, index) => byte === other[index]);
  return isSame ? `${one.length} ${one.length === 1 ? "byte" : "bytes"}` : removed;
}

/** Something with fields: neither a run of bytes nor a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && !Array.isArray(value);
}
