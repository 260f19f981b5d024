import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { bytes, code, constant, ignored, paddingAtEnd } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { secret } from "#base/bytes/secret.ts";
import { struct } from "#base/bytes/struct.ts";
import { utf16Bytes, utf16Fixed, utf16Text } from "#base/bytes/text.ts";
import type { Writer } from "#base/bytes/writer.ts";

/** With what a client comes back to its session without a password (ARC_SC_PRIVATE_PACKET). A secret. */
export const autoReconnectCookie = struct("AutoReconnectCookie", "MS-RDPBCGR 2.2.4.2", {
  length: constant(u32le, 28),
  version: ignored(u32le, 1),
  /** The session's id. */
  logonId: u32le,
  /** Sixteen random bytes: the key of the client's verifier. */
  randomBits: secret(bytes(16)),
});
export type AutoReconnectCookie = ValueOf<typeof autoReconnectCookie>;

/** What becomes of the sign-in (TS_LOGON_ERRORS_INFO): the server shows a dialog of its own and says so. */
export const logonErrors = struct("LogonErrors", "MS-RDPBCGR 2.2.10.1.1.4.1.1", {
  /** Other values are NTSTATUS codes: why the sign-in failed. */
  notification: code(u32le, {
    sessionBusyOptions: 0xfffffff8,
    disconnectRefused: 0xfffffff9,
    noPermission: 0xfffffffa,
    bumpOptions: 0xfffffffb,
    reconnectOptions: 0xfffffffc,
    sessionTerminate: 0xfffffffd,
    sessionContinue: 0xfffffffe,
    accessDenied: 0xffffffff,
  }),
  /** Other values are session ids. */
  detail: code(u32le, { badPassword: 0, updatePassword: 1, otherFailure: 2, warning: 3 }),
});
export type LogonErrors = ValueOf<typeof logonErrors>;

/** Who is signed in. Texts of at most 25 (domain, first form), 255 and 31 (domain, second form) units. */
export interface Logon {
  readonly domain: string;
  readonly userName: string;
  readonly sessionId: number;
}

export type SessionInfo =
  /** For clients without long credentials. */
  | ({ readonly is: "logon" } & Logon)
  | ({ readonly is: "logonLong" } & Logon)
  /** Somebody is signed in; who is not told. */
  | { readonly is: "plainNotify" }
  | { readonly is: "extended"; readonly cookie?: AutoReconnectCookie; readonly errors?: LogonErrors }
  | { readonly is: "unknown"; readonly type: number; readonly body: Uint8Array };

const info: Codec<SessionInfo> = {
  size: (value) => {
    switch (value.is) {
      case "logon":
        return 4 + logon.size(value);
      case "logonLong":
        return 4 + 18 + 558 + textSize(value.domain) + textSize(value.userName);
      case "plainNotify":
        return 4 + 576;
      case "extended":
        return 4 + extendedSize(value) + 570;
      case "unknown":
        return 4 + value.body.length;
    }
  },
  write: (writer, value) => {
    writer.u32le(value.is === "unknown" ? value.type : infoTypes[value.is]);
    switch (value.is) {
      case "logon":
        return logon.write(writer, value);
      case "logonLong":
        return writeLogonLong(writer, value);
      case "plainNotify":
        return writer.zeros(576);
      case "extended":
        return writeExtended(writer, value);
      case "unknown":
        return writer.put(value.body);
    }
  },
  read: (reader) => {
    const type = reader.u32le();
    switch (type) {
      case infoTypes.logon:
        return { is: "logon", ...logon.read(reader) };
      case infoTypes.logonLong:
        return readLogonLong(reader);
      case infoTypes.plainNotify:
        reader.take(Math.min(576, reader.remaining));
        return { is: "plainNotify" };
      case infoTypes.extended:
        return readExtended(reader);
      default:
        return { is: "unknown", type, body: reader.rest() };
    }
  },
};

/** The server tells what the client may remember about its session (TS_SAVE_SESSION_INFO_PDU). */
export const saveSessionInfo = struct("SaveSessionInfo", "MS-RDPBCGR 2.2.10.1.1", { info });
export type SaveSessionInfo = ValueOf<typeof saveSessionInfo>;

/** A length in bytes with the terminator, then text in a field of `size` bytes. */
function counted(size: number): Codec<string> {
  const field = utf16Fixed(size);
  return {
    size: () => 4 + size,
    write: (writer, text) => {
      writer.u32le(Math.min(textSize(text), size));
      field.write(writer, text);
    },
    read: (reader) => {
      // The length is not believed: the text ends at its first zero.
      reader.take(4);
      return field.read(reader);
    },
  };
}

/** Who is signed in, in fields of fixed size (TS_LOGON_INFO). */
export const logon = struct("LogonInfo", "MS-RDPBCGR 2.2.10.1.1.1", {
  domain: counted(52),
  userName: counted(512),
  sessionId: u32le,
});

function writeLogonLong(writer: Writer, { domain, userName, sessionId }: Logon): void {
  writer.u16le(1);
  writer.u32le(18);
  writer.u32le(sessionId);
  writer.u32le(textSize(domain));
  writer.u32le(textSize(userName));
  writer.zeros(558);
  for (const text of [domain, userName]) {
    writer.put(utf16Bytes(text));
    writer.u16le(0);
  }
}

function readLogonLong(reader: Reader): SessionInfo {
  reader.take(6);
  const sessionId = reader.u32le();
  const at = reader.offset;
  const domainLength = reader.u32le();
  const userLength = reader.u32le();
  const got = Math.max(domainLength, userLength);
  if (!(got <= 512)) throw new DecodeError({ is: "overLimit", limit: 512, got, of: "length" }, at);
  reader.take(558);
  const domain = terminated(reader.take(domainLength));
  return { is: "logonLong", domain, userName: terminated(reader.take(userLength)), sessionId };
}

type Extended = Extract<SessionInfo, { readonly is: "extended" }>;

function extendedSize({ cookie, errors }: Extended): number {
  return 6 + (cookie === undefined ? 0 : 4 + 28) + (errors === undefined ? 0 : 4 + 8);
}

function writeExtended(writer: Writer, value: Extended): void {
  const { cookie, errors } = value;
  writer.u16le(extendedSize(value));
  writer.u32le((cookie === undefined ? 0 : cookiePresent) | (errors === undefined ? 0 : errorsPresent));
  if (cookie !== undefined) {
    writer.u32le(28);
    autoReconnectCookie.write(writer, cookie);
  }
  if (errors !== undefined) {
    writer.u32le(8);
    logonErrors.write(writer, errors);
  }
  writer.zeros(570);
}

function readExtended(reader: Reader): SessionInfo {
  reader.take(2);
  const present = reader.u32le();
  const cookie = (present & cookiePresent) === 0 ? undefined : autoReconnectCookie.read(field(reader));
  const errors = (present & errorsPresent) === 0 ? undefined : logonErrors.read(field(reader));
  extendedPadding.read(reader);
  return { is: "extended", ...(cookie === undefined ? {} : { cookie }), ...(errors === undefined ? {} : { errors }) };
}

function field(reader: Reader): Reader {
  return reader.within(reader.u32le());
}

function textSize(text: string): number {
  return text.length * 2 + 2;
}

function terminated(raw: Uint8Array): string {
  return utf16Text(raw).split("\0", 1)[0] ?? "";
}

const extendedPadding = paddingAtEnd(570);
const infoTypes = { logon: 0, logonLong: 1, plainNotify: 2, extended: 3 } as const;
const cookiePresent = 0x1;
const errorsPresent = 0x2;
