import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { declareSecrets } from "#base/bytes/secret.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Writer } from "#base/bytes/writer.ts";
import { limits } from "#base/limits.ts";
import type { InputEvent, ReceiveInput } from "./inputEvent.ts";
import {
  lockBits,
  locksOf,
  mouseWords,
  receiveExtendedMouse,
  receiveMouse,
  receiveRelativeMouse,
} from "./pointerFlags.ts";

/** A count, padding, then events of twelve bytes each: time, type, six bytes of what it is. */
const events: Codec<readonly InputEvent[]> = {
  size: (list) => 4 + list.length * eventSize,
  write: (writer, list) => {
    writer.u16le(list.length);
    writer.u16le(0);
    for (const event of list) writeEvent(writer, event);
  },
  read: (reader) => {
    const at = reader.offset;
    const count = reader.u16le();
    if (!(count <= limits.inputEvents))
      throw new DecodeError({ is: "overLimit", limit: limits.inputEvents, got: count, of: "count" }, at);
    reader.take(2);
    const list: InputEvent[] = [];
    const receive = (event: InputEvent): void => void list.push(event);
    for (let index = 0; index < count; index++) readEvent(reader, receive);
    return list;
  },
};

/**
 * What a person did, from a client without fast-path input (TS_INPUT_PDU_DATA). Events of unknown types are left out.
 */
export const slowPathInput = struct("Input", "MS-RDPBCGR 2.2.8.1.1.3", { events });
declareSecrets("Input", ["events"]);

function readEvent(reader: Reader, receive: ReceiveInput): void {
  reader.take(4);
  const type = reader.u16le();
  const a = reader.u16le();
  // Which key it was; that there was one is no secret.
  if (type === scanCodeType || type === unicodeType) reader.markSecret(reader.offset, reader.offset + 4);
  const b = reader.u16le();
  const c = reader.u16le();
  switch (type) {
    case synchronizeType:
      return receive({ is: "synchronize", locks: locksOf(b) });
    case scanCodeType:
      return receive({
        is: "key",
        // Only the low byte is a scan code; some clients put E0 in the high one besides the flag.
        key: { scanCode: b & 0xff, extended: (a & extendedFlag) !== 0, extended1: (a & extended1Flag) !== 0 },
        down: (a & releaseFlag) === 0,
      });
    case unicodeType:
      return receive({ is: "unicode", unit: b, down: (a & releaseFlag) === 0 });
    case mouseType:
      return receiveMouse(a, b, c, receive);
    case extendedMouseType:
      return receiveExtendedMouse(a, b, c, receive);
    case relativeMouseType:
      return receiveRelativeMouse(a, (b << 16) >> 16, (c << 16) >> 16, receive);
    default:
      return undefined;
  }
}

function writeEvent(writer: Writer, event: InputEvent): void {
  writer.zeros(4);
  switch (event.is) {
    case "key":
      return put(writer, scanCodeType, [
        (event.key.extended ? extendedFlag : 0) |
          (event.key.extended1 ? extended1Flag : 0) |
          (event.down ? 0 : releaseFlag),
        event.key.scanCode,
        0,
      ]);
    case "unicode":
      return put(writer, unicodeType, [event.down ? 0 : releaseFlag, event.unit, 0]);
    case "synchronize":
      return put(writer, synchronizeType, [0, lockBits(event.locks), 0]);
    case "timestamp":
      // Only fast-path input knows it: an event that means nothing takes its place.
      return put(writer, unusedType, [0, 0, 0]);
    default: {
      const { kind, flags, x, y } = mouseWords(event);
      return put(writer, mouseTypes[kind], [flags, x & 0xffff, y & 0xffff]);
    }
  }
}

function put(writer: Writer, type: number, words: readonly [number, number, number]): void {
  writer.u16le(type);
  for (const word of words) writer.u16le(word);
}

const eventSize = 12;
const synchronizeType = 0x0000;
const unusedType = 0x0002;
const scanCodeType = 0x0004;
const unicodeType = 0x0005;
const mouseType = 0x8001;
const extendedMouseType = 0x8002;
const relativeMouseType = 0x8004;
const mouseTypes = { mouse: mouseType, extended: extendedMouseType, relative: relativeMouseType };
const extendedFlag = 0x0100;
const extended1Flag = 0x0200;
const releaseFlag = 0x8000;
