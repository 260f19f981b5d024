import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import {
  connectInitialExample,
  connectResponseExample,
  freeRdpBlocks,
  serverCertificateExample,
} from "../gcc/conferenceExamples.ts";
import { handshakeOracles } from "./handshakeOracles.ts";

const connectInitialBytes = hex(connectInitialExample);
const connectResponseBytes = hex(connectResponseExample);
const clientInfoHex = `09 04 09 04 b3 43 00 00 0a 00 0c 00 00 00 00 00 00 00 4e 00 54 00 44 00 45 00 56 00 00 00 65 00
  6c 00 74 00 6f 00 6e 00 73 00 00 00 00 00 00 00 00 00 02 00 06 00 31 00 35 00 00 00 04 00 43 00 00 00
  ${"00 ".repeat(172)} 00 00 00 00 01 00 00 00 1c 00 1c 00 00 00 01 00 00 00 02 00 00 00 ${"07 ".repeat(16)}
  00 00 00 00 04 00 57 00 2e 00 01 00`;

const seeds: Readonly<Record<string, readonly Uint8Array[]>> = {
  messageSplitter: [connectInitialBytes, hex("04 03 01 00 80 05 01 02 03 00 00 08 02 f0 80 28"), hex("30 03 02 01 06")],
  connectionRequest: [
    hex(`27 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 65 6c 74 6f 6e 73 0d 0a
      01 00 08 00 00 00 00 00`),
    hex(`32 e0 00 00 00 00 00 01 08 08 00 01 00 00 00 06 00 24 00 ${"01 ".repeat(16)} ${"00 ".repeat(16)}`),
  ],
  connectionConfirm: [
    hex("0e d0 00 00 12 34 00 02 00 08 00 00 00 00 00"),
    hex("0e d0 00 00 12 34 00 03 00 08 00 05 00 00 00"),
  ],
  disconnectRequest: [hex("06 80 00 00 00 00 00")],
  connectInitial: [connectInitialBytes.subarray(7)],
  connectResponse: [connectResponseBytes.subarray(7)],
  clientBlocks: [hex(freeRdpBlocks), connectInitialBytes.subarray(416 - 284)],
  serverBlocks: [connectResponseBytes.subarray(337 - 264)],
  domainPdu: [
    "04 01 00 01 00",
    "28",
    "2e 00 00 06",
    "38 00 06 03 ef",
    "3e 00 00 06 03 ef 03 ef",
    "21 80",
    "68 00 01 03 eb 70 03 01 02 03",
  ].map(hex),
  sendData: [hex("03 00 00 11 02 f0 80 64 00 06 03 eb 70 03 01 02 03"), hex("03 00 00 08 02 f0 80 28")],
  x224Data: [hex("02 f0 80 28")],
  fastPathHeader: [hex("c4 80 12 c3 a5 81 3f fd 6a a1 01 9c a7 d7 25 f5 14 00"), hex("04 03 01")],
  securityHeader: [hex("88 02 02 03")],
  clientInfo: [hex(clientInfoHex)],
  licensingMessage: [
    hex("ff 03 10 00 07 00 00 00 02 00 00 00 04 00 00 00"),
    hex(`01 02 50 00 ${"01 ".repeat(32)} 00 00 06 00 04 00 00 00 4d 00 00 00 04 00 00 00 41 00 00 00
      0d 00 04 00 01 00 00 00 03 00 02 00 aa bb 01 00 00 00 0e 00 02 00 6d 00`),
    hex(`13 03 3d 00 01 00 00 00 00 00 01 04 ${"01 ".repeat(32)} 02 00 01 00 aa 0f 00 02 00 61 00 10 00 02 00 62 00`),
  ],
  securityExchange: [hex("03 00 00 00 01 02 03")],
  serverCertificate: [
    hex(serverCertificateExample),
    hex(`02 00 00 00 02 00 00 00 02 00 00 00 30 00 03 00 00 00 30 01 05 ${"00 ".repeat(16)}`),
  ],
};

for (const [name, oracle] of Object.entries(handshakeOracles)) {
  test(`${name} answers twenty thousand broken inputs with DecodeError and nothing else`, () => {
    const random = randomFrom(name.length);
    const inputs = seeds[name]!;
    for (let count = 0; count < 20_000; count++) oracle(mutated(inputs[count % inputs.length]!, random));
  });
}

test("each oracle has seeds", () => {
  assert.deepEqual(Object.keys(seeds).sort(), Object.keys(handshakeOracles).sort());
});

test("inputs that broke another implementation do not break this one", (t) => {
  const folder = new URL("../../../../shared/vectors/fuzz-regression/", import.meta.url);
  if (!existsSync(folder)) {
    t.diagnostic("the outside vectors are not on this machine");
    return;
  }
  const names = readdirSync(folder).filter((name) => name.startsWith("pdu_"));
  assert.ok(0 < names.length);
  for (const name of names) {
    const input = new Uint8Array(readFileSync(new URL(name, folder)));
    for (const oracle of Object.values(handshakeOracles)) oracle(input);
  }
});

function mutated(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  const input = seed.slice(0, random(4) === 0 ? random(seed.length + 1) : seed.length);
  for (let count = random(5); 0 < count && 0 < input.length; count--)
    input[random(input.length)] = random(3) === 0 ? 0xff : random(256);
  return input;
}

/** A xorshift generator, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 2654435761 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
