import assert from "node:assert/strict";
import test from "node:test";
import { traceFileStart, traceRecords } from "./traceFile.ts";
import { microsecondClock, TraceRecorder } from "./traceRecorder.ts";
import { TraceRing } from "./traceRing.ts";

const process = { kind: "connection", id: 7 } as const;

test("a ring gives what fits, the newest always, and says how much was lost", () => {
  const ring = new TraceRing(100);
  assert.deepEqual(ring.take(0, 1000), { bytes: new Uint8Array(0), next: 0, lost: 0 });
  for (let index = 0; index < 50; index++) {
    ring.push(record(index, 3 + (index % 5)));

    const { bytes, next, lost } = ring.take(0, 1000);
    const seen = markersOf(bytes);
    assert.equal(next, ring.end);
    assert.equal(lost, ring.start);
    assert.ok(bytes.length <= 100);
    assert.deepEqual(
      seen,
      Array.from(seen, (_, at) => index - seen.length + 1 + at),
    );
  }
  assert.ok(0 < ring.start);
});

test("a ring is taken in parts, each of whole records", () => {
  const ring = new TraceRing(1000);
  for (let index = 0; index < 20; index++) ring.push(record(index, 10));
  const seen: number[] = [];
  for (let from = 0; from < ring.end;) {
    const { bytes, next } = ring.take(from, 30);
    assert.equal(bytes.length, 28);
    seen.push(...markersOf(bytes));
    from = next;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, index) => index),
  );
});

test("what is longer than a quarter of the ring is not kept, and a ring of no size keeps nothing", () => {
  const ring = new TraceRing(100);
  ring.push(record(1, 30));
  assert.equal(ring.end, 0);
  const none = new TraceRing(0);
  none.push(record(1, 3));
  assert.equal(none.end, 0);
});

test("a recorder writes what a file reads, and repeats what later messages are read by", () => {
  let wall = 1_000_000;
  let now = 5.5;
  const clock = microsecondClock({ now: () => now, wallTime: () => wall });
  const recorder = new TraceRecorder({ process, ringBytes: 1 << 16, now: clock });
  recorder.standingNote("joined", { ioChannel: 1003, absent: undefined });
  now += 1.25;
  wall += 1;
  recorder.wait("PAM", 12.4);
  now += 1;
  wall += 60_000;
  recorder.log("info", "refused", { code: "HF-SIGN-01" });
  const { bytes } = recorder.ring.take(0, 1 << 16);
  const file = new Uint8Array([...traceFileStart, ...bytes]);

  assert.deepEqual(
    [...traceRecords(file)],
    [
      { at: 1_000_000_000, process, what: { is: "note", name: "joined", facts: { ioChannel: "1003" } } },
      { at: 1_000_001_250, process, what: { is: "wait", of: "PAM", milliseconds: 12 } },
      {
        at: 1_060_001_000,
        process,
        what: { is: "log", level: "info", event: "refused", facts: { code: "HF-SIGN-01" } },
      },
    ],
  );
  assert.deepEqual(
    recorder.standing().map(({ what }) => what),
    [{ is: "note", name: "joined", facts: { ioChannel: "1003" } }],
  );
});

function record(marker: number, length: number): Uint8Array {
  return Uint8Array.of(length, 0, 0, 0, ...new Uint8Array(length).fill(marker));
}

function markersOf(bytes: Uint8Array): readonly number[] {
  const markers: number[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes[at]!) {
    markers.push(bytes[at + 4]!);
    assert.ok(bytes.subarray(at + 4, at + 4 + bytes[at]!).every((byte) => byte === bytes[at + 4]));
  }
  return markers;
}
