/** DER (X.690) for what a certificate of our own needs; values are whole elements with tag and length. */
export type Der = Uint8Array;

export const sequence = (...members: readonly Der[]): Der => element(0x30, Buffer.concat(members));
export const set = (...members: readonly Der[]): Der => element(0x31, Buffer.concat(members));
export const boolean = (value: boolean): Der => element(0x01, Uint8Array.of(value ? 0xff : 0x00));
export const nothing: Der = Uint8Array.of(0x05, 0x00);
export const octets = (bytes: Uint8Array): Der => element(0x04, bytes);
/** With no unused bits. */
export const bits = (bytes: Uint8Array): Der => element(0x03, Buffer.concat([Uint8Array.of(0), bytes]));
export const utf8 = (text: string): Der => element(0x0c, Buffer.from(text, "utf8"));

/** A number from 0 up, big-endian. */
export function integer(bytes: Uint8Array): Der {
  const start = bytes.findIndex((byte) => byte !== 0);
  const significant = start === -1 ? Uint8Array.of(0) : bytes.subarray(start);
  const first = significant[0] ?? 0;
  return element(0x02, first < 0x80 ? significant : Buffer.concat([Uint8Array.of(0), significant]));
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); 0 < left; left = Math.floor(left / 128))
      groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return element(0x06, Uint8Array.from(bytes));
}

/** As certificates want it (RFC 5280 4.1.2.5): two digits of the year before 2050. */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/\.\d+/u, "").replaceAll(/[-:T]/gu, "");
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2), "latin1"))
    : element(0x18, Buffer.from(digits, "latin1"));
}

/** `[number]`: IMPLICIT primitive bytes, or EXPLICIT around whole elements. */
export const tagged = (number: number, form: "primitive" | "constructed", content: Uint8Array): Der =>
  element((form === "constructed" ? 0xa0 : 0x80) | number, content);

export function element(tag: number, content: Uint8Array): Der {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  const size = length < 0x100 ? [0x81, length] : length < 0x10000 ? [0x82, length >> 8, length & 0xff] : undefined;
  if (size === undefined) throw new Error(`a certificate has no element of ${length} bytes`);
  return Buffer.concat([Uint8Array.of(tag, ...size), content]);
}

/**
 * The elements in a sequence's content, each with its tag and content. Throws RangeError when the lengths do not fit.
 */
export function elementsOf(content: Uint8Array): readonly { readonly tag: number; readonly content: Uint8Array }[] {
  const found: { tag: number; content: Uint8Array }[] = [];
  for (let at = 0; at < content.length;) {
    const tag = content[at] ?? 0;
    let length = content[at + 1] ?? 0;
    at += 2;
    if (0x80 <= length) {
      const count = length & 0x7f;
      length = 0;
      for (const byte of content.subarray(at, at + count)) length = length * 256 + byte;
      at += count;
    }
    if (!(at + length <= content.length)) throw new RangeError("a DER element is longer than what holds it");
    found.push({ tag, content: content.subarray(at, at + length) });
    at += length;
  }
  return found;
}
