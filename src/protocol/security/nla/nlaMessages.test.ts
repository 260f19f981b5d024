import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { ntHash, ntlmV2Key, ntProof, sessionBaseKey, verifyNtlmV2 } from "#base/hash/ntlmV2.ts";
import { Rc4 } from "#base/hash/rc4.ts";
import { utf16Bytes } from "#base/bytes/text.ts";
import { hex } from "../../../../test/hex.ts";
import { windows, xfreerdp } from "../../../../test/nlaExchanges.ts";
import { vector } from "../../../../test/vector.ts";
import { avPair, textPair } from "./avPairs.ts";
import { channelBindings } from "./channelBindings.ts";
import { earlyUserAuthorizationResult } from "./earlyUserAuthorization.ts";
import {
  authenticateMessage,
  challengeMessage,
  negotiateMessage,
  ntlmV2ClientChallenge,
  ntlmV2Response,
  ntlmVersion,
} from "./ntlmMessages.ts";
import { seal, sign, startSealing, unseal } from "./ntlmSealing.ts";
import { messageIntegrityCode, openSession } from "./ntlmSession.ts";
import { initialContextToken, mechanisms, mechListMicInput, negTokenInit, negTokenResponse } from "./spnego.ts";
import { decodeCredentials, tsCredentials, tsPasswordCredentials } from "./tsCredentials.ts";
import { negoToken, tsRequest, tsRequestLength } from "./tsRequest.ts";

const temp = hex(`
  01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00
  02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00
  00 00 00 00 00 00 00 00`);
const lmResponse = hex("86 c3 50 97 ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa aa aa aa aa");
const proof = hex("68 cd 0a b8 51 e5 1c 96 aa bc 92 7b eb ef 6a 1c");
const encryptedSessionKey = hex("c5 da d2 54 4f c9 79 90 94 ce 1c e9 0b c9 d0 3e");

vector(
  challengeMessage,
  "specification MS-NLMP 4.2.4.3",
  `4e 54 4c 4d 53 53 50 00 02 00 00 00 0c 00 0c 00 38 00 00 00 33 82 8a e2 01 23 45 67 89 ab cd ef
   00 00 00 00 00 00 00 00 24 00 24 00 44 00 00 00 06 00 70 17 00 00 00 0f 53 00 65 00 72 00 76 00
   65 00 72 00 02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00
   65 00 72 00 00 00 00 00`,
  {
    targetName: utf16Bytes("Server"),
    flags: [
      "unicode",
      "oem",
      "sign",
      "seal",
      "ntlm",
      "alwaysSign",
      "targetTypeServer",
      "extendedSessionSecurity",
      "targetInfo",
      "version",
      "encrypt128",
      "keyExchange",
      "encrypt56",
    ],
    serverChallenge: hex("0123456789abcdef"),
    targetInfo: hex(`02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00
      65 00 72 00 00 00 00 00`),
    version: { major: 6, minor: 0, build: 6000, revision: 15 },
  },
);

vector(
  authenticateMessage,
  "specification MS-NLMP 4.2.4.3",
  `4e 54 4c 4d 53 53 50 00 03 00 00 00 18 00 18 00 6c 00 00 00 54 00 54 00 84 00 00 00 0c 00 0c 00
   48 00 00 00 08 00 08 00 54 00 00 00 10 00 10 00 5c 00 00 00 10 00 10 00 d8 00 00 00 35 82 88 e2
   05 01 28 0a 00 00 00 0f 44 00 6f 00 6d 00 61 00 69 00 6e 00 55 00 73 00 65 00 72 00 43 00 4f 00
   4d 00 50 00 55 00 54 00 45 00 52 00 86 c3 50 97 ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa
   aa aa aa aa 68 cd 0a b8 51 e5 1c 96 aa bc 92 7b eb ef 6a 1c 01 01 00 00 00 00 00 00 00 00 00 00
   00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00 02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00
   01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00 00 00 00 00 00 00 00 00 c5 da d2 54 4f c9 79 90
   94 ce 1c e9 0b c9 d0 3e`,
  {
    lmResponse,
    ntResponse: Uint8Array.of(...proof, ...temp),
    domain: utf16Bytes("Domain"),
    user: utf16Bytes("User"),
    workstation: utf16Bytes("COMPUTER"),
    encryptedSessionKey,
    flags: [
      "unicode",
      "requestTarget",
      "sign",
      "seal",
      "ntlm",
      "alwaysSign",
      "extendedSessionSecurity",
      "targetInfo",
      "version",
      "encrypt128",
      "keyExchange",
      "encrypt56",
    ],
    version: { major: 5, minor: 1, build: 2600, revision: 15 },
  },
);

test("the NTLMv2 example gives every value of specification MS-NLMP 4.2.4.1 and 4.2.4.2", () => {
  const account = { user: "User", domain: "Domain" };
  const serverChallenge = hex("0123456789abcdef");
  const key = ntlmV2Key(ntHash("Password"), account);
  assert.deepEqual(key, hex("0c 86 8a 40 3b fd 7a 93 a3 00 1e f2 2e f0 2e 3f"));
  assert.deepEqual(
    encode(ntlmV2ClientChallenge, {
      timestamp: 0n,
      challenge: hex("aaaaaaaaaaaaaaaa"),
      avPairs: [textPair("domainName", "Domain"), textPair("computerName", "Server")],
      filler: new Uint8Array(4),
    }),
    temp,
  );
  assert.deepEqual(ntProof(key, { serverChallenge, temp }), proof);
  const base = sessionBaseKey(key, proof);
  assert.deepEqual(base, hex("8d e4 0c ca db c1 4a 82 f1 5c b0 ad 0d e9 5c a3"));
  assert.deepEqual(new Rc4(base).apply(new Uint8Array(16).fill(0x55)), encryptedSessionKey);
  const lm = { serverChallenge, temp: hex("aaaaaaaaaaaaaaaa") };
  assert.deepEqual(decode(ntlmV2Response, lmResponse).proof, ntProof(key, lm));
  const claim = { ...account, serverChallenge, ntProof: proof, temp };
  assert.deepEqual(verifyNtlmV2({ ...claim, user: "uSER", ntHash: ntHash("Password") }), base);
  assert.equal(verifyNtlmV2({ ...claim, ntHash: ntHash("password") }), undefined);
  assert.equal(verifyNtlmV2({ ...claim, domain: "domain", ntHash: ntHash("Password") }), undefined);
});

test("sealing gives the keys, bytes and signature of specification MS-NLMP 4.2.4.4", () => {
  const options = { from: "client", keyExchange: true } as const;
  const state = startSealing(new Uint8Array(16).fill(0x55), options);
  assert.deepEqual(state.sealKey, hex("59 f6 00 97 3c c4 96 0a 25 48 0a 7c 19 6e 4c 58"));
  assert.deepEqual(state.signKey, hex("47 88 dc 86 1b 47 82 f3 5d 43 fd 98 fe 1a 2d 39"));
  const sealed = seal(state, utf16Bytes("Plaintext"));
  assert.deepEqual(
    sealed.bytes,
    hex(`01 00 00 00 7f b3 8e c5 c5 5d 49 76 00 00 00 00
      54 e5 01 65 bf 19 36 dc 99 60 20 c1 81 1b 0f 06 fb 5f`),
  );
  assert.deepEqual(unseal(state, sealed.bytes)?.bytes, utf16Bytes("Plaintext"));
  assert.equal(unseal(sealed.state, sealed.bytes), undefined, "the same message again");
});

const freeRdp = "capture xfreerdp 2.11.7";
const smbExample = "specification SMB 3.1.1 pre-authentication integrity, Microsoft's example";

vector(avPair, "specification MS-NLMP 4.2.4.3", "02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00", {
  id: "domainName",
  value: utf16Bytes("Domain"),
});
vector(ntlmVersion, "specification MS-NLMP 4.2.4.3", "05 01 28 0a 00 00 00 0f", {
  major: 5,
  minor: 1,
  build: 2600,
  revision: 15,
});
vector(
  ntlmV2ClientChallenge,
  "specification MS-NLMP 4.2.4.1.3",
  Buffer.from(temp).toString("hex"),
  {
    timestamp: 0n,
    challenge: hex("aaaaaaaaaaaaaaaa"),
    avPairs: [textPair("domainName", "Domain"), textPair("computerName", "Server")],
    filler: new Uint8Array(4),
  },
  { legalTruncations: [64, 65, 66, 67] },
);
vector(
  ntlmV2Response,
  "specification MS-NLMP 4.2.4.2.1",
  Buffer.from(lmResponse).toString("hex"),
  { proof: lmResponse.subarray(0, 16), clientChallenge: hex("aaaaaaaaaaaaaaaa") },
  { legalTruncations: [16, 17, 18, 19, 20, 21, 22, 23] },
);
vector(
  negotiateMessage,
  freeRdp,
  xfreerdp.negotiate,
  {
    flags: [
      "unicode",
      "oem",
      "requestTarget",
      "sign",
      "seal",
      "lanManagerKey",
      "ntlm",
      "alwaysSign",
      "extendedSessionSecurity",
      "version",
      "encrypt128",
      "keyExchange",
      "encrypt56",
    ],
    domain: new Uint8Array(0),
    workstation: new Uint8Array(0),
    version: { major: 6, minor: 1, build: 7601, revision: 15 },
  },
  // The version came with Windows XP: a message may end before it.
  { legalTruncations: [32, 33, 34, 35, 36, 37, 38, 39] },
);
vector(negoToken, freeRdp, `302ca02a0428${xfreerdp.negotiate}`, { token: hex(xfreerdp.negotiate) });
vector(tsRequest, freeRdp, xfreerdp.first, {
  version: 6,
  negoTokens: [{ token: hex(xfreerdp.negotiate) }],
  clientNonce: hex(xfreerdp.clientNonce),
});
vector(tsRequest, freeRdp, xfreerdp.second, {
  version: 6,
  negoTokens: [{ token: hex(xfreerdp.authenticate) }],
  pubKeyAuth: hex(xfreerdp.pubKeyAuth),
  clientNonce: hex(xfreerdp.clientNonce),
});
vector(tsRequest, freeRdp, xfreerdp.third, {
  version: 6,
  authInfo: hex(xfreerdp.authInfo),
  clientNonce: hex(xfreerdp.clientNonce),
});
vector(tsRequest, "own bytes, which xfreerdp 2.11.7 takes for LOGON_FAILURE", "300d a003020106 a406 0204c000006d", {
  version: 6,
  errorCode: 0xc000_006d,
});
vector(tsCredentials, freeRdp, xfreerdp.credentials, {
  type: "password",
  credentials: hex(xfreerdp.credentials).subarray(11),
});
vector(tsPasswordCredentials, freeRdp, Buffer.from(hex(xfreerdp.credentials).subarray(11)).toString("hex"), {
  domain: "",
  user: "alice",
  password: "secret",
});
vector(initialContextToken, smbExample, windows.first, {
  mechanism: mechanisms.spnego,
  token: { mechanisms: [mechanisms.ntlm], mechToken: hex(windows.negotiate) },
});
vector(negTokenInit, smbExample, `303CA00E300C060A2B06010401823702020AA22A0428${windows.negotiate}`, {
  mechanisms: [mechanisms.ntlm],
  mechToken: hex(windows.negotiate),
});
vector(negTokenResponse, smbExample, windows.second, {
  state: "acceptIncomplete",
  mechanism: mechanisms.ntlm,
  responseToken: hex(windows.challenge),
});
vector(negTokenResponse, smbExample, windows.third, {
  state: "acceptIncomplete",
  responseToken: hex(windows.authenticate),
  mechListMic: hex(windows.mechListMic),
});
vector(earlyUserAuthorizationResult, "own bytes of MS-RDPBCGR 2.2.10.2", "05 00 00 00", { result: "accessDenied" });

for (const [name, bytes] of Object.entries({ windows: windows.authenticate, xfreerdp: xfreerdp.authenticate })) {
  test(`the AUTHENTICATE_MESSAGE of ${name} is the same again after decoding and encoding`, () => {
    assert.deepEqual(encode(authenticateMessage, decode(authenticateMessage, hex(bytes))), hex(bytes));
  });
}

test("the integrity codes that Windows made are the ones we compute", () => {
  const key = hex(windows.exportedSessionKey);
  const transcript = {
    negotiate: hex(windows.negotiate),
    challenge: hex(windows.challenge),
    authenticate: hex(windows.authenticate),
  };
  assert.deepEqual(
    messageIntegrityCode(key, transcript),
    decode(authenticateMessage, transcript.authenticate).mic,
    "over the three messages of NTLM",
  );
  assert.deepEqual(
    sign(openSession(key, { side: "client", keyExchange: true }).sending, mechListMicInput([mechanisms.ntlm])).bytes,
    hex(windows.mechListMic),
    "over the mechanisms of SPNEGO",
  );
});

test("what xfreerdp sealed is unsealed in order: the binding of the TLS key, then the credentials", () => {
  const { receiving } = openSession(hex(xfreerdp.exportedSessionKey), { side: "server", keyExchange: true });
  const binding = unseal(receiving, hex(xfreerdp.pubKeyAuth));
  const credentials = binding && unseal(binding.state, hex(xfreerdp.authInfo));
  assert.equal(binding?.bytes.length, 32);
  assert.deepEqual(credentials && decodeCredentials(credentials.bytes), {
    is: "password",
    domain: "",
    user: "alice",
    password: "secret",
  });
});

test("channel bindings are the MD5 of the structure that RFC 2744 and RFC 5929 describe", () => {
  assert.deepEqual(
    channelBindings(hex("b0f00b4bcb4b6a1e6a2ff7f6e8a1f0d5e2f2f6e5ad5ac5e58a1ec2bd2e6ad1f0")),
    new Uint8Array(
      createHash("md5")
        .update(Buffer.concat([Buffer.alloc(16), Buffer.from([53, 0, 0, 0]), Buffer.from("tls-server-end-point:")]))
        .update(Buffer.from("b0f00b4bcb4b6a1e6a2ff7f6e8a1f0d5e2f2f6e5ad5ac5e58a1ec2bd2e6ad1f0", "hex"))
        .digest(),
    ),
  );
});

test("the length of a TSRequest is known from its first bytes, and limited", () => {
  const bytes = hex(xfreerdp.second);
  assert.equal(tsRequestLength(bytes.subarray(0, 3)), undefined);
  assert.equal(tsRequestLength(bytes.subarray(0, 4)), bytes.length);
  assert.equal(tsRequestLength(hex("30 7f")), 129);
  assert.throws(() => tsRequestLength(hex("30 83 01 00 00")), DecodeError);
  assert.throws(() => tsRequestLength(hex("30 80")), DecodeError, "no definite length");
  assert.throws(() => tsRequestLength(hex("03 00")), DecodeError, "another tag");
});
