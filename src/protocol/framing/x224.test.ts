import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { correlationInfo, negotiationFailure, negotiationRequest, negotiationResponse } from "./negotiation.ts";
import { tpkt } from "./tpkt.ts";
import {
  connectionConfirm,
  connectionRequest,
  disconnectRequest,
  readX224Data,
  x224Data,
  x224DataMessage,
} from "./x224.ts";

vector(negotiationRequest, "specification MS-RDPBCGR 4.1.1", "01 00 08 00 00 00 00 00", {
  flags: [],
  requestedProtocols: [],
});

vector(negotiationResponse, "specification MS-RDPBCGR 4.1.2", "02 00 08 00 00 00 00 00", {
  flags: [],
  selectedProtocol: "rdp",
});

vector(
  connectionRequest,
  "specification MS-RDPBCGR 4.1.1",
  `27 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 65 6c 74 6f 6e 73 0d 0a
   01 00 08 00 00 00 00 00`,
  { routing: { is: "cookie", user: "eltons" }, negotiation: { flags: [], requestedProtocols: [] } },
);

vector(
  connectionRequest,
  "capture xfreerdp 2.11 with load-balance-info",
  "13 e0 00 00 00 00 00 61 62 63 0d 0a 01 00 08 00 01 00 00 00",
  { routing: { is: "token", token: "abc" }, negotiation: { flags: [], requestedProtocols: ["tls"] } },
);

vector(
  connectionRequest,
  "capture xfreerdp 2.11 with standard RDP security only",
  "1d e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 61 6e 6e 61 0d 0a",
  { routing: { is: "cookie", user: "anna" } },
);

vector(connectionConfirm, "specification MS-RDPBCGR 4.1.2", "0e d0 00 00 12 34 00 02 00 08 00 00 00 00 00", {
  is: "negotiated",
  flags: [],
  selectedProtocol: "rdp",
});

vector(connectionConfirm, "capture Windows XP, as port scanners know it", "06 d0 00 00 12 34 00", { is: "confirmed" });

vector(connectionConfirm, "capture IronRDP, its example of a refusal", "0e d0 00 00 12 34 00 03 00 08 00 05 00 00 00", {
  is: "failed",
  failure: "hybridRequiredByServer",
});

vector(negotiationFailure, "capture IronRDP, its example of a refusal", "03 00 08 00 05 00 00 00", {
  failure: "hybridRequiredByServer",
});

vector(disconnectRequest, "own example, laid out as X.224 13.5", "06 80 00 00 00 00 00", { reason: 0 });

vector(
  connectionRequest,
  "capture IronRDP, its example of a correlation id",
  `32 e0 00 00 00 00 00 01 08 08 00 01 00 00 00
   06 00 24 00 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`,
  {
    negotiation: { flags: ["correlationInfo"], requestedProtocols: ["tls"] },
    correlationId: new Uint8Array(16).fill(1),
  },
);

vector(
  correlationInfo,
  "capture IronRDP, its example of a correlation id",
  "06 00 24 00 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
  { correlationId: new Uint8Array(16).fill(1) },
);

vector(
  x224Data,
  "specification MS-RDPBCGR 4.1.5",
  "02 f0 80 04 01 00 01 00",
  { data: hex("04 01 00 01 00") },
  // What is carried says itself where it ends.
  { legalTruncations: [3, 4, 5, 6, 7] },
);

test("routing text without its end is refused", () => {
  assert.throws(() => decode(connectionRequest, hex("09 e0 00 00 00 00 00 61 62 63")), DecodeError);
});

test("the whole first answer of a server is the specification's, TPKT and all", () => {
  const confirm = encode(connectionConfirm, { is: "negotiated", flags: [], selectedProtocol: "rdp" });
  assert.deepEqual(tpkt(confirm), hex("03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 00 00 00 00"));
});

test("X.224 data is unwrapped and wrapped", () => {
  assert.deepEqual(readX224Data(hex("02 f0 80 28")), hex("28"));
  assert.deepEqual(x224DataMessage(hex("28")), hex("02 f0 80 28"));
  assert.throws(() => readX224Data(hex("02 f0 00 28")), DecodeError);
});
