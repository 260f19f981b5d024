import { encode } from "#base/bytes/codec.ts";
import { disconnectProviderUltimatum } from "#protocol/framing/domainMcs.ts";
import { tpkt } from "#protocol/framing/tpkt.ts";
import { x224DataMessage } from "#protocol/framing/x224.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { shareBytes, shareControlBytes, shareId } from "#protocol/sequences/accept/outgoing.ts";
import { errorInfo } from "#protocol/share/session/errorInfo.ts";

type ErrorWord = keyof typeof errorInfo;

/** What ends an active connection in good order: the reason, the share taken down, MCS closed. MS-RDPBCGR 1.3.1.4.2 */
export function goodbye(capable: Capable, reason: ErrorWord): readonly Uint8Array[] {
  const takesReason = capable.client.clientCore.earlyCapabilityFlags?.includes("errorInfo") === true;
  const ultimatum = encode(disconnectProviderUltimatum, { reason: "providerInitiated" });
  return [
    ...(takesReason ? [shareBytes(capable, { is: "setErrorInfo", error: reason })] : []),
    shareControlBytes(capable, { is: "deactivateAll", shareId }),
    tpkt(x224DataMessage(ultimatum)),
  ];
}

/**
 * The word for the specification's name, as refusals give it: "ERRINFO_LOGOFF_BY_USER". Throws for a name that it does
 * not have.
 */
export function errorWord(name: string): ErrorWord {
  for (const word of Object.keys(errorInfo) as ErrorWord[]) {
    if (`ERRINFO_${errorInfo[word].name}` === name) return word;
  }
  throw new Error(`the specification has no ${name}`);
}
