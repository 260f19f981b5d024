import type { Codec } from "./codec.ts";
import { DecodeError } from "./decodeError.ts";

/** UTF-16LE code units of `text`, without a terminator. */
export function utf16Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[index * 2] = unit & 0xff;
    bytes[index * 2 + 1] = unit >>> 8;
  }
  return bytes;
}

/** Text of UTF-16LE `bytes`; an odd last byte is dropped. Lone surrogates stay as they are. */
export function utf16Text(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index + 1 < bytes.length; index += 2)
    text += String.fromCharCode(bytes[index]! | (bytes[index + 1]! << 8));
  return text;
}

export function utf8Bytes(text: string): Uint8Array {
  const out: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else out.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return Uint8Array.from(out);
}

/** Text of UTF-8 `bytes`; malformed sequences become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const first = bytes[index++]!;
    const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    if (more < 0) {
      text += "\ufffd";
      continue;
    }
    let point = more === 0 ? first : first & (0x3f >> more);
    let taken = 0;
    while (taken < more && index < bytes.length && (bytes[index]! & 0xc0) === 0x80) {
      point = (point << 6) | (bytes[index++]! & 63);
      taken++;
    }
    const smallest = [0, 0x80, 0x800, 0x10000][more]!;
    const whole = taken === more && smallest <= point && point <= 0x10ffff && !(0xd800 <= point && point <= 0xdfff);
    text += whole ? String.fromCodePoint(point) : "\ufffd";
  }
  return text;
}

/** One byte per character (ASCII, above that Latin-1); a character beyond U+00FF becomes "?". */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => (character.charCodeAt(0) <= 0xff ? character.charCodeAt(0) : 0x3f));
}

export function latin1Text(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** UTF-16LE text in a field of `size` bytes, ended by a zero unit and padded with zeros; too long a text is cut. */
export function utf16Fixed(size: number): Codec<string> {
  return {
    size: () => size,
    write: (writer, text) => {
      const bytes = utf16Bytes(text).subarray(0, size - 2);
      writer.put(bytes);
      writer.zeros(size - bytes.length);
    },
    read: (reader) => utf16Text(reader.take(size)).split("\0", 1)[0]!,
  };
}

/**
 * Bytes of single-byte text (ASCII; above that Latin-1) in a field of `size` bytes, padded with zeros; too long a text
 * is cut.
 */
export function asciiFixed(size: number): Codec<string> {
  return {
    size: () => size,
    write: (writer, text) => {
      const kept = text.slice(0, size - 1);
      for (let index = 0; index < kept.length; index++) writer.u8(kept.charCodeAt(index) & 0xff);
      writer.zeros(size - kept.length);
    },
    read: (reader) => String.fromCharCode(...reader.take(size)).split("\0", 1)[0]!,
  };
}

/** A length in bytes, then UTF-16LE text. `terminated`: a zero unit follows; `counted`: the length includes it. */
export function utf16Sized(
  length: Codec<number>,
  options: { readonly atMost: number; readonly terminated?: boolean; readonly counted?: boolean },
): Codec<string> {
  const terminator = options.terminated === true ? 2 : 0;
  const inLength = options.counted === true ? terminator : 0;
  return {
    size: (text) => length.size(0) + text.length * 2 + terminator,
    write: (writer, text) => {
      length.write(writer, text.length * 2 + inLength);
      writer.put(utf16Bytes(text));
      writer.zeros(terminator);
    },
    read: (reader) => {
      const at = reader.offset;
      const count = length.read(reader);
      if (!(count <= options.atMost))
        throw new DecodeError({ is: "overLimit", limit: options.atMost, got: count, of: "length" }, at);
      const text = utf16Text(reader.take(count + terminator - inLength));
      return terminator === 0 ? text : text.split("\0", 1)[0]!;
    },
  };
}
