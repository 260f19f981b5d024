/** The bytes of "03 00 00 13": white space, commas and line breaks are free. */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/0x|[\s,]/gu, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/iu.test(digits)) throw new Error(`not hexadecimal: ${text.slice(0, 40)}`);
  return Uint8Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}
