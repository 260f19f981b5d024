import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { answerLicensing } from "./licenseExchange.ts";
import {
  errorAlert,
  licenseInfo,
  licensingMessage,
  newLicense,
  newLicenseRequest,
  platformChallenge,
  platformChallengeResponse,
  productInfo,
  serverLicenseRequest,
  upgradeLicense,
  validClient,
} from "./licensing.ts";

vector(errorAlert, "specification MS-RDPBCGR 4.1.11", "07 00 00 00 02 00 00 00 04 00 00 00", {
  error: "validClient",
  transition: "noTransition",
  errorInfo: hex(""),
});

const productHex = `00 00 06 00 2c 00 00 00 4d 00 69 00 63 00 72 00 6f 00 73 00 6f 00 66 00 74 00 20 00 43 00 6f 00
  72 00 70 00 6f 00 72 00 61 00 74 00 69 00 6f 00 6e 00 00 00 08 00 00 00 41 00 30 00 32 00 00 00`;
const product = { version: 0x60000, companyName: "Microsoft Corporation", productId: "A02" };
vector(productInfo, "specification MS-RDPELE 4.1", productHex, product);

const serverRandom = `84 ef ae 20 b1 d5 9e 36 49 1a e8 2e 0a 99 89 ac
  49 a6 47 4f 33 9b 5a b9 95 03 a6 c6 c2 3c 3f 61`;
vector(
  serverLicenseRequest,
  "specification MS-RDPELE 4.1, without the certificate",
  `${serverRandom} ${productHex} 0d 00 04 00 01 00 00 00 03 00 00 00
   01 00 00 00 0e 00 0e 00 6d 69 63 72 6f 73 6f 66 74 2e 63 6f 6d 00`,
  {
    serverRandom: hex(serverRandom),
    productInfo: product,
    keyExchangeList: hex("01 00 00 00"),
    serverCertificate: hex(""),
    scopes: [hex("6d 69 63 72 6f 73 6f 66 74 2e 63 6f 6d 00")],
  },
);

const clientRandom = `4b 5b 7b 43 63 8a 08 fe d1 7a ba f5 91 85 77 fe
  39 36 f6 d7 78 ec 6a cc 89 4a 90 41 2c ac 5a 49`;
const encryptedSecret = `b0 95 f7 cb 81 34 45 85 65 83 b2 cf 5b df fe 40 6f d8 14 14 18 0b 2b 6d aa d0 38 0a af 74 e9 51
  55 2b db fd 3b d3 fb 2f 34 92 dd c8 af 48 f3 91 61 8a 5b bd 81 87 ec b8 cc 0b 0b c9 0d 1c e7 17
  00 00 00 00 00 00 00 00`;
vector(
  newLicenseRequest,
  "capture IronRDP, its example of a new licence request",
  `01 00 00 00 00 00 01 04 ${clientRandom} 02 00 48 00 ${encryptedSecret}
   0f 00 0c 00 73 61 6d 70 6c 65 2d 75 73 65 72 00
   10 00 14 00 73 61 6d 70 6c 65 2d 6d 61 63 68 69 6e 65 2d 6e 61 6d 65 00`,
  {
    platformId: 0x04010000,
    clientRandom: hex(clientRandom),
    encryptedPremasterSecret: hex(encryptedSecret),
    userName: "sample-user",
    machineName: "sample-machine-name",
  },
);

const mac = "38 23 62 5d 10 8b 93 c3 f1 e4 67 1f 4a b6 00 0a";
vector(
  licenseInfo,
  "own example, of IronRDP's parts",
  `01 00 00 00 00 00 01 04 ${clientRandom} 02 00 48 00 ${encryptedSecret} 01 00 02 00 aa bb 09 00 01 00 cc ${mac}`,
  {
    platformId: 0x04010000,
    clientRandom: hex(clientRandom),
    encryptedPremasterSecret: hex(encryptedSecret),
    license: hex("aa bb"),
    encryptedHardwareId: hex("cc"),
    mac: hex(mac),
  },
);
vector(
  platformChallenge,
  "capture IronRDP, its example of a challenge",
  `00 00 00 00 00 00 0a 00 46 37 85 54 8e c5 91 34 97 5d ${mac}`,
  { encryptedChallenge: hex("46 37 85 54 8e c5 91 34 97 5d"), mac: hex(mac) },
);
const encryptedResponse = "fa b4 e8 24 cf 56 b2 4e 80 02 bd b6 61 fc df e9 6c 44";
const encryptedHardwareId = "f8 b5 e8 25 3d 0f 3f 70 1d da 60 19 16 fe 73 1a 45 7e 02 71";
vector(
  platformChallengeResponse,
  "capture IronRDP, its example of a response",
  `09 00 12 00 ${encryptedResponse} 09 00 14 00 ${encryptedHardwareId} ${mac}`,
  { encryptedResponse: hex(encryptedResponse), encryptedHardwareId: hex(encryptedHardwareId), mac: hex(mac) },
);
const grantedHex = `09 00 10 00 db a3 13 30 79 a3 cd 9e 48 f4 8f 06 37 1b 45 dd ${mac}`;
const granted = { encryptedLicense: hex("db a3 13 30 79 a3 cd 9e 48 f4 8f 06 37 1b 45 dd"), mac: hex(mac) };
vector(newLicense, "capture IronRDP, its example of a licence cut to 16 bytes", grantedHex, granted);
vector(upgradeLicense, "capture IronRDP, its example of a licence cut to 16 bytes", grantedHex, granted);

test("a valid client is let in with the specification's bytes (4.1.11)", () => {
  const published = hex("ff 03 10 00 07 00 00 00 02 00 00 00 04 00 00 00");
  assert.deepEqual(encode(licensingMessage, validClient), published);
  assert.deepEqual(decode(licensingMessage, published), validClient);
});

test("xrdp's wrong blob type is taken for a valid client all the same", () => {
  const message = decode(licensingMessage, hex("ff 02 10 00 07 00 00 00 02 00 00 00 28 14 00 00"));
  assert.deepEqual(answerLicensing(message, client), { is: "done" });
});

test("a client without licences asks for one, and comes in with what it gets", () => {
  const request = decode(
    licensingMessage,
    hex(`01 02 86 00 ${serverRandom} ${productHex} 0d 00 04 00 01 00 00 00 03 00 00 00
         01 00 00 00 0e 00 0e 00 6d 69 63 72 6f 73 6f 66 74 2e 63 6f 6d 00`),
  );
  const step = answerLicensing(request, client);
  assert.ok(step.is === "answer" && step.message.is === "newLicenseRequest");
  assert.equal(step.message.machineName, "probe");
  assert.deepEqual(decode(licensingMessage, encode(licensingMessage, step.message)), step.message);
  assert.deepEqual(answerLicensing({ is: "newLicense", ...granted }, client), { is: "done" });
});

test("a server that refuses a client says why", () => {
  const message = decode(licensingMessage, hex("ff 03 10 00 06 00 00 00 01 00 00 00 04 00 00 00"));
  assert.deepEqual(answerLicensing(message, client), { is: "refused", why: "noLicenseServer" });
  assert.throws(() => decode(licensingMessage, hex("ff 03 10 00 06 00 00 00 01 00 00 00 04 00 00")), DecodeError);
});

const client = {
  userName: "anna",
  machineName: "probe",
  clientRandom: new Uint8Array(32).fill(1),
  encryptedPremasterSecret: new Uint8Array(72).fill(2),
};
