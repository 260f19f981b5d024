import { named, type Codec } from "#base/bytes/codec.ts";
import type { Struct } from "#base/bytes/struct.ts";
import { control, fontList, fontMap, persistentKeyList, synchronize } from "./finalization/finalization.ts";
import { slowPathInput } from "./input/slowPathInput.ts";
import { graphicsUpdate } from "./output/graphicsUpdate.ts";
import { pointerUpdate } from "./pointer/pointerUpdate.ts";
import { frameAcknowledge, refreshRectangle, suppressOutput } from "./output/outputControl.ts";
import { monitorLayout } from "./session/monitorLayout.ts";
import { playSound, setKeyboardImeStatus, setKeyboardIndicators } from "./session/keyboardAndSound.ts";
import { saveSessionInfo } from "./session/saveSessionInfo.ts";
import { autoReconnectStatus, setErrorInfo, shutdownDenied, shutdownRequest, statusInfo } from "./session/status.ts";

/** The messages of the established share, by pduType2 (MS-RDPBCGR 2.2.8.1.1.1.2). */
const messages = {
  0x02: graphicsUpdate,
  0x14: control,
  0x1b: pointerUpdate,
  0x1c: slowPathInput,
  0x1f: synchronize,
  0x21: refreshRectangle,
  0x22: playSound,
  0x23: suppressOutput,
  0x24: shutdownRequest,
  0x25: shutdownDenied,
  0x26: saveSessionInfo,
  0x27: fontList,
  0x28: fontMap,
  0x29: setKeyboardIndicators,
  0x2b: persistentKeyList,
  0x2d: setKeyboardImeStatus,
  0x2f: setErrorInfo,
  0x32: autoReconnectStatus,
  0x36: statusInfo,
  0x37: monitorLayout,
  0x38: frameAcknowledge,
} as const;

type Messages = typeof messages;
type Known = {
  [K in keyof Messages]: Messages[K] extends Struct<infer T, infer Name>
    ? { readonly is: Uncapitalize<Name> } & T
    : never;
}[keyof Messages];

/** One message of the established share. */
export type ShareDataMessage =
  | Known
  /** Compressed by the sender though nobody asked for it: `flags` as the header has them, `body` still compressed. */
  | { readonly is: "compressed"; readonly type: number; readonly flags: number; readonly body: Uint8Array }
  /** Error reports about caches, and whatever later versions add. */
  | { readonly is: "unknown"; readonly type: number; readonly body: Uint8Array };

export interface ShareData {
  readonly shareId: number;
  /** How urgent the sender finds it; nobody looks at it. */
  readonly stream: "low" | "medium" | "high";
  readonly pdu: ShareDataMessage;
}

/**
 * A share data header and its message (TS_SHAREDATAHEADER). Bytes behind a known message are a later version's, and
 * ignored.
 */
export const shareData: Codec<ShareData> = {
  size: ({ pdu }) => headerSize + bodySize(pdu),
  write: (writer, { shareId, stream, pdu }) => {
    writer.u32le(shareId);
    writer.u8(0);
    writer.u8(streams[stream]);
    // Counted behind this header, as FreeRDP does; nobody needs it for what is not compressed.
    writer.u16le(bodySize(pdu) & 0xffff);
    writer.u8(typeOf(pdu));
    writer.u8(pdu.is === "compressed" ? pdu.flags : 0);
    writer.u16le(pdu.is === "compressed" ? headerSize + 6 + pdu.body.length : 0);
    writeBody(writer, pdu);
  },
  read: (reader) => {
    const header = named("ShareData", spec, () => {
      const shareId = reader.u32le();
      reader.take(1);
      const stream = reader.u8();
      reader.take(2);
      return { shareId, stream, type: reader.u8(), compression: reader.u8(), compressedLength: reader.u16le() };
    });
    const stream = header.stream === streams.high ? "high" : header.stream === streams.medium ? "medium" : "low";
    if ((header.compression & packetCompressed) !== 0) {
      const pdu = { is: "compressed", type: header.type, flags: header.compression, body: reader.rest() } as const;
      return { shareId: header.shareId, stream, pdu };
    }
    // An update or a pointer with nothing in it says nothing; some servers send it.
    const isEmptyOutput = reader.remaining === 0 && (header.type === 0x02 || header.type === 0x1b);
    const entry = isEmptyOutput ? undefined : byType.get(header.type);
    if (entry === undefined)
      return { shareId: header.shareId, stream, pdu: { is: "unknown", type: header.type, body: reader.rest() } };
    return { shareId: header.shareId, stream, pdu: { is: entry.is, ...entry.message.read(reader) } as Known };
  },
};

function bodySize(pdu: ShareDataMessage): number {
  return pdu.is === "compressed" || pdu.is === "unknown" ? pdu.body.length : declared(pdu).message.size(pdu);
}

function writeBody(writer: Parameters<Codec<unknown>["write"]>[0], pdu: ShareDataMessage): void {
  if (pdu.is === "compressed" || pdu.is === "unknown") writer.put(pdu.body);
  else declared(pdu).message.write(writer, pdu);
}

function typeOf(pdu: ShareDataMessage): number {
  return pdu.is === "compressed" || pdu.is === "unknown" ? pdu.type : declared(pdu).type;
}

function declared(pdu: Known): Entry {
  const entry = byName.get(pdu.is);
  if (entry === undefined) throw new Error(`no share data message is called ${pdu.is}`);
  return entry;
}

interface Entry {
  readonly type: number;
  readonly is: string;
  readonly message: Codec<object>;
}

const spec = "MS-RDPBCGR 2.2.8.1.1.1.2";
const headerSize = 12;
const packetCompressed = 0x20;
const streams = { low: 1, medium: 2, high: 4 } as const;
const entries: readonly Entry[] = Object.entries(messages).map(([type, message]) => ({
  type: Number(type),
  is: message.name.slice(0, 1).toLowerCase() + message.name.slice(1),
  message,
}));
const byType = new Map(entries.map((entry) => [entry.type, entry]));
const byName = new Map(entries.map((entry) => [entry.is, entry]));
