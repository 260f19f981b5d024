import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { clientInfo } from "../../clientInfo/clientInfo.ts";
import { serverCertificateExample } from "../../gcc/conferenceExamples.ts";
import { decryptClientRandom, encryptClientRandom } from "./rsa.ts";
import { securityExchange } from "./securityExchange.ts";
import { isWellSigned, rsaPublicKey, serverCertificate, signedCertificate } from "./serverCertificate.ts";
import { deriveSessionKeys, type CipherStrength } from "./sessionKeys.ts";
import { StandardCipher } from "./standardCipher.ts";

const exampleModulus = hex(serverCertificateExample).slice(36, 100);
const exampleKey = { exponent: 65537, modulus: exampleModulus };
const exampleSignature = hex(serverCertificateExample).slice(112, 176);

vector(
  rsaPublicKey,
  "specification MS-RDPBCGR 5.3.3.1.2",
  `52 53 41 31 48 00 00 00 00 02 00 00 3f 00 00 00 01 00 01 00
   af fe 36 f2 c5 a1 44 2e 47 c1 31 a7 db c6 67 02 64 71 5c 00 c9 b6 b3 04 d0 89 9f e7 6b 24 e8 e8
   e5 2d 0b 13 a9 0c 6d 4d 91 5e e8 f6 b3 17 17 e3 9f c5 4d 4a ba fa b9 2a 1b fb 10 dd 91 8c 60 b7
   00 00 00 00 00 00 00 00`,
  {
    exponent: 65537,
    modulus: hex(`af fe 36 f2 c5 a1 44 2e 47 c1 31 a7 db c6 67 02 64 71 5c 00 c9 b6 b3 04 d0 89 9f e7 6b 24 e8 e8
      e5 2d 0b 13 a9 0c 6d 4d 91 5e e8 f6 b3 17 17 e3 9f c5 4d 4a ba fa b9 2a 1b fb 10 dd 91 8c 60 b7`),
  },
);

vector(serverCertificate, "specification MS-RDPBCGR 4.1.4", serverCertificateExample, {
  is: "proprietary",
  publicKey: exampleKey,
  signature: exampleSignature,
});

vector(
  serverCertificate,
  "own example, laid out as the specification's figure of a chain",
  `02 00 00 00 02 00 00 00 02 00 00 00 30 00 03 00 00 00 30 01 05 ${"00 ".repeat(16)}`,
  { is: "chain", certificates: [hex("30 00"), hex("30 01 05")] },
);

const exchangeHex = `48 00 00 00 ca d0 a3 e0 a4 4a e6 0b d4 12 4c 5c 9c c4 5f cf 99 58 91 5e 0c 52 b0 0e 10 1c ce 90
  e9 bf e2 31 e5 34 b0 32 1c d3 fc 85 f0 11 f8 bd a6 cf 65 de f1 8b f5 72 d9 79 62 d9 75 f8 34 8a
  ea e2 09 2b 00 00 00 00 00 00 00 00`;
vector(securityExchange, "capture xfreerdp 2.11", exchangeHex, {
  encryptedClientRandom: hex(exchangeHex).slice(4),
});

test("a certificate is signed as the specification's (4.1.4) is", () => {
  assert.deepEqual(signedCertificate(exampleKey), {
    is: "proprietary",
    publicKey: exampleKey,
    signature: exampleSignature,
  });
  assert.equal(isWellSigned(exampleKey, exampleSignature), true);
  assert.equal(isWellSigned({ ...exampleKey, exponent: 3 }, exampleSignature), false);
});

test("the random that xfreerdp 2.11 encrypted is decrypted, and encrypted to the same bytes", () => {
  const { encryptedClientRandom } = decode(securityExchange, hex(exchangeHex));
  assert.deepEqual(decryptClientRandom(encryptedClientRandom, serverKey), freeRdp.client);
  const publicKey = { exponent: 65537, modulus: serverKey.modulus };
  assert.deepEqual(encryptClientRandom(freeRdp.client, publicKey), encryptedClientRandom);
  assert.equal(decryptClientRandom(encryptedClientRandom.with(0, 1), serverKey), undefined);
  assert.equal(decryptClientRandom(encryptedClientRandom.subarray(0, 60), serverKey), undefined);
});

test("what xfreerdp 2.11 says under 128 bits with salted signatures is opened", () => {
  const cipher = clientToServer(freeRdp, "bits128");
  const info = cipher.open(sealed(freeRdpInfo), { salted: true });
  assert.ok(info !== undefined);
  assert.equal(decode(clientInfo, info).userName, "anna");
});

test("what rdesktop 1.9 says under 40 bits with plain signatures is opened", () => {
  const info = clientToServer(rdesktop, "bits40").open(sealed(rdesktopInfo), { salted: false });
  assert.ok(info !== undefined);
  assert.equal(decode(clientInfo, info).password, "secret");
});

test("xfreerdp 2.11's message 4097 under 56 bits comes with a new key", () => {
  const cipher = clientToServer(freeRdpLong, "bits56");
  for (let count = 0; count < 4096; count++) cipher.seal(new Uint8Array(0), { salted: true });
  const input = cipher.open(sealed("3d e2 a5 81 3f fd 6a a1 01 9c a7 d7 25 f5 14"), { salted: true });
  assert.deepEqual(input, hex("20 00 08 c3 00 63 01"));
});

test("both ends of a direction understand each other over several keys, at each strength", () => {
  for (const strength of ["bits40", "bits56", "bits128"] as const) {
    const sender = clientToServer(freeRdp, strength);
    const receiver = clientToServer(freeRdp, strength);
    for (let count = 0; count < 9000; count++) {
      const plain = Uint8Array.of(count, count >>> 8);
      const salted = count % 2 === 0;
      assert.deepEqual(receiver.open(sender.seal(plain, { salted }), { salted }), plain);
    }
  }
});

test("a changed byte does not pass the signature", () => {
  const message = sealed(freeRdpInfo);
  const changed = { ...message, encrypted: message.encrypted.with(3, message.encrypted[3]! ^ 1) };
  assert.equal(clientToServer(freeRdp, "bits128").open(changed, { salted: true }), undefined);
});

test("a certificate with an impossible key is refused", () => {
  const bytes = hex(serverCertificateExample);
  assert.throws(() => decode(serverCertificate, bytes.with(20, 0)), DecodeError);
  assert.throws(() => decode(serverCertificate, bytes.with(0, 3)), DecodeError);
  assert.throws(() => decode(serverCertificate, bytes.slice().fill(0, 36, 100)), DecodeError);
});

interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

function clientToServer(randoms: Randoms, strength: CipherStrength): StandardCipher {
  const keys = deriveSessionKeys(randoms, strength);
  return new StandardCipher(keys.clientToServer, keys.macKey, strength);
}

/** A signature of 8 bytes, then what is encrypted. */
function sealed(text: string) {
  const bytes = hex(text);
  return { signature: bytes.subarray(0, 8), encrypted: bytes.subarray(8) };
}

const serverKey = {
  modulus: hex(`17 f9 be ce 5a e3 fb 60 8d 39 de f8 93 e0 e0 71 16 b9 e0 ee 4e a6 89 f4 7c 26 4a 7f d1 f8 03 fa
  de 3c d5 c9 e2 8c 93 b3 96 17 bf 30 9d ba e9 48 97 60 6d 7c c3 d6 63 b0 0f 9b 8f e3 45 c6 21 a2`),
  exponent: hex(`c1 ac 84 16 4c 11 f2 90 23 37 54 74 05 b0 a6 d3 66 56 9c 4d 68 55 cf 72 37 41 a1 7b d3 ee c1 55
  6c 92 d5 fc b9 e0 e1 4b 2a 05 1e b1 dc 54 70 3f 47 96 42 d1 73 94 ec 63 d2 58 1d fe c8 3f c1 0d`),
};

const freeRdp = {
  client: hex("a1cdb8bcc3be0596365c9a0251e288d9f7780fc173dae3b7149a94a8d5cc2659"),
  server: hex("afe6feafdf0474d45a36475e947abe5892af5c20f498525dab2d716c0a2ae0c1"),
};
const freeRdpInfo = `
  65 86 1b 51 e3 22 15 ff 26 5f 04 e9 c2 09 c1 ea 1b 8b 84 fd 33 81 8f 04 a7 77 cb 9c 77 1d 73 26
  5f 65 20 38 7a 81 1a 16 01 81 1c f2 ef b7 b7 0e 13 59 ae b8 91 7c 1a 46 71 a3 7e 0e 71 df 66 e3
  ea 9f c7 2a 62 93 12 b1 56 0e ff 22 45 e4 dd 14 98 20 a4 f9 a5 c6 e9 96 20 55 9e 89 26 1b eb e1
  5c 9a 06 e2 94 a4 d2 70 6a 46 13 fa 76 92 1a 19 17 19 6e 1f f4 f9 0e fb af 45 db 76 2a 8c c5 e2
  00 a4 02 29 c5 8b 44 2c 1d ac 6f d2 4a d0 93 9b b6 b5 39 7c c5 0f 29 56 63 20 5d 7c 5d 82 c0 ea
  f0 9f 22 c6 08 89 2e 30 c0 76 3f 84 93 f6 19 fc 83 dd 8e e8 d4 8a 76 b2 50 82 95 f3 27 aa bf 92
  23 f3 e7 8c e6 ea 00 7b ad 7d 61 a5 a8 21 c1 e3 8b 70 1e 9a b3 88 33 3c 8b a1 3c 8d 23 3a ff 14
  13 e2 85 85 83 0d b6 39 1d 08 8f b5 32 b0 44 67 b2 b3 39 12 ea 08 7c c5 76 4d 00 ce d8 1c 1c d6
  69 24 5e c5 4f 4b 41 7f fe 83 0f eb c2 fc fa be 78 70 27 e9 dd ad f5 7d ba f7 09 b3 ba 1a b1 df
  4c 1b 95 8b fc 6f 8b f8 61 6d 1b 45 c6 3f e8 63 35 31 89 3c 22 b6 7c 49 4a f9 92 4a 73 04 6b 6a
  a6 b6 81 05 a4 25 fc 67`;

const freeRdpLong = {
  client: hex("85dae175a3c87c93e6e71bcacbd01508fc54f8e94070c33a70de094c785beacd"),
  server: hex("170ff39a22af04776e308dccf97503e00da6499331edad5092179718ba388457"),
};

const rdesktop = {
  client: hex("f0018ef46bd392b8e020f5b50db629f438588da4c9a1c1202eacebf0ddc90dca"),
  server: hex("d915012eac0fcc22bf3c7d50c5cf96b79bf0925e9f136548190bc609cea97aef"),
};
const rdesktopInfo = `
  3e 9d cd ab 2f df e9 f1 7e e2 f3 76 8d 1b 81 44 d7 47 a0 25 7d 19 ce dd 2b a4 be 94 c9 8f 53 b0
  7b 65 e3 21 e6 46 4a cf d2 4a b7 9c 0b d8 06 34 74 d1 1b 46 e2 11 c2 b1 1e 0b a2 e8 e6 70 4a 27
  cd bb 97 32 a7 8e 98 59 86 7e b9 99 9f b1 07 d9 7f 29 92 d0 58 4a 95 15 3b 9b bc fe 59 d7 34 f4
  e3 5f f2 44 36 45 b5 68 a3 eb 9b 4b 60 68 cf de 01 5f 9f 69 a9 68 44 0f 7a 55 c8 8a c1 37 20 28
  43 ec 7b 94 ed 25 35 65 9c e1 8f 90 31 56 43 09 b6 17 f5 3b 5d 60 55 01 e6 18 6c 07 54 b6 0b 1b
  1c 28 67 44 ae c1 dd f8 5d 26 2b c1 4a c8 d0 8b f7 c2 3e fd 62 86 09 24 ad f1 92 f7 5e 49 78 51
  c2 54 7d dc 8a 29 a9 9c d9 6e 59 a4 45 63 f2 b3 36 db 37 67 0f 96 27 da f0 9b be 08 bc be f3 30
  9d cd f9 9f 38 38 92 bd 85 fa a7 31 88 4c 18 f2 7a 0d ba 0b 39 6e 3c fe 44 4e 7a b2 52 a1 dd 13
  29 53 8f 1d 74 44 e2 d2 65 c9 aa 4f 35 1a 09 a8 89 67 cf 0a 0d ce 43 52 63 a0 1c ce 16 eb 79 ce
  09 7a 59 2f 04 9a 86 f5 91 6f b4 d7 89 a6 95 69 d4 f6 9f 82 8d 3e 54 00 cf 40 f9 12 aa c7 d8 08
  5c 8f 68 6c`;
