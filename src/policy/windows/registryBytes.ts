import { utf16Text } from "#base/bytes/text.ts";
import type { RegistryData } from "./registryValue.ts";

/** The bytes of a value by its type's number; undefined: a number that has not the bytes of one. winnt.h, REG_… */
export function registryData(type: number, bytes: Uint8Array): RegistryData | undefined {
  switch (type) {
    case 1:
    case 2:
      return { is: "text", text: utf16Text(bytes).replace(/\0+$/u, "") };
    case 4:
      return bytes.length === 4 ? { is: "number", value: numberOf(bytes) } : undefined;
    case 5:
      return bytes.length === 4 ? { is: "number", value: numberOf(bytes.toReversed()) } : undefined;
    case 7:
      return {
        is: "list",
        items: utf16Text(bytes)
          .split("\0")
          .filter((each) => each !== ""),
      };
    case 11: {
      if (bytes.length !== 8) return undefined;
      const value = numberOf(bytes.subarray(0, 4)) + numberOf(bytes.subarray(4)) * 2 ** 32;
      return Number.isSafeInteger(value) ? { is: "number", value } : { is: "bytes", count: 8 };
    }
    default:
      return { is: "bytes", count: bytes.length };
  }
}

/** Little-endian. */
function numberOf(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}
