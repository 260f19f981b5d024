import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { autoDetectRequest, autoDetectResponse } from "./autoDetect.ts";
import { channelMessage, heartbeat, multitransportRequest, multitransportResponse } from "./messageChannel.ts";

const iron = "capture IronRDP's test suite";

vector(autoDetectRequest, iron, "06 00 0100 0100", {
  request: { is: "roundTripRequest", sequence: 1, phase: "continuous" },
});
vector(autoDetectRequest, iron, "06 00 0100 0110", {
  request: { is: "roundTripRequest", sequence: 1, phase: "connecting" },
});
vector(autoDetectRequest, iron, "06 00 0200 1410", {
  request: { is: "bandwidthStart", sequence: 2, phase: "connecting" },
});
vector(autoDetectRequest, iron, "08 00 0300 0200 0400 aabbccdd", {
  request: { is: "bandwidthPayload", sequence: 3, payload: hex("aabbccdd") },
});
vector(autoDetectRequest, iron, "06 00 0400 2904", {
  request: { is: "bandwidthStop", sequence: 4, phase: "continuous", payload: new Uint8Array(0) },
});
vector(autoDetectRequest, iron, "12 00 0500 c008 0a000000 e8030000 14000000", {
  request: { is: "networkCharacteristics", sequence: 5, baseRoundTrip: 10, bandwidth: 1000, averageRoundTrip: 20 },
});
vector(autoDetectRequest, iron, "0e 00 0500 4008 08000000 12000000", {
  request: { is: "networkCharacteristics", sequence: 5, baseRoundTrip: 8, averageRoundTrip: 18 },
});
vector(autoDetectRequest, iron, "0e 00 0500 8008 f4010000 16000000", {
  request: { is: "networkCharacteristics", sequence: 5, bandwidth: 500, averageRoundTrip: 22 },
});
vector(autoDetectResponse, iron, "06 01 0100 0000", { response: { is: "roundTripResponse", sequence: 1 } });
vector(autoDetectResponse, iron, "0e 01 0200 0300 e8030000 00100000", {
  response: { is: "bandwidthResults", sequence: 2, phase: "connecting", duration: 1000, byteCount: 4096 },
});
vector(autoDetectResponse, iron, "0e 01 0300 1800 88130000 0f000000", {
  response: { is: "networkCharacteristicsSync", sequence: 3, bandwidth: 5000, roundTrip: 15 },
});
vector(heartbeat, "own every 15 s", "00 0f 03 08", { period: 15, warnAfter: 3, reconnectAfter: 8 });
vector(multitransportRequest, iron, `2a000000 0100 0000 ${"ab".repeat(16)}`, {
  requestId: 42,
  protocol: "reliableUdp",
  cookie: hex("ab".repeat(16)),
});
vector(multitransportResponse, iron, "07000000 04400080", { requestId: 7, result: 0x80004004 });

test("messages are told apart by the flag of their security header", () => {
  for (const [text, is] of [
    ["0010 0000 06 00 0100 0100", "autoDetectRequest"],
    ["0020 0000 06 01 0100 0000", "autoDetectResponse"],
    ["0040 0000 00 0f 03 08", "heartbeat"],
    [`0200 0000 01000000 0100 0000 ${"ab".repeat(16)}`, "multitransportRequest"],
    ["0400 0000 01000000 04400080", "multitransportResponse"],
    ["8000 0000 abcd", "unknown"],
  ] as const) {
    const bytes = hex(text);
    const message = decode(channelMessage, bytes);
    assert.equal(message.is, is);
    assert.deepEqual(encode(channelMessage, message), bytes);
  }
});

test("an unknown measurement and one of the other side are refused", () => {
  for (const text of ["06 00 0100 ffff", "06 01 0100 0100"]) {
    assert.throws(() => decode(autoDetectRequest, hex(text)), DecodeError);
  }
  assert.throws(() => decode(autoDetectResponse, hex("06 01 0100 ffff")), DecodeError);
});
