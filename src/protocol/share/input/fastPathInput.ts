import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { declareSecrets } from "#base/bytes/secret.ts";
import { Writer } from "#base/bytes/writer.ts";
import type { InputEvent, ReceiveInput } from "./inputEvent.ts";
import {
  lockBits,
  locksOf,
  mouseWords,
  receiveExtendedMouse,
  receiveMouse,
  receiveRelativeMouse,
} from "./pointerFlags.ts";

/**
 * Reads a whole fast-path input message, its header included (TS_FP_INPUT_PDU, MS-RDPBCGR 2.2.8.1.2), and tells each
 * event in order; those before a malformed one are told. Throws DecodeError. Encrypted messages (standard RDP
 * security) are refused. `secrets` gets views of which keys they were.
 */
export function readFastPathInput(message: Uint8Array, receive: ReceiveInput, secrets?: Uint8Array[]): void {
  const outer = new Reader(message, 0, message.length, secrets);
  const header = outer.u8();
  if ((header & 0x03) !== 0) throw wrong("a fast-path header", header, 0);
  if ((header & 0xc0) !== 0) throw wrong("neither encrypted nor signed", header, 0);
  const first = outer.u8();
  const length = (first & 0x80) === 0 ? first : ((first & 0x7f) << 8) | outer.u8();
  if (length < outer.offset) throw wrong("a length of the whole message", length, 1);
  const reader = outer.within(length - outer.offset);
  outer.expectEnd();
  const count = (header >>> 2) & 0x0f;
  const events = count === 0 ? reader.u8() : count;
  for (let index = 0; index < events; index++) readEvent(reader, receive);
}

declareSecrets("FastPathInput", ["events"]);

function readEvent(reader: Reader, receive: ReceiveInput): void {
  const at = reader.offset;
  const header = reader.u8();
  const flags = header & 0x1f;
  const code = header >>> 5;
  switch (code) {
    case scanCodeEvent: {
      reader.markSecret(reader.offset, reader.offset + 1);
      const key = { scanCode: reader.u8(), extended: (flags & extendedFlag) !== 0, extended1: (flags & 0x04) !== 0 };
      return receive({ is: "key", key, down: (flags & releaseFlag) === 0 });
    }
    case mouseEvent:
      return receiveMouse(reader.u16le(), reader.u16le(), reader.u16le(), receive);
    case extendedMouseEvent:
      return receiveExtendedMouse(reader.u16le(), reader.u16le(), reader.u16le(), receive);
    case synchronizeEvent:
      return receive({ is: "synchronize", locks: locksOf(flags) });
    case unicodeEvent:
      reader.markSecret(reader.offset, reader.offset + 2);
      return receive({ is: "unicode", unit: reader.u16le(), down: (flags & releaseFlag) === 0 });
    case relativeMouseEvent:
      return receiveRelativeMouse(reader.u16le(), reader.i16le(), reader.i16le(), receive);
    case timestampEvent:
      return receive({ is: "timestamp", milliseconds: reader.u32le() });
    default:
      // Without its length the rest of the message can't be read.
      throw wrong("a known event code", code, at);
  }
}

/** The events as one fast-path input message, for a client. At most 255; a position or offset is cut to 16 bits. */
export function fastPathInput(events: readonly InputEvent[]): Uint8Array {
  if (!(1 <= events.length && events.length <= 255))
    throw new RangeError(`a fast-path message has 1 … 255 events, not ${events.length}`);
  const counted = events.length < 16;
  const size = 3 + (counted ? 0 : 1) + events.reduce((sum, event) => sum + eventSizes[event.is], 0);
  const writer = new Writer(new Uint8Array(size));
  writer.u8(counted ? events.length << 2 : 0);
  writer.u16be(0x8000 | size);
  if (!counted) writer.u8(events.length);
  for (const event of events) writeEvent(writer, event);
  return writer.bytes;
}

function writeEvent(writer: Writer, event: InputEvent): void {
  switch (event.is) {
    case "key":
      writer.u8(
        (event.down ? 0 : releaseFlag) | (event.key.extended ? extendedFlag : 0) | (event.key.extended1 ? 0x04 : 0),
      );
      return writer.u8(event.key.scanCode);
    case "unicode":
      writer.u8((unicodeEvent << 5) | (event.down ? 0 : releaseFlag));
      return writer.u16le(event.unit);
    case "synchronize":
      return writer.u8((synchronizeEvent << 5) | lockBits(event.locks));
    case "timestamp":
      writer.u8(timestampEvent << 5);
      return writer.u32le(event.milliseconds);
    default: {
      const { kind, flags, x, y } = mouseWords(event);
      writer.u8(mouseEvents[kind] << 5);
      writer.u16le(flags);
      writer.u16le(x & 0xffff);
      return writer.u16le(y & 0xffff);
    }
  }
}

function wrong(expected: string, got: number, at: number): DecodeError {
  const error = new DecodeError({ is: "wrongValue", expected, got }, at);
  error.path.unshift("FastPathInput");
  error.spec = "MS-RDPBCGR 2.2.8.1.2";
  return error;
}

const scanCodeEvent = 0;
const mouseEvent = 1;
const extendedMouseEvent = 2;
const synchronizeEvent = 3;
const unicodeEvent = 4;
const relativeMouseEvent = 5;
const timestampEvent = 6;
const mouseEvents = { mouse: mouseEvent, extended: extendedMouseEvent, relative: relativeMouseEvent };
const releaseFlag = 0x01;
const extendedFlag = 0x02;
const eventSizes = {
  key: 2,
  unicode: 3,
  synchronize: 1,
  timestamp: 5,
  pointerTo: 7,
  button: 7,
  wheel: 7,
  pointerBy: 7,
  relativeButton: 7,
} as const;
