import { decode } from "#base/bytes/codec.ts";
import type { Struct } from "#base/bytes/struct.ts";
import { hex } from "../../test/hex.ts";
import { messagesRead } from "./codecRecorder.ts";

/** One call of `vector(…)`. */
export interface RecordedVector {
  readonly struct: string;
  /** The messages inside it, which the same bytes prove. */
  readonly inside: readonly string[];
  /** Whose bytes, see test/vector.ts. */
  readonly origin: string;
  readonly bytesHex: string;
}

export const recordedVectors: RecordedVector[] = [];

/** Stands in for test/vector.ts: notes the call and what is inside; the test proves it. */
export function vector<T>(declared: Struct<T>, origin: string, bytesHex: string): void {
  messagesRead.clear();
  decode(declared, hex(bytesHex));
  const inside = [...messagesRead].filter((name) => name !== declared.name);
  recordedVectors.push({ struct: declared.name, inside, origin, bytesHex });
}
