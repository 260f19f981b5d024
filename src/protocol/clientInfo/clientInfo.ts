import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { flags } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { handwritten } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { extendedClientInfo, type ExtendedClientInfo } from "./extendedClientInfo.ts";
import { terminatedText } from "./terminatedText.ts";

const infoFlags = flags(u32le, {
  mouse: 0x00000001,
  disableCtrlAltDel: 0x00000002,
  /** Sign in with what is here, without a dialog. */
  autoLogon: 0x00000008,
  unicode: 0x00000010,
  maximizeShell: 0x00000020,
  logonNotify: 0x00000040,
  compression: 0x00000080,
  enableWindowsKey: 0x00000100,
  remoteConsoleAudio: 0x00002000,
  forceEncryptedClientMessages: 0x00004000,
  remoteApplication: 0x00008000,
  logonErrors: 0x00010000,
  mouseHasWheel: 0x00020000,
  passwordIsSmartCardPin: 0x00040000,
  noAudioPlayback: 0x00080000,
  usingSavedCredentials: 0x00100000,
  audioCapture: 0x00200000,
  videoDisable: 0x00400000,
  remoteApplicationHighDefinition: 0x02000000,
});
export type InfoFlag = ValueOf<typeof infoFlags>[number];

/** What the client can decompress: bulk compression of 8 KiB, of 64 KiB, RDP 6.0, RDP 6.1. */
export type CompressionType = (typeof typeNames)[number] | { readonly unknown: number };

export interface ClientInfo {
  /** The input locale when "unicode" is set, the code page of the texts otherwise. */
  readonly codePage: number;
  readonly flags: readonly InfoFlag[];
  /** Means something only beside "compression". */
  readonly compressionType: CompressionType;
  /** Texts of at most `limits.clientInfoTextBytes` with their end. Without "unicode" they are read as Latin-1. */
  readonly domain: string;
  readonly userName: string;
  /** SECRET: never logged, traced or shown; see `withoutSecrets`. Its length stays in traces. */
  readonly password: string;
  readonly alternateShell: string;
  readonly workingFolder: string;
  /** Absent from clients of RDP 4. */
  readonly extended?: ExtendedClientInfo;
}

const packet: Codec<ClientInfo> = {
  size: (value) => {
    const text = textOf(value.flags.includes("unicode"));
    const texts = textNames.reduce((sum, name) => sum + text.size(value[name]), 0);
    return FIXED_BYTES + texts + (value.extended === undefined ? 0 : extendedClientInfo.size(value.extended));
  },
  write: (writer, value) => {
    const text = textOf(value.flags.includes("unicode"));
    writer.u32le(value.codePage);
    const at = writer.offset;
    infoFlags.write(writer, value.flags);
    const type = value.compressionType;
    // Four bits in the middle of the flags.
    writer.bytes[at + 1]! |= (typeof type === "string" ? typeNames.indexOf(type) : type.unknown & 15) << 1;
    for (const name of textNames) writer.u16le(text.countedBytes(value[name]));
    for (const name of textNames) text.write(writer, value[name]);
    if (value.extended !== undefined) extendedClientInfo.write(writer, value.extended);
  },
  read: (reader) => {
    const codePage = reader.u32le();
    const typeBits = ((reader.bytes[reader.offset + 1] ?? 0) >>> 1) & 15;
    const set = infoFlags.read(reader);
    const text = textOf(set.includes("unicode"));
    const counts = textNames.map(() => readCount(reader));
    const [domain, userName, password, alternateShell, workingFolder] = counts.map((count, index) => {
      if (textNames[index] === "password") reader.markSecret(reader.offset, reader.offset + count);
      return text.read(reader, count);
    });
    const start = {
      codePage,
      flags: set,
      compressionType: typeNames[typeBits] ?? { unknown: typeBits },
      domain: domain!,
      userName: userName!,
      password: password!,
      alternateShell: alternateShell!,
      workingFolder: workingFolder!,
    };
    return reader.remaining === 0 ? start : { ...start, extended: extendedClientInfo.read(reader) };
  },
};

/** Who signs in, and from where: TS_INFO_PACKET, behind its security header. */
export const clientInfo = handwritten("ClientInfo", "MS-RDPBCGR 2.2.1.11.1.1", packet, { secrets: ["password"] });

/** The same with nothing in it that opens a session: for traces, captures and dumps. */
export function withoutSecrets(info: ClientInfo): ClientInfo {
  const { extended } = info;
  const password = info.password === "" ? "" : WITHHELD;
  if (extended?.autoReconnect === undefined || extended.autoReconnect === "none") return { ...info, password };
  const autoReconnect = { ...extended.autoReconnect, securityVerifier: new Uint8Array(16) };
  return { ...info, password, extended: { ...extended, autoReconnect } };
}

/** What stands for a password that was there. */
const WITHHELD = "(withheld)";

const textNames = ["domain", "userName", "password", "alternateShell", "workingFolder"] as const;
const typeNames = ["rdp4", "rdp5", "rdp6", "rdp61"] as const;
/** Code page, flags and five lengths. */
const FIXED_BYTES = 18;

/** The lengths leave the terminator out. */
function textOf(unicode: boolean) {
  return terminatedText({ unicode, counted: false });
}

function readCount(reader: Reader): number {
  const at = reader.offset;
  const count = reader.u16le();
  if (count <= limits.clientInfoTextBytes) return count;
  throw new DecodeError({ is: "overLimit", limit: limits.clientInfoTextBytes, got: count, of: "length" }, at);
}
