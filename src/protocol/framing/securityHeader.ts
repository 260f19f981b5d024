import type { ValueOf } from "#base/bytes/codec.ts";
import { flags, padding } from "#base/bytes/fields.ts";
import { u16le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** TS_SECURITY_HEADER: what follows, and how it is protected. Under TLS only some messages carry it. */
export const securityHeader = struct("SecurityHeader", "MS-RDPBCGR 2.2.8.1.1.2.1", {
  flags: flags(u16le, {
    exchange: 0x0001,
    transportRequest: 0x0002,
    transportResponse: 0x0004,
    encrypted: 0x0008,
    resetSequenceNumber: 0x0010,
    ignoreSequenceNumber: 0x0020,
    info: 0x0040,
    license: 0x0080,
    /** The peer may encrypt its licensing messages. */
    licenseEncrypt: 0x0200,
    redirection: 0x0400,
    /** The signature is salted with the count of messages. */
    saltedSignature: 0x0800,
    autoDetectRequest: 0x1000,
    autoDetectResponse: 0x2000,
    heartbeat: 0x4000,
    flagsHighValid: 0x8000,
  }),
  flagsHigh: padding(2),
});
export type SecurityHeader = ValueOf<typeof securityHeader>;
export type SecurityFlag = SecurityHeader["flags"][number];
