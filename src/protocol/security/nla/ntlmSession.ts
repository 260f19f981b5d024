import { hmacMd5 } from "#base/hash/hmac.ts";
import { type NegotiateFlag, type NegotiateFlags, micOffset } from "./ntlmMessages.ts";
import { restartCipher, startSealing, type SealingState } from "./ntlmSealing.ts";

/** Both directions of a signed and sealed NTLM session, as one side sees them. */
export interface NtlmSession {
  readonly sending: SealingState;
  readonly receiving: SealingState;
}

/** The three messages of NTLM, as they went over the wire. */
export interface NtlmTranscript {
  readonly negotiate: Uint8Array;
  readonly challenge: Uint8Array;
  readonly authenticate: Uint8Array;
}

export function openSession(
  exportedSessionKey: Uint8Array,
  options: { readonly side: "client" | "server"; readonly keyExchange: boolean },
): NtlmSession {
  const { side, keyExchange } = options;
  const other = side === "client" ? "server" : "client";
  return {
    sending: startSealing(exportedSessionKey, { from: side, keyExchange }),
    receiving: startSealing(exportedSessionKey, { from: other, keyExchange }),
  };
}

/** See restartCipher(). */
export function restartCiphers(session: NtlmSession): NtlmSession {
  return { sending: restartCipher(session.sending), receiving: restartCipher(session.receiving) };
}

/** The MIC over all three messages, the MIC's own place counted as zeros: 16 bytes. MS-NLMP 3.1.5.1.2. */
export function messageIntegrityCode(exportedSessionKey: Uint8Array, transcript: NtlmTranscript): Uint8Array {
  const authenticate = Uint8Array.from(transcript.authenticate).fill(0, micOffset, micOffset + 16);
  return hmacMd5(exportedSessionKey, transcript.negotiate, transcript.challenge, authenticate);
}

/** What a peer lacks without which CredSSP over NTLM is not worth its name. */
export function missingFlags(flags: NegotiateFlags): readonly NegotiateFlag[] {
  return neededFlags.filter((flag) => !flags.includes(flag));
}

const neededFlags: readonly NegotiateFlag[] = ["unicode", "sign", "ntlm", "extendedSessionSecurity", "encrypt128"];
