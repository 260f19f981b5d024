import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { clientInfo, withoutSecrets, type ClientInfo } from "./clientInfo.ts";
import { autoReconnectProof, extendedClientInfo, type ExtendedClientInfo } from "./extendedClientInfo.ts";
import { timeZone, transitionTime, type TimeZone } from "./timeZone.ts";

const lastSundayOfOctober = {
  year: 0,
  month: 10,
  dayOfWeek: 0,
  day: 5,
  hour: 2,
  minute: 0,
  second: 0,
  milliseconds: 0,
};

const pacific: TimeZone = {
  bias: 480,
  standardName: "Pacific Standard Time",
  standardDate: lastSundayOfOctober,
  standardBias: 0,
  daylightName: "Pacific Daylight Time",
  daylightDate: { ...lastSundayOfOctober, month: 4, day: 1 },
  daylightBias: -60,
};

const exampleExtended: ExtendedClientInfo = {
  addressFamily: "ipv4",
  clientAddress: "157.59.242.156",
  clientFolder: "C:\\depots\\w2k3_1\\termsrv\\newclient\\lib\\win32\\obj\\i386\\mstscax.dll",
  timeZone: pacific,
  sessionId: 0,
  performance: ["disableWallpaper"],
};

const example: ClientInfo = {
  codePage: 0x04090409,
  flags: [
    "mouse",
    "disableCtrlAltDel",
    "unicode",
    "maximizeShell",
    "compression",
    "enableWindowsKey",
    "forceEncryptedClientMessages",
  ],
  compressionType: "rdp5",
  domain: "NTDEV",
  userName: "eltons",
  password: "",
  alternateShell: "",
  workingFolder: "",
  extended: exampleExtended,
};

vector(
  transitionTime,
  "capture IronRDP, its example after MS-RDPBCGR 4.1.10",
  "00 00 0a 00 00 00 05 00 02 00 00 00 00 00 00 00",
  lastSundayOfOctober,
);

vector(
  timeZone,
  "capture IronRDP, its example after MS-RDPBCGR 4.1.10",
  `e0 01 00 00 50 00 61 00 63 00 69 00 66 00 69 00 63 00 20 00 53 00 74 00 61 00 6e 00 64 00 61 00
   72 00 64 00 20 00 54 00 69 00 6d 00 65 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
   00 00 00 00 00 00 0a 00 00 00 05 00 02 00 00 00 00 00 00 00 00 00 00 00 50 00 61 00 63 00 69 00
   66 00 69 00 63 00 20 00 44 00 61 00 79 00 6c 00 69 00 67 00 68 00 74 00 20 00 54 00 69 00 6d 00
   65 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00 00 01 00
   02 00 00 00 00 00 00 00 c4 ff ff ff`,
  pacific,
);

vector(
  extendedClientInfo,
  "capture IronRDP, its example after MS-RDPBCGR 4.1.10",
  `02 00 1e 00 31 00 35 00 37 00 2e 00 35 00 39 00 2e 00 32 00 34 00 32 00 2e 00 31 00 35 00 36 00
   00 00 84 00 43 00 3a 00 5c 00 64 00 65 00 70 00 6f 00 74 00 73 00 5c 00 77 00 32 00 6b 00 33 00
   5f 00 31 00 5c 00 74 00 65 00 72 00 6d 00 73 00 72 00 76 00 5c 00 6e 00 65 00 77 00 63 00 6c 00
   69 00 65 00 6e 00 74 00 5c 00 6c 00 69 00 62 00 5c 00 77 00 69 00 6e 00 33 00 32 00 5c 00 6f 00
   62 00 6a 00 5c 00 69 00 33 00 38 00 36 00 5c 00 6d 00 73 00 74 00 73 00 63 00 61 00 78 00 2e 00
   64 00 6c 00 6c 00 00 00 e0 01 00 00 50 00 61 00 63 00 69 00 66 00 69 00 63 00 20 00 53 00 74 00
   61 00 6e 00 64 00 61 00 72 00 64 00 20 00 54 00 69 00 6d 00 65 00 00 00 00 00 00 00 00 00 00 00
   00 00 00 00 00 00 00 00 00 00 00 00 00 00 0a 00 00 00 05 00 02 00 00 00 00 00 00 00 00 00 00 00
   50 00 61 00 63 00 69 00 66 00 69 00 63 00 20 00 44 00 61 00 79 00 6c 00 69 00 67 00 68 00 74 00
   20 00 54 00 69 00 6d 00 65 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
   00 00 04 00 00 00 01 00 02 00 00 00 00 00 00 00 c4 ff ff ff 00 00 00 00 01 00 00 00`,
  exampleExtended,
  { legalTruncations: [168, 340, 344] },
);

vector(
  clientInfo,
  "capture IronRDP, its example after MS-RDPBCGR 4.1.10",
  `09 04 09 04 b3 43 00 00 0a 00 0c 00 00 00 00 00 00 00 4e 00 54 00 44 00 45 00 56 00 00 00 65 00
   6c 00 74 00 6f 00 6e 00 73 00 00 00 00 00 00 00 00 00 02 00 1e 00 31 00 35 00 37 00 2e 00 35 00
   39 00 2e 00 32 00 34 00 32 00 2e 00 31 00 35 00 36 00 00 00 84 00 43 00 3a 00 5c 00 64 00 65 00
   70 00 6f 00 74 00 73 00 5c 00 77 00 32 00 6b 00 33 00 5f 00 31 00 5c 00 74 00 65 00 72 00 6d 00
   73 00 72 00 76 00 5c 00 6e 00 65 00 77 00 63 00 6c 00 69 00 65 00 6e 00 74 00 5c 00 6c 00 69 00
   62 00 5c 00 77 00 69 00 6e 00 33 00 32 00 5c 00 6f 00 62 00 6a 00 5c 00 69 00 33 00 38 00 36 00
   5c 00 6d 00 73 00 74 00 73 00 63 00 61 00 78 00 2e 00 64 00 6c 00 6c 00 00 00 e0 01 00 00 50 00
   61 00 63 00 69 00 66 00 69 00 63 00 20 00 53 00 74 00 61 00 6e 00 64 00 61 00 72 00 64 00 20 00
   54 00 69 00 6d 00 65 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
   0a 00 00 00 05 00 02 00 00 00 00 00 00 00 00 00 00 00 50 00 61 00 63 00 69 00 66 00 69 00 63 00
   20 00 44 00 61 00 79 00 6c 00 69 00 67 00 68 00 74 00 20 00 54 00 69 00 6d 00 65 00 00 00 00 00
   00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00 00 01 00 02 00 00 00 00 00
   00 00 c4 ff ff ff 00 00 00 00 01 00 00 00`,
  example,
  { legalTruncations: [50, 218, 390, 394] },
);

const { extended: _, ...exampleStart } = example;
vector(
  clientInfo,
  "capture IronRDP, its example in ANSI, without the extended part",
  `09 04 09 04 a3 43 00 00 05 00 06 00 00 00 00 00 00 00 4e 54 44 45 56 00 65 6c 74 6f 6e 73 00 00
   00 00`,
  { ...exampleStart, flags: example.flags.filter((flag) => flag !== "unicode") },
);

const freeRdp = `00 00 00 00 fb 47 03 00 08 00 08 00 0c 00 00 00 00 00 54 00 45 00 53 00 54 00 00 00 61 00 6e 00
   6e 00 61 00 00 00 73 00 65 00 63 00 72 00 65 00 74 00 00 00 00 00 00 00 02 00 14 00 31 00 32 00
   37 00 2e 00 30 00 2e 00 30 00 2e 00 31 00 00 00 40 00 43 00 3a 00 5c 00 57 00 69 00 6e 00 64 00
   6f 00 77 00 73 00 5c 00 53 00 79 00 73 00 74 00 65 00 6d 00 33 00 32 00 5c 00 6d 00 73 00 74 00
   73 00 63 00 61 00 78 00 2e 00 64 00 6c 00 6c 00 00 00 00 00 00 00 43 00 6f 00 6f 00 72 00 64 00
   69 00 6e 00 61 00 74 00 65 00 64 00 20 00 55 00 6e 00 69 00 76 00 65 00 72 00 73 00 61 00 6c 00
   20 00 54 00 69 00 6d 00 65 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
   00 00 00 00 00 00 00 00 00 00 43 00 6f 00 6f 00 72 00 64 00 69 00 6e 00 61 00 74 00 65 00 64 00
   20 00 55 00 6e 00 69 00 76 00 65 00 72 00 73 00 61 00 6c 00 20 00 54 00 69 00 6d 00 65 00 00 00
   00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
   00 00 80 01 00 00 00 00`;

vector(
  clientInfo,
  "capture xfreerdp 2.11",
  freeRdp,
  {
    codePage: 0,
    flags: [
      "mouse",
      "disableCtrlAltDel",
      "autoLogon",
      "unicode",
      "maximizeShell",
      "logonNotify",
      "compression",
      "enableWindowsKey",
      "forceEncryptedClientMessages",
      "logonErrors",
      "mouseHasWheel",
    ],
    compressionType: "rdp61",
    domain: "TEST",
    userName: "anna",
    password: "secret",
    alternateShell: "",
    workingFolder: "",
    extended: {
      addressFamily: "ipv4",
      clientAddress: "127.0.0.1",
      clientFolder: "C:\\Windows\\System32\\mstscax.dll",
      timeZone: {
        ...pacific,
        bias: 0,
        standardName: "Coordinated Universal Time",
        standardDate: { ...lastSundayOfOctober, month: 0, day: 0, hour: 0 },
        daylightName: "Coordinated Universal Time",
        daylightDate: { ...lastSundayOfOctober, month: 0, day: 0, hour: 0 },
        daylightBias: 0,
      },
      sessionId: 0,
      performance: ["enableFontSmoothing", "enableDesktopComposition"],
      autoReconnect: "none",
    },
  },
  { legalTruncations: [56, 146, 318, 322, 326] },
);

vector(
  autoReconnectProof,
  "own example, laid out as the specification's figure",
  "1c 00 00 00 01 00 00 00 02 00 00 00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f",
  { logonId: 2, securityVerifier: hex("000102030405060708090a0b0c0d0e0f") },
);

test("everything that a client of today adds is read back", () => {
  const info: ClientInfo = {
    ...example,
    extended: {
      ...exampleExtended,
      autoReconnect: { logonId: 7, securityVerifier: hex("000102030405060708090a0b0c0d0e0f") },
      dynamicTimeZone: { keyName: "W. Europe Standard Time", isDaylightTimeDisabled: true },
    },
  };
  assert.deepEqual(decode(clientInfo, encode(clientInfo, info)), info);
});

test("nothing secret is left for traces", () => {
  const extended = { ...exampleExtended, autoReconnect: { logonId: 7, securityVerifier: new Uint8Array(16).fill(5) } };
  const shown = withoutSecrets({ ...example, password: "hunter2", extended });
  assert.equal(JSON.stringify(shown).includes("hunter2"), false);
  assert.deepEqual(shown.extended?.autoReconnect, { logonId: 7, securityVerifier: new Uint8Array(16) });
  assert.equal(shown.userName, "eltons");
});

test("a client that sends no folder, not even its end, is understood", () => {
  const bytes = hex("02 00 04 00 31 00 00 00 00 00");
  assert.deepEqual(decode(extendedClientInfo, bytes), { addressFamily: "ipv4", clientAddress: "1", clientFolder: "" });
});

test("texts over their limit are refused before they are read", () => {
  const bytes = encode(clientInfo, example);
  bytes.set([0x02, 0x02], 8);
  assert.throws(() => decode(clientInfo, bytes), /length is 514, at most 512/u);
  assert.throws(() => decode(extendedClientInfo, hex("02 00 52 00")), DecodeError);
});

test("an optional field behind an absent one cannot be written", () => {
  const { timeZone: __, ...gap } = exampleExtended;
  assert.throws(() => encode(extendedClientInfo, gap), /behind an absent one/u);
});
