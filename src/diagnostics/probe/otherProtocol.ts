import { latin1Text } from "#base/bytes/text.ts";

/**
 * What a server speaks whose answer to an RDP client begins so; undefined when nothing known does. `words`: its first
 * line, where it is text.
 */
export function recognize(start: Uint8Array): { readonly speaks: string; readonly words: string } | undefined {
  const text = latin1Text(start.subarray(0, recognizedBytes));
  const [line = ""] = text.split(/[\r\n]/u, 1);
  const words = printable(line) ? line.slice(0, shownCharacters) : "";
  const speaks = binary(start);
  if (speaks !== undefined) return { speaks, words: "" };
  const known = signs.find(({ sign }) => sign.test(text));
  if (known !== undefined) return { speaks: known.speaks, words };
  // Five bytes of text and more: somebody greets.
  return 5 <= line.length && printable(line) ? { speaks: "a protocol of text lines", words } : undefined;
}

function binary([first, second = 0, , fourth, fifth]: Uint8Array): string | undefined {
  if ((first === 0x15 || first === 0x16) && second === 3) return "TLS from the first byte (HTTPS, or an RD Gateway)";
  if (first === 0xff && 0xfb <= second && second <= 0xfe) return "Telnet";
  // Its greeting: a length of three bytes, number 0, version 10 of the protocol.
  return fourth === 0 && fifth === 10 ? "MySQL" : undefined;
}

function printable(line: string): boolean {
  return line !== "" && /^[\x20-\x7e\t]*$/u.test(line);
}

/** The first that fits counts. */
const signs: readonly { readonly sign: RegExp; readonly speaks: string }[] = [
  { sign: /^SSH-/u, speaks: "SSH" },
  { sign: /^HTTP\/|^<(!doctype|html|\?xml)/iu, speaks: "HTTP (a web server)" },
  { sign: /^RFB \d/u, speaks: "VNC" },
  { sign: /^\* (OK|BYE|PREAUTH)/u, speaks: "IMAP (a mail server)" },
  { sign: /^\+OK/u, speaks: "POP3 (a mail server)" },
  { sign: /^[245]\d\d[ -].*(smtp|mail|postfix|exim|sendmail)/iu, speaks: "SMTP (a mail server)" },
  { sign: /^[245]\d\d[ -].*ftp/iu, speaks: "FTP" },
  { sign: /^[245]\d\d[ -]/u, speaks: "FTP, SMTP or another protocol with numbered answers" },
  { sign: /^-ERR /u, speaks: "Redis" },
  { sign: /^(REJECTED|ERROR|EXTERNAL)/u, speaks: "D-Bus" },
];

const recognizedBytes = 256;
const shownCharacters = 80;
