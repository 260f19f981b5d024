import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { declareSecrets } from "#base/bytes/secret.ts";
import { struct } from "#base/bytes/struct.ts";
import { utf16Bytes, utf16Text } from "#base/bytes/text.ts";
import type { Writer } from "#base/bytes/writer.ts";
import { limits } from "#base/limits.ts";

/** Where the client is to connect instead, and with what. A field that is left out is not sent. */
export interface Redirection {
  readonly sessionId: number;
  readonly options: readonly RedirectionOption[];
  readonly targetAddress?: string;
  /** The routing token or cookie for the next X.224 request. */
  readonly loadBalanceInfo?: Uint8Array;
  readonly userName?: string;
  readonly domain?: string;
  /** Text as UTF-16 with terminator, or a secret that the target can read. */
  readonly password?: Uint8Array;
  readonly targetName?: string;
  readonly targetNetBiosName?: string;
  readonly tsvUrl?: Uint8Array;
  readonly redirectionGuid?: Uint8Array;
  readonly targetCertificate?: Uint8Array;
  /** Every address of the target. */
  readonly targetAddresses?: readonly string[];
}

/** Flags without a field of their own. */
const optionBits = {
  dontStoreUserName: 0x0020,
  smartcardLogon: 0x0040,
  /** The client stays where it is and only learns the names. */
  noRedirect: 0x0080,
  tsvCapable: 0x2000,
  passwordEncrypted: 0x4000,
} as const;
export type RedirectionOption = keyof typeof optionBits;

const redirection: Codec<Redirection> = {
  size: (value) => 2 + 12 + fieldsSize(value) + 8,
  write: (writer, value) => {
    writer.zeros(2);
    writer.u16le(redirectionFlag);
    writer.u16le(12 + fieldsSize(value));
    writer.u32le(value.sessionId);
    writer.u32le(presentBits(value));
    for (const [name] of fields) writeField(writer, toBytes(value, name));
    if (value.targetAddresses !== undefined) writeField(writer, addressBytes(value.targetAddresses));
    writer.zeros(8);
  },
  read: (reader) => {
    reader.take(2);
    const at = reader.offset;
    const flag = reader.u16le();
    if (flag !== redirectionFlag)
      throw new DecodeError({ is: "wrongValue", expected: "a redirection (0x0400)", got: flag }, at);
    reader.take(2);
    const sessionId = reader.u32le();
    const present = reader.u32le();
    const options = optionNames.filter((name) => (present & optionBits[name]) !== 0);
    const value: { -readonly [K in keyof Redirection]: Redirection[K] } = { sessionId, options };
    for (const [name, bit, kind] of fields) {
      if ((present & bit) === 0) continue;
      const raw = readField(reader);
      if (kind === "secret") reader.secrets?.push(raw);
      Object.assign(value, { [name]: kind === "text" ? terminated(raw) : raw });
    }
    if ((present & addressesBit) !== 0) value.targetAddresses = readAddresses(readField(reader));
    reader.take(Math.min(8, reader.remaining));
    return value;
  },
};

/**
 * Go to another host (enhanced security's TS_ENHANCED_SECURITY_SERVER_REDIRECTION, behind the share control header).
 */
export const serverRedirection = struct("ServerRedirection", "MS-RDPBCGR 2.2.13.3.1", { redirection });
declareSecrets("ServerRedirection", ["password", "redirectionGuid"]);

function fieldsSize(value: Redirection): number {
  const addresses = value.targetAddresses === undefined ? 0 : 4 + addressBytes(value.targetAddresses).length;
  return fields.reduce((sum, [name]) => {
    const raw = toBytes(value, name);
    return raw === undefined ? sum : sum + 4 + raw.length;
  }, addresses);
}

function presentBits(value: Redirection): number {
  let bits = value.targetAddresses === undefined ? 0 : addressesBit;
  for (const name of value.options) bits |= optionBits[name];
  for (const [name, bit] of fields) if (value[name] !== undefined) bits |= bit;
  return bits;
}

function toBytes(value: Redirection, name: FieldName): Uint8Array | undefined {
  const raw = value[name];
  return typeof raw === "string" ? utf16Bytes(`${raw}\0`) : raw;
}

function writeField(writer: Writer, raw: Uint8Array | undefined): void {
  if (raw === undefined) return;
  writer.u32le(raw.length);
  writer.put(raw);
}

function readField(reader: Reader): Uint8Array {
  const at = reader.offset;
  const length = reader.u32le();
  if (!(length <= limits.redirectionFieldBytes))
    throw new DecodeError({ is: "overLimit", limit: limits.redirectionFieldBytes, got: length, of: "length" }, at);
  return reader.take(length);
}

/** A count, then each address as a length and text with its terminator (TARGET_NET_ADDRESSES, 2.2.13.1.1). */
function readAddresses(raw: Uint8Array): readonly string[] {
  const reader = new Reader(raw);
  const at = reader.offset;
  const count = reader.u32le();
  if (!(count <= limits.redirectionAddresses))
    throw new DecodeError({ is: "overLimit", limit: limits.redirectionAddresses, got: count, of: "count" }, at);
  return Array.from({ length: count }, () => terminated(readField(reader)));
}

function addressBytes(addresses: readonly string[]): Uint8Array {
  const texts = addresses.map((address) => utf16Bytes(`${address}\0`));
  const out = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.length, 4));
  const view = new DataView(out.buffer);
  view.setUint32(0, texts.length, true);
  let at = 4;
  for (const text of texts) {
    view.setUint32(at, text.length, true);
    out.set(text, at + 4);
    at += 4 + text.length;
  }
  return out;
}

function terminated(raw: Uint8Array): string {
  return utf16Text(raw).split("\0", 1)[0] ?? "";
}

type FieldName = Exclude<keyof Redirection, "sessionId" | "options" | "targetAddresses">;

const redirectionFlag = 0x0400;
const addressesBit = 0x0800;
const optionNames = Object.keys(optionBits) as RedirectionOption[];
/** In the order of the bytes, which is not quite that of the bits. */
const fields: readonly (readonly [FieldName, number, "text" | "bytes" | "secret"])[] = [
  ["targetAddress", 0x0001, "text"],
  ["loadBalanceInfo", 0x0002, "bytes"],
  ["userName", 0x0004, "text"],
  ["domain", 0x0008, "text"],
  ["password", 0x0010, "secret"],
  ["targetName", 0x0100, "text"],
  ["targetNetBiosName", 0x0200, "text"],
  ["tsvUrl", 0x1000, "bytes"],
  ["redirectionGuid", 0x8000, "secret"],
  ["targetCertificate", 0x10000, "bytes"],
];
