import type { ValueOf } from "#base/bytes/codec.ts";
import { code, dropped, ignored } from "#base/bytes/fields.ts";
import { handwritten, struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { berApplication, berBoolean, berEnumerated, berInteger, berOctetString, berSequence } from "./ber.ts";

/** What one side of MCS can bear: DomainParameters. */
export const domainParameters = struct("DomainParameters", "T.125 7 part 2", {
  maxChannelIds: berInteger,
  maxUserIds: berInteger,
  maxTokenIds: berInteger,
  numPriorities: berInteger,
  minThroughput: berInteger,
  maxHeight: berInteger,
  /** In bytes. */
  maxMcsPduSize: berInteger,
  protocolVersion: berInteger,
});
export type DomainParameters = ValueOf<typeof domainParameters>;

/** Both sides' domain selectors are one byte that nobody reads. */
const domainSelector = dropped(berOctetString({ atMost: 64 }), Uint8Array.of(1));
const parametersSequence = berSequence(domainParameters, { atMost: 128 });
const userData = berOctetString({ atMost: limits.conferenceDataBytes });

/** The client's first MCS message; `userData` is its conference request (`conference.ts`). */
export const connectInitial = handwritten(
  "ConnectInitial",
  "MS-RDPBCGR 2.2.1.3, T.125 11.1",
  berApplication(
    [0x7f, 0x65],
    "Connect-Initial",
    struct("ConnectInitial", "T.125 7 part 2", {
      callingDomainSelector: domainSelector,
      calledDomainSelector: domainSelector,
      upwardFlag: dropped(berBoolean, true),
      targetParameters: parametersSequence,
      minimumParameters: parametersSequence,
      maximumParameters: parametersSequence,
      userData,
    }),
    { atMost: limits.wireMessageBytes },
  ),
);
export type ConnectInitial = ValueOf<typeof connectInitial>;

/** The server's answer; `userData` is its conference response. When refused, the user data is empty. */
export const connectResponse = handwritten(
  "ConnectResponse",
  "MS-RDPBCGR 2.2.1.4, T.125 11.2",
  berApplication(
    [0x7f, 0x66],
    "Connect-Response",
    struct("ConnectResponse", "T.125 7 part 2", {
      result: code(berEnumerated, mcsResultCodes()),
      calledConnectId: ignored(berInteger),
      domainParameters: parametersSequence,
      userData,
    }),
    { atMost: limits.wireMessageBytes },
  ),
);
export type ConnectResponse = ValueOf<typeof connectResponse>;

/** The parameters that every Windows client asks for and every Windows server confirms. MS-RDPBCGR 3.2.5.3.3. */
export const usualDomainParameters: Readonly<Record<"target" | "minimum" | "maximum", DomainParameters>> = {
  target: parameters({ channels: 34, users: 2, tokens: 0, pduBytes: 65535 }),
  minimum: parameters({ channels: 1, users: 1, tokens: 1, pduBytes: 1056 }),
  maximum: parameters({ channels: 65535, users: 64535, tokens: 65535, pduBytes: 65535 }),
};

/** What a server confirms of the client's `target` parameters: its own limits, and the client's channels. */
export function confirmedDomainParameters(request: ConnectInitial): DomainParameters {
  return {
    ...parameters({ channels: 34, users: 3, tokens: 0, pduBytes: 65528 }),
    maxChannelIds: request.targetParameters.maxChannelIds,
  };
}

/** Result, as all MCS answers carry it: T.125 7 part 2. */
export function mcsResultCodes() {
  return {
    successful: 0,
    domainMerging: 1,
    domainNotHierarchical: 2,
    noSuchChannel: 3,
    noSuchDomain: 4,
    noSuchUser: 5,
    notAdmitted: 6,
    otherUserId: 7,
    parametersUnacceptable: 8,
    tokenNotAvailable: 9,
    tokenNotPossessed: 10,
    tooManyChannels: 11,
    tooManyTokens: 12,
    tooManyUsers: 13,
    unspecifiedFailure: 14,
    userRejected: 15,
  } as const;
}

function parameters(of: { channels: number; users: number; tokens: number; pduBytes: number }): DomainParameters {
  return {
    maxChannelIds: of.channels,
    maxUserIds: of.users,
    maxTokenIds: of.tokens,
    numPriorities: 1,
    minThroughput: 0,
    maxHeight: 1,
    maxMcsPduSize: of.pduBytes,
    protocolVersion: 2,
  };
}
