import { decode } from "../bytes/codec.ts";
import { DecodeError } from "../bytes/decodeError.ts";
import { Reader } from "../bytes/reader.ts";
import { limits } from "../limits.ts";
import { encodeTraceRecord, traceRecordCodec, type TraceRecord } from "./traceRecord.ts";

/*
 * A file of trace records (`.hftrace`), of one process:
 *
 *   8 bytes   "HFTRACE" and a zero
 *   2 bytes   version, little-endian as all numbers: 1
 *   then, record after record:
 *   4 bytes   length of the record, at most `limits.traceRecordBytes`
 *   n bytes   the record:
 *     u8   what: 0 message, 1 step, 2 note, 3 wait, 4 log
 *     u64  microseconds since 1970-01-01 UTC
 *     u8   process: 0 service, 1 connection, 2 keeper, 3 probe; u32 its id (connection, session; 0)
 *     message: u8 direction (0 received, 1 sent: as the traced side saw it), u8 form (0 TPKT, 1 fast-path, 2 DER),
 *              u8 secrets (1 removed, 2 withheld; 0 present never reaches a file), text step, u32 length of the whole
 *              message, u32 length of what is kept of it, its bytes
 *     step:    text
 *     note:    text name, facts
 *     wait:    text for what, u32 milliseconds
 *     log:     text level, text event, facts
 *   text is u16 length and UTF-8; facts are u8 count and so many pairs of texts.
 *
 * Records are in the order in which they happened. A file may be cut anywhere: what is whole counts.
 *
 * Notes that readers may rely on, of a connection: "trace" first of all (`version` of Holdfast, `host`); "joined" with
 * `ioChannel`, `messageChannel`, `security` and each static channel as `channel NAME`, all ids as decimal numbers;
 * "lost" with `bytes` where records were overwritten before they could be taken. Both are repeated when a trace begins
 * in the middle of a connection.
 */

/** What a file begins with. */
export const traceFileStart: Uint8Array = Uint8Array.of(0x48, 0x46, 0x54, 0x52, 0x41, 0x43, 0x45, 0, 1, 0);

/** How a file ended. */
export type TraceFileEnd =
  | { readonly is: "whole" }
  /** It ends in the middle of a record, whose first byte would have been at `at`. */
  | { readonly is: "cut"; readonly at: number }
  /** Nothing more can be read from `at` on. */
  | { readonly is: "damaged"; readonly at: number; readonly why: string };

/** The record as it stands in a file: its length and its bytes. */
export function framedTraceRecord(record: TraceRecord): Uint8Array {
  return framed(encodeTraceRecord(record));
}

/** A whole file. */
export function encodeTraceFile(records: readonly TraceRecord[]): Uint8Array {
  const pieces = [traceFileStart, ...records.map(framedTraceRecord)];
  const bytes = new Uint8Array(pieces.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * The records of a file in order; byte runs are lent from `bytes`. Throws DecodeError when it is no such file, or of
 * another version; whatever is wrong further on only ends it.
 */
export function* traceRecords(bytes: Uint8Array): Generator<TraceRecord, TraceFileEnd, undefined> {
  const wrong = traceFileStart.findIndex((byte, index) => byte !== bytes[index]);
  if (wrong !== -1) {
    const expected = wrong < versionAt ? "a trace of Holdfast" : "a trace of version 1";
    throw new DecodeError({ is: "wrongValue", expected, got: bytes[wrong] ?? -1 }, wrong);
  }
  const reader = new Reader(bytes, traceFileStart.length);
  while (0 < reader.remaining) {
    const at = reader.offset;
    if (reader.remaining < lengthBytes) return { is: "cut", at };
    const length = reader.u32le();
    if (!(length <= limits.traceRecordBytes)) return { is: "damaged", at, why: `a record of ${length} bytes` };
    if (reader.remaining < length) return { is: "cut", at };
    let record: TraceRecord;
    try {
      record = decode(traceRecordCodec, reader.take(length));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { is: "damaged", at, why: error.message };
    }
    yield record;
  }
  return { is: "whole" };
}

function framed(record: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(lengthBytes + record.length);
  new DataView(bytes.buffer).setUint32(0, record.length, true);
  bytes.set(record, lengthBytes);
  return bytes;
}

const versionAt = 8;
const lengthBytes = 4;
