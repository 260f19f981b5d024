import type { ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { bytes, code, constant, flags } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { secret } from "#base/bytes/secret.ts";
import { handwritten, struct } from "#base/bytes/struct.ts";
import { utf16Bytes } from "#base/bytes/text.ts";
import type { Writer } from "#base/bytes/writer.ts";
import { limits } from "#base/limits.ts";
import { terminatedText } from "./terminatedText.ts";
import { timeZone, type TimeZone } from "./timeZone.ts";

const addressFamily = code(u16le, { unspecified: 0, ipv4: 0x0002, ipv6: 0x0017 });

const performanceFlags = flags(u32le, {
  disableWallpaper: 0x001,
  disableFullWindowDrag: 0x002,
  disableMenuAnimations: 0x004,
  disableTheming: 0x008,
  disableCursorShadow: 0x020,
  disableCursorSettings: 0x040,
  enableFontSmoothing: 0x080,
  enableDesktopComposition: 0x100,
});
export type PerformanceFlag = ValueOf<typeof performanceFlags>[number];

/** The proof that the client held a session's cookie: ARC_CS_PRIVATE_PACKET. See `share/session/autoReconnect.ts`. */
export const autoReconnectProof = struct("AutoReconnectProof", "MS-RDPBCGR 2.2.4.3", {
  length: constant(u32le, 28),
  version: constant(u32le, 1),
  /** The session. */
  logonId: u32le,
  /** SECRET: with it the session can be taken. */
  securityVerifier: secret(bytes(16)),
});
export type AutoReconnectProof = ValueOf<typeof autoReconnectProof>;

/** What clients since RDP 5 add. Each optional field can be present only when those before it are. */
export interface ExtendedClientInfo {
  readonly addressFamily: ValueOf<typeof addressFamily>;
  /** As the client sees itself: behind a gateway or NAT it is not where the bytes come from. */
  readonly clientAddress: string;
  readonly clientFolder: string;
  readonly timeZone?: TimeZone;
  /** 0 by custom. */
  readonly sessionId?: number;
  readonly performance?: readonly PerformanceFlag[];
  readonly autoReconnect?: AutoReconnectProof | "none";
  readonly dynamicTimeZone?: {
    /** Windows' own name, as "W. Europe Standard Time". */
    readonly keyName: string;
    readonly isDaylightTimeDisabled: boolean;
  };
}

/** TS_EXTENDED_INFO_PACKET. Its texts are Unicode whatever the flags say; what later versions append is skipped. */
export const extendedClientInfo = handwritten<"ExtendedClientInfo", ExtendedClientInfo>(
  "ExtendedClientInfo",
  "MS-RDPBCGR 2.2.1.11.1.1.1",
  {
    size: (value) => {
      const texts = 6 + text.size(value.clientAddress) + text.size(value.clientFolder);
      return texts + optionalBytes(value);
    },
    write: (writer, value) => {
      addressFamily.write(writer, value.addressFamily);
      writer.u16le(text.countedBytes(value.clientAddress));
      text.write(writer, value.clientAddress);
      writer.u16le(text.countedBytes(value.clientFolder));
      text.write(writer, value.clientFolder);
      writeOptional(writer, value);
    },
    read: (reader) => {
      const start = {
        addressFamily: addressFamily.read(reader),
        clientAddress: readText(reader, limits.clientAddressBytes),
        // Microsoft's Android client sends a length of 0 here, without an end.
        clientFolder: readText(reader, limits.clientInfoTextBytes),
      };
      const value = { ...start, ...readOptional(reader) };
      const later = reader.rest();
      if (0 < later.length) reader.secrets?.push(later);
      return value;
    },
  },
);

function optionalBytes(value: ExtendedClientInfo): number {
  const cookieBytes = value.autoReconnect === undefined ? 0 : value.autoReconnect === "none" ? 2 : 30;
  return (
    (value.timeZone === undefined ? 0 : timeZone.size(value.timeZone)) +
    (value.sessionId === undefined ? 0 : 4) +
    (value.performance === undefined ? 0 : 4) +
    cookieBytes +
    (value.dynamicTimeZone === undefined ? 0 : 8 + value.dynamicTimeZone.keyName.length * 2)
  );
}

function writeOptional(writer: Writer, value: ExtendedClientInfo): void {
  expectNoGap(value);
  if (value.timeZone !== undefined) timeZone.write(writer, value.timeZone);
  if (value.sessionId !== undefined) writer.u32le(value.sessionId);
  if (value.performance !== undefined) performanceFlags.write(writer, value.performance);
  if (value.autoReconnect === "none") writer.u16le(0);
  else if (value.autoReconnect !== undefined) {
    writer.u16le(28);
    autoReconnectProof.write(writer, value.autoReconnect);
  }
  if (value.dynamicTimeZone === undefined) return;
  writer.u32le(0);
  writer.u16le(value.dynamicTimeZone.keyName.length * 2);
  writer.put(utf16Bytes(value.dynamicTimeZone.keyName));
  writer.u16le(value.dynamicTimeZone.isDaylightTimeDisabled ? 1 : 0);
}

type Optional = Omit<ExtendedClientInfo, "addressFamily" | "clientAddress" | "clientFolder">;

function readOptional(reader: Reader): Optional {
  if (reader.remaining === 0) return {};
  const zone = { timeZone: timeZone.read(reader) };
  if (reader.remaining === 0) return zone;
  const session = { ...zone, sessionId: reader.u32le() };
  if (reader.remaining === 0) return session;
  const performance = { ...session, performance: performanceFlags.read(reader) };
  if (reader.remaining === 0) return performance;
  const cookieBytes = reader.u16le();
  const autoReconnect = cookieBytes === 0 ? "none" : autoReconnectProof.read(reader);
  const reconnect = { ...performance, autoReconnect } as const;
  // Two reserved fields; either may be the last.
  if (0 < reader.remaining) reader.take(2);
  if (0 < reader.remaining) reader.take(2);
  if (reader.remaining === 0) return reconnect;
  const keyName = readText(reader, limits.timeZoneKeyNameBytes);
  const isDaylightTimeDisabled = 0 < reader.remaining && reader.u16le() !== 0;
  return { ...reconnect, dynamicTimeZone: { keyName, isDaylightTimeDisabled } };
}

function expectNoGap(value: ExtendedClientInfo): void {
  const fields = [value.timeZone, value.sessionId, value.performance, value.autoReconnect, value.dynamicTimeZone];
  const firstAbsent = fields.indexOf(undefined);
  if (firstAbsent !== -1 && fields.slice(firstAbsent).some((field) => field !== undefined))
    throw new Error("an optional field of the extended client info is present behind an absent one");
}

/** A length, which counts the end where there is one, then the text. */
function readText(reader: Reader, atMost: number): string {
  const at = reader.offset;
  const count = reader.u16le();
  if (count <= atMost) return text.read(reader, count);
  throw new DecodeError({ is: "overLimit", limit: atMost, got: count, of: "length" }, at);
}

const text = terminatedText({ unicode: true, counted: true });
