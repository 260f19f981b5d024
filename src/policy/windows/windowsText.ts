import { utf16Text, utf8Text } from "#base/bytes/text.ts";

/** Text of a file that Windows wrote: UTF-16 by its mark or its zeros, else UTF-8; without the mark. */
export function windowsText(bytes: Uint8Array): string {
  const [first = 0, second = 0, third = 0] = bytes;
  if (first === 0xff && second === 0xfe) return utf16Text(bytes.subarray(2));
  if (first === 0xfe && second === 0xff) return utf16Text(swapped(bytes.subarray(2)));
  if (first === 0xef && second === 0xbb && third === 0xbf) return utf8Text(bytes.subarray(3));
  return first !== 0 && second === 0 ? utf16Text(bytes) : utf8Text(bytes);
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (bytes.length % 2));
  for (let at = 0; at < result.length; at++) result[at] = bytes[at ^ 1]!;
  return result;
}
