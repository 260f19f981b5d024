import { choice } from "#base/bytes/choice.ts";
import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { bytes, code, ignored, list, mapped, sizedBytes } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { secret } from "#base/bytes/secret.ts";
import { struct } from "#base/bytes/struct.ts";
import { latin1Bytes, latin1Text, utf16Sized } from "#base/bytes/text.ts";
import { limits } from "#base/limits.ts";

/** How licensing ends, for better or worse: LICENSE_ERROR_MESSAGE. */
export const errorAlert = struct("ErrorAlert", "MS-RDPBCGR 2.2.1.12.1.3", {
  error: code(u32le, {
    invalidServerCertificate: 0x01,
    noLicense: 0x02,
    invalidMac: 0x03,
    invalidScope: 0x04,
    noLicenseServer: 0x06,
    validClient: 0x07,
    invalidClient: 0x08,
    invalidProductId: 0x0b,
    invalidMessageLength: 0x0c,
  }),
  transition: code(u32le, { totalAbort: 1, noTransition: 2, resetPhaseToStart: 3, resendLastMessage: 4 }),
  errorInfo: blob(0x0004),
});
export type ErrorAlert = ValueOf<typeof errorAlert>;

/** What the client wants a licence for: PRODUCT_INFO. */
export const productInfo = struct("ProductInfo", "MS-RDPELE 2.2.2.1.1", {
  version: u32le,
  companyName: utf16Sized(u32le, { atMost: 512, terminated: true, counted: true }),
  productId: utf16Sized(u32le, { atMost: 512, terminated: true, counted: true }),
});

/** The server's first message when it does ask for licences: SERVER_LICENSE_REQUEST. */
export const serverLicenseRequest = struct("ServerLicenseRequest", "MS-RDPELE 2.2.2.1", {
  serverRandom: bytes(32),
  productInfo,
  keyExchangeList: blob(0x000d),
  /** Empty when the client had it already, in standard RDP security. */
  serverCertificate: blob(0x0003),
  scopes: list(u32le, blob(0x000e), { atMost: limits.licenseScopes }),
});
export type ServerLicenseRequest = ValueOf<typeof serverLicenseRequest>;

/** CLIENT_NEW_LICENSE_REQUEST: from a client without a licence of this scope. */
export const newLicenseRequest = struct("NewLicenseRequest", "MS-RDPELE 2.2.2.2", {
  keyExchange: ignored(u32le, 1),
  /** Operating system and vendor of the client, in the upper halves. */
  platformId: u32le,
  clientRandom: bytes(32),
  /** 48 random bytes, encrypted with the server's key, and 8 zeros. */
  encryptedPremasterSecret: secret(blob(0x0002)),
  userName: textBlob(0x000f),
  machineName: textBlob(0x0010),
});
export type NewLicenseRequest = ValueOf<typeof newLicenseRequest>;

/** CLIENT_LICENSE_INFO: from a client with a licence. */
export const licenseInfo = struct("LicenseInfo", "MS-RDPELE 2.2.2.3", {
  keyExchange: ignored(u32le, 1),
  platformId: u32le,
  clientRandom: bytes(32),
  encryptedPremasterSecret: secret(blob(0x0002)),
  license: secret(blob(0x0001)),
  encryptedHardwareId: secret(blob(0x0009)),
  mac: bytes(16),
});

/** SERVER_PLATFORM_CHALLENGE. */
export const platformChallenge = struct("PlatformChallenge", "MS-RDPELE 2.2.2.4", {
  connectFlags: ignored(u32le),
  encryptedChallenge: secret(blob(0x0000)),
  mac: bytes(16),
});

/** CLIENT_PLATFORM_CHALLENGE_RESPONSE. */
export const platformChallengeResponse = struct("PlatformChallengeResponse", "MS-RDPELE 2.2.2.5", {
  encryptedResponse: secret(blob(0x0009)),
  encryptedHardwareId: secret(blob(0x0009)),
  mac: bytes(16),
});

const grantedLicense = { encryptedLicense: secret(blob(0x0009)), mac: bytes(16) };

/** SERVER_NEW_LICENSE: the end of licensing, as good as "validClient". */
export const newLicense = struct("NewLicense", "MS-RDPELE 2.2.2.7", grantedLicense);

/** SERVER_UPGRADE_LICENSE. */
export const upgradeLicense = struct("UpgradeLicense", "MS-RDPELE 2.2.2.6", grantedLicense);

/** Every licensing message of either side, behind its security header ("license"). Blobs are lent when read. */
export const licensingMessage = choice(
  "LicensingMessage",
  "MS-RDPBCGR 2.2.1.12.1.1",
  typeAndVersion(),
  {
    0x01: serverLicenseRequest,
    0x02: platformChallenge,
    0x03: newLicense,
    0x04: upgradeLicense,
    0x12: licenseInfo,
    0x13: newLicenseRequest,
    0x15: platformChallengeResponse,
    0xff: errorAlert,
  },
  { length: u16le, counts: "whole", atMost: limits.wireMessageBytes },
);
export type LicensingMessage = ValueOf<typeof licensingMessage>;

/** What a server without licences says: come in. MS-RDPBCGR 4.1.11. */
export const validClient: LicensingMessage = {
  is: "errorAlert",
  error: "validClient",
  transition: "noTransition",
  errorInfo: new Uint8Array(0),
};

/** Type, and a byte of flags: version 3 of the preamble is written, whatever is read is ignored. */
function typeAndVersion(): Codec<number> {
  return {
    size: () => 2,
    write: (writer, type) => {
      writer.u8(type);
      writer.u8(3);
    },
    read: (reader) => {
      const type = reader.u8();
      reader.take(1);
      return type;
    },
  };
}

/** LICENSE_BINARY_BLOB. Its type is fixed by its place, and wrong in what some servers send: not looked at. */
function blob(type: number): Codec<Uint8Array> {
  const sizedData = sizedBytes(u16le, { atMost: limits.licenseBlobBytes });
  return {
    size: (value) => 2 + sizedData.size(value),
    write: (writer, value) => {
      writer.u16le(type);
      sizedData.write(writer, value);
    },
    read: (reader) => {
      reader.take(2);
      return sizedData.read(reader);
    },
  };
}

/** A blob of single-byte text with a zero at its end. */
function textBlob(type: number): Codec<string> {
  return mapped(blob(type), {
    decode: (raw) => latin1Text(raw).split("\0", 1)[0]!,
    encode: (text) => latin1Bytes(`${text}\0`),
  });
}
