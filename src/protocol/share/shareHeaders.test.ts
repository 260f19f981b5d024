import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { confirmActive, deactivateAll, demandActive } from "./activation.ts";
import { readSharePdus, sharePdu, type SharePdu } from "./shareHeaders.ts";

/**
 * Captured from a Windows server, as IronRDP publishes it, from the share control header on; unused bytes are what
 * was in the server's memory.
 */
const demandActiveDump = hex(
  `6f011100ea03ea03010004005901524450000d00000009000800ea03dce201001800010003000002000000001d040000000000000101
   14000c000200000040060000160028000000000070f613f30100000001000000180000009cf613f361a6828000000000005091bf0e00
   08000001000002001c001800010001000100000500040000010001000000010000000300580000000000000000000000000000000000
   000000000100140000000100000022000101010101000001010101010000000101010101010101000101010100000000000000000000
   000040420f0000000000000000000a00080006000000120008000100000008000a000100190019000d00580035000000a10600000000
   00000cf613f3935a37f3009030e1341c38f340f613f3040000004c54dce20850dce2010000000850dce20000000038f613f32e0538f3
   0850dce22cf613f30000000008000a0001000000170008000000000018000b000000000000000000000000`,
);

/** Captured from a Windows client, as IronRDP publishes it, from the share control header on. */
const confirmActiveDump = hex(
  `f0011300ef03ea030100ea030600da014d53545343001200000001001800010003000002000000001d04000000000000000002001c00
   180001000100010000050004000001000100000001000000030058000000000000000000000000000000000000000000010014000000
   010000002a00010101010100000101010001000000010101010101010100010101000000000000000000000000000084030000000000
   0000000013002800030000037800000078000000fb09008000000000000000000000000000000000000000000a000800060000000700
   0c00000000000000000005000c00000000000200020008000a0001001400150009000800000000000d00580015000000090400000400
   0000000000000c0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
   00000000000000000000000000000000000000000c000800010000000e0008000100000010003400fe000400fe000400fe000800fe00
   0800fe001000fe002000fe004000fe008000fe0000014000000800010001030000000f0008000100000011000c0001000000001e6400
   14000c00010000004006000015000c0002000000000a0001160028000000000000000000000000000000000000000000000000000000
   00000000000000000000`,
);

vector(
  demandActive,
  "own one set",
  "ea030100 0400 0e00 52445000 0100 0000 0800 0a00 0100 1900 1900 00000000",
  {
    shareId: 0x000103ea,
    capabilities: {
      from: "RDP",
      sets: [{ is: "pointerCapability", color: true, colorCacheSize: 25, cacheSize: 25 }],
    },
  },
  { legalTruncations: [26] },
);
vector(confirmActive, "own one set", "ea030100 ea03 0600 0e00 4d5354534300 0100 0000 0800 0a00 0100 1400 1500", {
  shareId: 0x000103ea,
  capabilities: {
    from: "MSTSC",
    sets: [{ is: "pointerCapability", color: true, colorCacheSize: 20, cacheSize: 21 }],
  },
});
vector(
  deactivateAll,
  "own an empty name",
  "ea030100 0100 00",
  { shareId: 0x000103ea },
  { legalTruncations: [0, 4, 6] },
);

test("a Windows server's Demand Active is read", () => {
  const [pdu, ...rest] = readSharePdus(demandActiveDump);

  assert.deepEqual(rest, []);
  assert.equal(pdu?.source, 0x03ea);
  assert.equal(pdu?.message.is, "demandActive");
  if (pdu?.message.is !== "demandActive") return;
  assert.equal(pdu.message.shareId, 0x000103ea);
  assert.equal(pdu.message.capabilities.from, "RDP");
  assert.deepEqual(
    pdu.message.capabilities.sets.map((set) => set.is),
    [
      "shareCapability",
      "generalCapability",
      "virtualChannelCapability",
      "drawGdiPlusCapability",
      "fontCapability",
      "bitmapCapability",
      "orderCapability",
      "colorTableCacheCapability",
      "bitmapCacheHostSupportCapability",
      "pointerCapability",
      "inputCapability",
      "railCapability",
      "windowListCapability",
    ],
  );
});

test("a Windows client's Confirm Active comes back byte for byte", () => {
  const pdu = decode(sharePdu, confirmActiveDump);

  assert.equal(pdu.source, 0x03ef);
  assert.equal(pdu.message.is === "confirmActive" && pdu.message.capabilities.sets.length, 18);
  assert.deepEqual(encode(sharePdu, pdu), confirmActiveDump);
});

test("every truncation of a Windows client's Confirm Active is refused", () => {
  for (let length = 0; length < confirmActiveDump.length; length++) {
    assert.throws(() => decode(sharePdu, confirmActiveDump.subarray(0, length)), DecodeError);
  }
});

test("sets beyond the announced count are read as well", () => {
  const bytes = confirmActiveDump.slice();
  // The count stands behind the header, the ids, two lengths and "MSTSC".
  bytes[6 + 4 + 2 + 4 + 6] = 3;

  const { message } = decode(sharePdu, bytes);

  assert.equal(message.is === "confirmActive" && message.capabilities.sets.length, 18);
});

/** Captured from xfreerdp 2.11 and freerdp-shadow 2.11: a whole finalization, and what each PDU means. */
const finalization: readonly (readonly [string, SharePdu["message"]])[] = [
  ["1600 1700 f103 f1030100 00 01 0400 1f 00 0000 0100 f103", data({ is: "synchronize", targetUser: 1009 })],
  [
    "1a00 1700 f103 f1030100 00 01 0800 14 00 0000 0400 0000 00000000",
    data({ is: "control", action: "cooperate", grantId: 0, controlId: 0 }),
  ],
  [
    "1a00 1700 f103 f1030100 00 01 0800 14 00 0000 0100 0000 00000000",
    data({ is: "control", action: "requestControl", grantId: 0, controlId: 0 }),
  ],
  ["1a00 1700 f103 f1030100 00 01 0800 27 00 0000 0000 0000 0300 3200", data({ is: "fontList" })],
  [
    "1a00 1700 f103 f1030100 00 01 0800 14 00 0000 0200 f103 ea030000",
    data({ is: "control", action: "grantedControl", grantId: 1009, controlId: 1002 }),
  ],
  ["1a00 1700 f103 f1030100 00 01 0800 28 00 0000 0000 0000 0300 0400", data({ is: "fontMap" })],
  ["1600 1700 f103 f1030100 00 01 0400 38 00 0000 0100 0000", data({ is: "frameAcknowledge", frameId: 1 })],
];

test("a real finalization is read and written byte for byte", () => {
  for (const [text, message] of finalization) {
    const bytes = hex(text);
    assert.deepEqual(decode(sharePdu, bytes), { source: 0x03f1, message });
    assert.deepEqual(encode(sharePdu, { source: 0x03f1, message }), bytes);
  }
});

test("the wish to leave and its denial are the specification's (specification MS-RDPBCGR 4.2.1, 4.2.2)", () => {
  const request = hex("1200 1700 ef03 ea030200 00 01 0400 24 00 0000");
  // Here the length counts all headers, and there is rubbish in the padding.
  const denial = hex("1200 1700 ea03 ea030200 a6 02 1200 25 00 0000");

  const asked = { is: "data", shareId: 0x203ea, stream: "low", pdu: { is: "shutdownRequest" } } as const;
  assert.deepEqual(decode(sharePdu, request), { source: 1007, message: asked });
  const denied = { is: "data", shareId: 0x203ea, stream: "medium", pdu: { is: "shutdownDenied" } } as const;
  assert.deepEqual(decode(sharePdu, denial), { source: 1002, message: denied });
});

test("several PDUs in one message are read in order", () => {
  const bytes = hex(finalization.map(([text]) => text).join(" "));
  assert.deepEqual(
    readSharePdus(bytes).map((pdu) => pdu.message),
    finalization.map(([, message]) => message),
  );
});

test("a Deactivate All that ends behind its type is read", () => {
  assert.deepEqual(decode(sharePdu, hex("0400 1600")), { source: 0, message: { is: "deactivateAll", shareId: 0 } });
});

test("updates with nothing in them are read, whatever their header says of the length", () => {
  for (const type of ["02", "1b"]) {
    const [pdu] = readSharePdus(hex(`0000 1700 e903 ddccbbaa 00 04 0000 ${type} 00 0000`));
    assert.deepEqual(pdu?.message, {
      is: "data",
      shareId: 0xaabbccdd,
      stream: "high",
      pdu: { is: "unknown", type: Number.parseInt(type, 16), body: new Uint8Array(0) },
    });
  }
});

test("a flow control message is stepped over", () => {
  assert.deepEqual(
    readSharePdus(hex("0080 00 41 00 00 ea03 0400 1600")).map((pdu) => pdu.message.is),
    ["flow", "deactivateAll"],
  );
});

test("types of later versions and compressed messages are kept as they are", () => {
  for (const text of [
    "0800 1f00 ea03 abcd",
    "1500 1700 ea03 ea030100 00 01 0300 77 00 0000 010203",
    "1500 1700 ea03 ea030100 00 02 0300 02 21 1500 010203",
  ]) {
    const bytes = hex(text);
    assert.deepEqual(encode(sharePdu, decode(sharePdu, bytes)), bytes);
  }
});

type Data = Extract<SharePdu["message"], { readonly is: "data" }>;

function data(pdu: Data["pdu"]): Data {
  return { is: "data", shareId: 0x000103f1, stream: "low", pdu };
}
