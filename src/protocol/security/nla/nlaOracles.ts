import { decode, type Codec } from "#base/bytes/codec.ts";
import { avPairs } from "./avPairs.ts";
import {
  authenticateMessage,
  challengeMessage,
  negotiateMessage,
  ntlmV2ClientChallenge,
  ntlmV2Response,
} from "./ntlmMessages.ts";
import { initialContextToken, negTokenResponse, tokenKind } from "./spnego.ts";
import { decodeCredentials, tsPasswordCredentials } from "./tsCredentials.ts";
import { tsRequest, tsRequestLength } from "./tsRequest.ts";

/**
 * What a peer's bytes meet in CredSSP, by name: each throws DecodeError, or returns; anything else is a mistake of
 * ours.
 */
export const nlaOracles: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  tsRequest: decoding(tsRequest),
  tsRequestLength: (bytes) => void tsRequestLength(bytes),
  nlaTokenKind: (bytes) => void tokenKind(bytes),
  initialContextToken: decoding(initialContextToken),
  negTokenResponse: decoding(negTokenResponse),
  ntlmNegotiateMessage: decoding(negotiateMessage),
  ntlmChallengeMessage: decoding(challengeMessage),
  ntlmAuthenticateMessage: decoding(authenticateMessage),
  ntlmV2ClientChallenge: decoding(ntlmV2ClientChallenge),
  ntlmV2Response: decoding(ntlmV2Response),
  avPairs: decoding(avPairs),
  tsCredentials: (bytes) => void decodeCredentials(bytes),
  tsPasswordCredentials: decoding(tsPasswordCredentials),
};

function decoding<T>(codec: Codec<T>): (bytes: Uint8Array) => void {
  return (bytes) => void decode(codec, bytes);
}
