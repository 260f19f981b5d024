import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../../base/bytes/codec.ts";
import { DecodeError } from "../../../base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import {
  clientDynamicMessage,
  dynamicCapabilitiesRequest,
  dynamicCapabilitiesResponse,
  dynamicClose,
  dynamicCreateRequest,
  dynamicCreateResponse,
  dynamicData,
  dynamicDataFirst,
  serverDynamicMessage,
  softSyncRequest,
  softSyncResponse,
} from "./dynamicMessages.ts";

vector(dynamicCapabilitiesRequest, "capture IronRDP test data, version 1", "50 00 01 00", { version: 1 });
vector(
  dynamicCapabilitiesRequest,
  "capture IronRDP test data, version 2",
  "50 00 02 00 33 33 11 11 3d 0a a7 04",
  { version: 2, priorityCharges: [0x3333, 0x1111, 0x0a3d, 0x04a7] },
  { legalTruncations: [4] },
);
vector(dynamicCapabilitiesResponse, "specification MS-RDPEDYC 4.1.2", "50 00 02 00", { version: 2 });
vector(dynamicCreateRequest, "specification MS-RDPEDYC 4.2.1", "10 03 74 65 73 74 64 76 63 00", {
  channelId: 3,
  priority: 0,
  name: "testdvc",
});
vector(dynamicCreateResponse, "specification MS-RDPEDYC 4.2.2", "10 03 00 00 00 00", {
  channelId: 3,
  creationStatus: 0,
});
vector(
  dynamicDataFirst,
  "capture IronRDP test data, the start of specification MS-RDPEDYC 4.3.1",
  "24 03 7b 0c 71 71 71 71 71 71 71 71 71 71 71 71",
  { channelId: 3, length: 3195, data: new Uint8Array(12).fill(0x71) },
  { legalTruncations: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
);
vector(
  dynamicData,
  "capture IronRDP test data",
  "30 03 71 71 71 71 71 71 71 71 71 71 71 71",
  { channelId: 3, data: new Uint8Array(12).fill(0x71) },
  { legalTruncations: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] },
);
vector(dynamicClose, "specification MS-RDPEDYC 4.4", "40 03", { channelId: 3 });
vector(dynamicClose, "capture IronRDP test data, an id of two bytes", "41 03 03", { channelId: 0x303 });
vector(softSyncRequest, "capture IronRDP test data", "80 00 12 00 00 00 03 00 01 00 01 00 00 00 01 00 03 03 00 00", {
  flags: ["tcpFlushed", "channelListPresent"],
  tunnels: [{ tunnel: "reliable", channelIds: [0x303] }],
});
vector(softSyncResponse, "capture IronRDP test data", "90 00 01 00 00 00 01 00 00 00", { tunnels: ["reliable"] });

test("the first byte of capabilities may hold anything beside the command (specification MS-RDPEDYC 4.1.1)", () => {
  const message = decode(serverDynamicMessage, hex("58 00 02 00 33 33 11 11 3d 0a a7 04"));
  assert.deepEqual(message, {
    is: "capabilitiesRequest",
    version: 2,
    priorityCharges: [0x3333, 0x1111, 0x0a3d, 0x04a7],
  });
});

test("the same command means a request from the server and a response from the client", () => {
  assert.equal(decode(serverDynamicMessage, hex("10 03 61 00")).is, "createRequest");
  assert.equal(decode(clientDynamicMessage, hex("10 03 90 04 07 80")).is, "createResponse");
});

test("ids and lengths are written as narrow as they can be, and read at any width", () => {
  assert.deepEqual(
    encode(clientDynamicMessage, { is: "dataFirst", channelId: 0x100, length: 0x123456, data: hex("aa") }),
    hex("29 00 01 56 34 12 00 aa"),
  );
  assert.deepEqual(decode(clientDynamicMessage, hex("32 03 00 00 00 aa")), {
    is: "data",
    channelId: 3,
    data: hex("aa"),
  });
});

for (const [what, bytes] of Object.entries({
  "compressed first data (specification MS-RDPEDYC 4.3.3)": "64 03 7b 0c e0 26 38 c4 3f f4 74 01",
  "compressed data (specification MS-RDPEDYC 4.3.4)": "70 03 e0 26 88 7f e8 f4 02",
  "an id of width code 3": "33 03 aa",
  "a length of width code 3": "2c 03 aa",
  "an unknown command": "a0 00",
  "what only the server says": "80 00 08 00 00 00 01 00 00 00",
  nothing: "",
  "a soft-sync response with four thousand million tunnels": "90 00 ff ff ff ff",
})) {
  test(`${what} is refused`, () => {
    assert.throws(() => decode(clientDynamicMessage, hex(bytes)), DecodeError);
  });
}

test("a channel name without an end, and an endless one, are refused", () => {
  assert.throws(() => decode(serverDynamicMessage, hex("10 03 74 65")), DecodeError);
  assert.throws(() => decode(serverDynamicMessage, new Uint8Array(400).fill(0x10)), /name length is 256/u);
});
