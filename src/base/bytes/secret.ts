import type { Codec } from "./codec.ts";

/** A field that must leave the process that reads it only to whom it is meant for. */
export interface Secret<T> extends Codec<T> {
  readonly secret: true;
}

/** The fields declared secret, by the name of their message: what a test must show to be removed from traces. */
export const declaredSecrets = new Map<string, readonly string[]>();

/**
 * Declares a field as secret: the bytes are as `inner` has them, and whoever reads with a place for secrets
 * (`Reader.secrets`) is told where they are. Of a run of bytes its content, so that lengths stay; else all of it.
 */
export function secret<T>(inner: Codec<T>): Secret<T> {
  return {
    secret: true,
    size: (value) => inner.size(value),
    write: (writer, value) => inner.write(writer, value),
    read: (reader) => {
      const at = reader.offset;
      const value = inner.read(reader);
      if (reader.secrets === undefined || value === undefined) return value;
      if (value instanceof Uint8Array && value.buffer === reader.bytes.buffer) reader.secrets.push(value);
      else reader.markSecret(at, reader.offset);
      return value;
    },
  };
}

/** Enters the secret fields of a message into `declaredSecrets`; messages that have none are left out. */
export function declareSecrets(message: string, fields: readonly string[]): void {
  if (0 < fields.length) declaredSecrets.set(message, fields);
}
