import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { partsOf } from "./partsOf.ts";
import type { TracedMessage, TracePart } from "./tracedMessage.ts";
import type { Where } from "./where.ts";

/**
 * The message with zeros for what is declared secret, and for everything that cannot be read: a copy of the same
 * length, or the message's own bytes, lent, where it has no secrets. Framing stays, so that it can be read again.
 * `where` is moved on; give it all messages of a connection in order. Never throws, whatever the bytes are.
 */
export function redact(message: TracedMessage, where: Where): Uint8Array {
  const secrets = partsOf(message, where).flatMap(secretsOf);
  return secrets.length === 0 ? message.bytes : filled(message.bytes, secrets, 0);
}

/** Views of the secrets in a part. */
export function secretsOf(part: TracePart): readonly Uint8Array[] {
  if (part.secrets === "none") return [];
  if (part.secrets === "all" || part.read === undefined) return [part.bytes];
  const secrets: Uint8Array[] = [];
  try {
    part.read(new Reader(part.bytes, 0, part.bytes.length, secrets));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [part.bytes.subarray(part.framingBytes ?? 0)];
  }
  return secrets;
}

/** A copy of `bytes` with `value` in all of its `views`. */
export function filled(bytes: Uint8Array, views: readonly Uint8Array[], value: number): Uint8Array {
  // Of a Buffer, slice() would be no copy.
  const copy = new Uint8Array(bytes);
  for (const view of views) {
    const start = view.byteOffset - bytes.byteOffset;
    copy.fill(value, start, start + view.length);
  }
  return copy;
}
