import type { Reader } from "#base/bytes/reader.ts";
import { latin1Bytes, latin1Text, utf16Bytes, utf16Text } from "#base/bytes/text.ts";
import type { Writer } from "#base/bytes/writer.ts";

/** Text whose length stands elsewhere, and which a zero ends: of two bytes in Unicode, of one otherwise. */
export interface TerminatedText {
  /** In bytes, with the end. */
  size(text: string): number;
  /** What the length field says. */
  countedBytes(text: string): number;
  write(writer: Writer, text: string): void;
  /** `count`: what the length field said. Text ends at the first zero, wherever it is. */
  read(reader: Reader, count: number): string;
}

/** `counted`: the length includes the end; then a length of 0 means that there is not even an end. */
export function terminatedText(options: { readonly unicode: boolean; readonly counted: boolean }): TerminatedText {
  const unitBytes = options.unicode ? 2 : 1;
  const toBytes = options.unicode ? utf16Bytes : latin1Bytes;
  const toText = options.unicode ? utf16Text : latin1Text;
  return {
    size: (text) => (text.length + 1) * unitBytes,
    countedBytes: (text) => (text.length + (options.counted ? 1 : 0)) * unitBytes,
    write: (writer, text) => {
      writer.put(toBytes(text));
      writer.zeros(unitBytes);
    },
    read: (reader, count) => {
      const bytes = reader.take(count + (options.counted ? 0 : unitBytes));
      return toText(bytes).split("\0", 1)[0]!;
    },
  };
}
