import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { autoReconnectVerifier, isVerifierOf } from "./autoReconnect.ts";
import { errorInfo, errorInfoText } from "./errorInfo.ts";
import { playSound, setKeyboardImeStatus, setKeyboardIndicators } from "./keyboardAndSound.ts";
import { monitorLayout } from "./monitorLayout.ts";
import { autoReconnectCookie, logon, logonErrors, saveSessionInfo } from "./saveSessionInfo.ts";
import { serverRedirection } from "./serverRedirection.ts";
import { autoReconnectStatus, setErrorInfo, shutdownDenied, shutdownRequest, statusInfo } from "./status.ts";

const domain = "4e0054004400450056000000";
const user = "65006c0074006f006e0073000000";
const logonFields = `0c000000 ${domain} ${"00".repeat(40)} 0e000000 ${user} ${"00".repeat(498)} 02000000`;
const cookieFields = "1c000000 01000000 02000000 a802e725e24c82b752a553503498a1a8";
const cookie = { logonId: 2, randomBits: hex("a802e725e24c82b752a553503498a1a8") };
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

vector(setErrorInfo, "capture IronRDP's test suite", "00010000", { error: "licenseInternal" });
// Their whole messages are in shareHeaders.test.ts: behind the headers there is nothing.
vector(shutdownRequest, "specification MS-RDPBCGR 4.2.1", "", {});
vector(shutdownDenied, "specification MS-RDPBCGR 4.2.2", "", {});
vector(autoReconnectStatus, "own an NTSTATUS", "220000c0", { status: 0xc0000022 });
vector(statusInfo, "own one status", "03050000", { status: "vmStarting" });
vector(setKeyboardIndicators, "own caps and num lock", "0000 0600", { locks: ["numLock", "capsLock"] });
vector(setKeyboardImeStatus, "own open", "0000 01000000 09000000", { state: "open", conversion: 9 });
vector(playSound, "own a beep", "64000000 b8010000", { duration: 100, frequency: 440 });
vector(
  monitorLayout,
  "capture a Windows client, as IronRDP publishes it",
  `02000000 00000000 00000000 7f070000 37040000 01000000  00fbffff 00000000 ffffffff ff030000 00000000`,
  {
    monitors: [
      { area: { x: 0, y: 0, width: 1920, height: 1080 }, primary: true },
      { area: { x: -1280, y: 0, width: 1280, height: 1024 }, primary: false },
    ],
  },
);
vector(logon, "capture a Windows server, as IronRDP publishes it", logonFields, {
  domain: "NTDEV",
  userName: "eltons",
  sessionId: 2,
});
vector(saveSessionInfo, "capture a Windows server, as IronRDP publishes it", `00000000 ${logonFields}`, {
  info: { is: "logon", domain: "NTDEV", userName: "eltons", sessionId: 2 },
});
vector(
  saveSessionInfo,
  "capture a Windows server, as IronRDP publishes it",
  `01000000 0100 12000000 02000000 0c000000 0e000000 ${"00".repeat(558)} ${domain} ${user}`,
  { info: { is: "logonLong", domain: "NTDEV", userName: "eltons", sessionId: 2 } },
);
vector(
  saveSessionInfo,
  "capture a Windows server, as IronRDP publishes it",
  `02000000 ${"00".repeat(576)}`,
  { info: { is: "plainNotify" } },
  { legalTruncations: upTo(4, 580) },
);
vector(autoReconnectCookie, "capture a Windows server, as IronRDP publishes it", cookieFields, cookie);
vector(logonErrors, "capture a Windows server, as IronRDP publishes it", "faffffff 02000000", {
  notification: "noPermission",
  detail: "otherFailure",
});
vector(
  saveSessionInfo,
  "capture a Windows server, as IronRDP publishes it",
  `03000000 3200 03000000 1c000000 ${cookieFields} 08000000 faffffff 02000000 ${"00".repeat(570)}`,
  { info: { is: "extended", cookie, errors: { notification: "noPermission", detail: "otherFailure" } } },
  { legalTruncations: upTo(54, 624) },
);
vector(
  serverRedirection,
  "own an address, a cookie and a name",
  `0000 0004 5000 07000000 27080000 1200 0000 31003000 2e003000 2e003000 2e003900 0000
   04000000 61620d0a 04000000 6d000000 1a000000 01000000 12000000 31003000 2e003000 2e003000 2e003900 0000
   0000000000000000`,
  {
    redirection: {
      sessionId: 7,
      options: ["dontStoreUserName"],
      targetAddress: "10.0.0.9",
      loadBalanceInfo: hex("61620d0a"),
      userName: "m",
      targetAddresses: ["10.0.0.9"],
    },
  },
  { legalTruncations: upTo(82, 90) },
);

test("an error's number, word, name and meaning belong together", () => {
  assert.deepEqual(decode(setErrorInfo, hex("07000000")), { error: "serverDeniedConnection" });
  assert.deepEqual(encode(setErrorInfo, { error: "graphicsSubsystemFailed" }), hex("2f110000"));
  assert.deepEqual(decode(setErrorInfo, hex("99990000")), { error: { unknown: 0x9999 } });
  assert.equal(errorInfoText("logoffByUser"), "The user signed out (ERRINFO_LOGOFF_BY_USER)");
  assert.equal(errorInfoText({ unknown: 0x9999 }), "Unknown error 0x00009999");
});

test("no two errors share a number or a name", () => {
  const entries = Object.values(errorInfo);
  assert.equal(new Set(entries.map((entry) => entry.code)).size, entries.length);
  assert.equal(new Set(entries.map((entry) => entry.name)).size, entries.length);
});

test("only the holder of the cookie can make its verifier", () => {
  const verifier = autoReconnectVerifier(cookie.randomBits);

  assert.equal(verifier.length, 16);
  assert.equal(isVerifierOf(verifier, cookie.randomBits), true);
  assert.equal(isVerifierOf(verifier, new Uint8Array(16)), false);
  assert.equal(isVerifierOf(verifier.subarray(1), cookie.randomBits), false);
  assert.equal(isVerifierOf(verifier, cookie.randomBits, new Uint8Array(32).fill(1)), false);
});
