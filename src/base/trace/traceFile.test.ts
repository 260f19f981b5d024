import assert from "node:assert/strict";
import test from "node:test";
import { DecodeError } from "../bytes/decodeError.ts";
import { limits } from "../limits.ts";
import { encodeTraceFile, traceFileStart, traceRecords, type TraceFileEnd } from "./traceFile.ts";
import type { TraceRecord } from "./traceRecord.ts";

const process = { kind: "connection", id: 12 } as const;
const at = 1_795_000_000_123_456;
const records: readonly TraceRecord[] = [
  { at, process, what: { is: "note", name: "trace", facts: { version: "0.1.0", host: "thin-ö" } } },
  { at: at + 1, process, what: { is: "step", step: "awaitingNegotiation" } },
  {
    at: at + 2,
    process,
    what: {
      is: "message",
      direction: "received",
      form: "tpkt",
      secrets: "removed",
      step: "awaitingNegotiation",
      length: 7,
      bytes: Uint8Array.of(3, 0, 0, 7),
    },
  },
  { at: at + 3, process, what: { is: "wait", of: "PAM: may he sign in", milliseconds: 1500 } },
  {
    at: at + 4,
    process: { kind: "keeper", id: 3 },
    what: { is: "log", level: "warn", event: "keyboardNotSet", facts: { why: "no X", code: "1" } },
  },
];

test("a trace is read as it was written", () => {
  const read = all(encodeTraceFile(records));

  assert.deepEqual(read, { records, end: { is: "whole" } });
});

test("of a trace that is cut anywhere everything whole is read", () => {
  const bytes = encodeTraceFile(records);
  const starts = records.map((_, index) => encodeTraceFile(records.slice(0, index)).length);
  for (let length = traceFileStart.length; length < bytes.length; length++) {
    const { records: read, end } = all(bytes.subarray(0, length));
    const expected = starts.filter((start) => start <= length).length - 1;

    assert.deepEqual(read, records.slice(0, expected));
    assert.deepEqual(end, starts[expected] === length ? { is: "whole" } : { is: "cut", at: starts[expected] });
  }
});

test("what is no trace, or of another version, is refused with its reason", () => {
  const bytes = encodeTraceFile(records);
  for (const [index, expected] of [
    [0, /a trace of Holdfast/u],
    [8, /a trace of version 1/u],
  ] as const) {
    const other = bytes.slice();
    other[index] = 99;
    assert.throws(
      () => all(other),
      (error) => error instanceof DecodeError && expected.test(error.message),
    );
  }
  assert.throws(() => all(new Uint8Array(0)), DecodeError);
});

test("a damaged record ends a trace and says where", () => {
  const bytes = encodeTraceFile(records);
  const second = encodeTraceFile(records.slice(0, 1)).length;
  const badKind = bytes.slice();
  badKind[second + 4] = 77;
  const tooLong = bytes.slice();
  tooLong.set([255, 255, 255, 255], second);
  for (const damaged of [badKind, tooLong]) {
    const { records: read, end } = all(damaged);

    assert.deepEqual(read, records.slice(0, 1));
    assert.equal(end.is === "damaged" && end.at, second);
  }
});

test("texts and facts that are too long are cut before they are written", () => {
  const facts = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`fact${index}`, "x".repeat(10_000)]));
  const [record] = all(encodeTraceFile([{ at, process, what: { is: "note", name: "long", facts } }])).records;

  assert.ok(record?.what.is === "note");
  assert.equal(Object.keys(record.what.facts).length, limits.traceFacts);
  assert.equal(record.what.facts["fact63"]?.length, limits.traceTextBytes);
});

function all(bytes: Uint8Array): { readonly records: readonly TraceRecord[]; readonly end: TraceFileEnd } {
  const reading = traceRecords(bytes);
  const read: TraceRecord[] = [];
  for (;;) {
    const next = reading.next();
    if (next.done === true) return { records: read, end: next.value };
    read.push(next.value);
  }
}
