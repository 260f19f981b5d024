import type { ValueOf } from "#base/bytes/codec.ts";
import { bytes, code, constant, flags, padding } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** The ways to secure a connection that a client offers; none of them means standard RDP security. */
export const securityProtocolBits = { tls: 0x01, credssp: 0x02, rdstls: 0x04, credsspEx: 0x08, aad: 0x10 } as const;

/** What the client offers before anything else: RDP_NEG_REQ. */
export const negotiationRequest = struct("NegotiationRequest", "MS-RDPBCGR 2.2.1.1.1", {
  type: constant(u8, 0x01),
  flags: flags(u8, { restrictedAdmin: 0x01, redirectedAuthentication: 0x02, correlationInfo: 0x08 }),
  length: constant(u16le, 8),
  requestedProtocols: flags(u32le, securityProtocolBits),
});
export type NegotiationRequest = ValueOf<typeof negotiationRequest>;

/** Names the attempt across hosts: RDP_NEG_CORRELATION_INFO. The first byte is neither 0x00 nor 0xf4, none is 0x0d. */
export const correlationInfo = struct("CorrelationInfo", "MS-RDPBCGR 2.2.1.1.2", {
  type: constant(u8, 0x06),
  flags: padding(1),
  length: constant(u16le, 36),
  correlationId: bytes(16),
  reserved: padding(16),
});

/** What the server chose: RDP_NEG_RSP. */
export const negotiationResponse = struct("NegotiationResponse", "MS-RDPBCGR 2.2.1.2.1", {
  type: constant(u8, 0x02),
  flags: flags(u8, {
    extendedClientData: 0x01,
    graphicsPipeline: 0x02,
    restrictedAdmin: 0x08,
    redirectedAuthentication: 0x10,
  }),
  length: constant(u16le, 8),
  selectedProtocol: code(u32le, { rdp: 0, ...securityProtocolBits }),
});
export type NegotiationResponse = ValueOf<typeof negotiationResponse>;

/** Why the server does not go on: RDP_NEG_FAILURE. */
export const negotiationFailure = struct("NegotiationFailure", "MS-RDPBCGR 2.2.1.2.2", {
  type: constant(u8, 0x03),
  flags: padding(1),
  length: constant(u16le, 8),
  failure: code(u32le, {
    sslRequiredByServer: 1,
    sslNotAllowedByServer: 2,
    sslCertificateNotOnServer: 3,
    inconsistentFlags: 4,
    hybridRequiredByServer: 5,
    sslWithUserAuthenticationRequiredByServer: 6,
  }),
});
export type NegotiationFailure = ValueOf<typeof negotiationFailure>;

export type SecurityProtocol = keyof typeof securityProtocolBits;
