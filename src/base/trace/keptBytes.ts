import type { TraceMessage } from "./traceRecord.ts";

/**
 * What is kept of a message: at the desktop the first bytes alone of long ones, which are pictures, unless those are
 * wanted. Lent.
 */
export function keptBytes(
  { bytes, step }: Pick<TraceMessage, "bytes" | "step">,
  { withPictures }: { readonly withPictures: boolean },
): Uint8Array {
  const isCut = step === "active" && !withPictures && longMessage < bytes.length;
  return isCut ? bytes.subarray(0, keptOfLong) : bytes;
}

/** Only pictures are longer, once a client is at its desktop. In bytes. */
const longMessage = 1024;
const keptOfLong = 128;
