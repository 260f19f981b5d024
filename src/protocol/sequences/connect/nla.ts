import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import {
  earlyUserAuthorizationBytes,
  earlyUserAuthorizationResult,
} from "../../security/nla/earlyUserAuthorization.ts";
import type { NlaFailure } from "../../security/nla/nlaFailure.ts";
import { authenticate, negotiate } from "../../security/nla/ntlmConnect.ts";
import { seal, sign, unseal } from "../../security/nla/ntlmSealing.ts";
import { restartCiphers } from "../../security/nla/ntlmSession.ts";
import { ntStatusOf } from "../../security/nla/ntStatus.ts";
import { publicKeyProof } from "../../security/nla/publicKeyBinding.ts";
import {
  initialContextToken,
  mechanisms,
  mechListMicInput,
  type NegTokenResponse,
  negTokenResponse,
} from "../../security/nla/spnego.ts";
import { encodePasswordCredentials } from "../../security/nla/tsCredentials.ts";
import { bindsByHash, type TsRequest, tsRequest, tsRequestLength } from "../../security/nla/tsRequest.ts";
import type {
  NlaAnswered,
  NlaConnectEffect,
  NlaConnectEvent,
  NlaConnectSettings,
  NlaConnectState,
  NlaConnectStep,
} from "./nlaState.ts";

/** The client's first message. The channel is under TLS. */
export function startNlaConnect(settings: NlaConnectSettings): NlaConnectStep {
  const { wrapping } = settings;
  const ntlm = negotiate();
  const state = { at: "awaitingChallenge", settings, negotiate: ntlm, signs: false } as const;
  if (wrapping === "ntlm") return step(state, send(settings, { token: ntlm }));
  const favourite = wrapping.offered[0] === mechanisms.ntlm ? { mechToken: ntlm } : {};
  const first = { mechanism: mechanisms.spnego, token: { mechanisms: wrapping.offered, ...favourite } };
  const token = encode(initialContextToken, first);
  return step(state, send(settings, { token }));
}

/** The client's side of CredSSP over NTLM, bare or in SPNEGO. Throws no DecodeError. MS-CSSP 3.1.5. */
export function stepNlaConnect(state: NlaConnectState, event: NlaConnectEvent): NlaConnectStep {
  try {
    const bytes = Uint8Array.from(event.bytes);
    return state.at === "awaitingAuthorization" ? readAuthorization(bytes) : receive(state, decode(tsRequest, bytes));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return fail({ is: "malformed", error });
  }
}

/** How many bytes the message at the start of the stream has; undefined while too few have come to say. DecodeError. */
export function nlaConnectMessageLength(state: NlaConnectState, prefix: Uint8Array): number | undefined {
  return state.at === "awaitingAuthorization" ? earlyUserAuthorizationBytes : tsRequestLength(prefix);
}

type At<Place extends NlaConnectState["at"]> = Extract<NlaConnectState, { readonly at: Place }>;

function receive(state: NlaConnectState, request: TsRequest): NlaConnectStep {
  if (request.errorCode !== undefined) return fail({ is: "refusedByPeer", status: ntStatusOf(request.errorCode) });
  switch (state.at) {
    case "awaitingChallenge":
      return state.settings.wrapping === "ntlm" ? answerBare(state, request) : answerWrapped(state, request);
    case "awaitingAcceptance":
      return checkAcceptance(state, request);
    case "awaitingPublicKey":
      return delegate(state, request);
    case "awaitingAuthorization":
    case "finished":
    case "failed":
      return unexpected(state, "message");
  }
}

/** The proof of the password and of the TLS key in one message. MS-CSSP 3.1.5 steps 2 and 3. */
function answerBare(state: At<"awaitingChallenge">, request: TsRequest): NlaConnectStep {
  const { settings } = state;
  const challenge = tokenOf(request);
  if (challenge === undefined) return unexpected(state, "no token");
  const answer = authenticate(settings, { negotiate: state.negotiate, challenge });
  if (answer.is !== "authenticate") return fail(answer);
  const version = Math.min(settings.version, request.version);
  return sendPublicKey({ settings, version, session: answer.session }, answer.bytes);
}

/** RFC 4178: the server may take another mechanism than our favourite, and ask for signatures. */
function answerWrapped(state: At<"awaitingChallenge">, request: TsRequest): NlaConnectStep {
  const { settings } = state;
  const token = tokenOf(request);
  if (token === undefined) return unexpected(state, "no token");
  const reply = decode(negTokenResponse, token);
  if (reply.state === "reject") return fail({ is: "rejectedByPeer" });
  if (reply.mechanism !== undefined && reply.mechanism !== mechanisms.ntlm)
    return fail({ is: "ntlmNotOffered", offered: [reply.mechanism] });
  const signs = state.signs || reply.state === "requestMic" || offered(settings)[0] !== mechanisms.ntlm;
  if (reply.responseToken === undefined) {
    if (state.signs) return unexpected(state, "no token");
    return step({ ...state, signs: true }, respond(settings, { responseToken: state.negotiate }));
  }
  const answer = authenticate(settings, { negotiate: state.negotiate, challenge: reply.responseToken });
  if (answer.is !== "authenticate") return fail(answer);
  const version = Math.min(settings.version, request.version);
  const signature = signs ? sign(answer.session.sending, mechListMicInput(offered(settings))) : undefined;
  const session = signature === undefined ? answer.session : { ...answer.session, sending: signature.state };
  const mechListMic = signature === undefined ? {} : { mechListMic: signature.bytes };
  return step(
    { at: "awaitingAcceptance", answered: { settings, version, session }, signs },
    respond(settings, { responseToken: answer.bytes, ...mechListMic }),
  );
}

function checkAcceptance(state: At<"awaitingAcceptance">, request: TsRequest): NlaConnectStep {
  const { answered, signs } = state;
  const token = tokenOf(request);
  if (token === undefined) return unexpected(state, "no token");
  const reply = decode(negTokenResponse, token);
  if (reply.state === "reject") return fail({ is: "rejectedByPeer" });
  if (reply.state !== "acceptCompleted") return unexpected(state, "no acceptance");
  if (!signs) return sendPublicKey(answered, undefined);
  const { sending, receiving } = answered.session;
  const expected = sign(receiving, mechListMicInput(offered(answered.settings)));
  if (reply.mechListMic === undefined || !equalBytes(expected.bytes, reply.mechListMic))
    return fail({ is: "integrityLost", of: "mechanisms" });
  return sendPublicKey({ ...answered, session: restartCiphers({ sending, receiving: expected.state }) }, undefined);
}

/** MS-CSSP 3.1.5 step 3. */
function sendPublicKey(answered: NlaAnswered, token: Uint8Array | undefined): NlaConnectStep {
  const { settings, session } = answered;
  const proof = publicKeyProof({ ...settings, version: answered.version }, "client");
  if (proof === undefined) throw new Error("the client's nonce has 32 bytes");
  const sealed = seal(session.sending, proof);
  const nonce = bindsByHash(answered.version) ? { clientNonce: settings.clientNonce } : {};
  return step(
    { at: "awaitingPublicKey", answered: { ...answered, session: { ...session, sending: sealed.state } } },
    send(settings, { token, pubKeyAuth: sealed.bytes, ...nonce }),
  );
}

/** MS-CSSP 3.1.5 steps 4 and 5: the server sees the same TLS key; it gets the password. */
function delegate(state: At<"awaitingPublicKey">, request: TsRequest): NlaConnectStep {
  const { settings, version, session } = state.answered;
  if (request.pubKeyAuth === undefined) return unexpected(state, "no pubKeyAuth");
  const received = unseal(session.receiving, request.pubKeyAuth);
  if (received === undefined) return fail({ is: "integrityLost", of: "publicKey" });
  const expected = publicKeyProof({ ...settings, version }, "server");
  if (expected === undefined || !equalBytes(received.bytes, expected)) return fail({ is: "publicKeyDiffers" });
  const { bytes } = seal(session.sending, encodePasswordCredentials(settings));
  const sent = send(settings, { authInfo: bytes });
  return settings.earlyUserAuthorization
    ? step({ at: "awaitingAuthorization" }, sent)
    : step({ at: "finished" }, sent, { do: "authenticated" });
}

function readAuthorization(bytes: Uint8Array): NlaConnectStep {
  const { result } = decode(earlyUserAuthorizationResult, bytes);
  return result === "success" ? step({ at: "finished" }, { do: "authenticated" }) : fail({ is: "accessDenied" });
}

function offered({ wrapping }: NlaConnectSettings): readonly string[] {
  return wrapping === "ntlm" ? [] : wrapping.offered;
}

function tokenOf(request: TsRequest): Uint8Array | undefined {
  return request.negoTokens?.[0]?.token;
}

function unexpected(state: NlaConnectState, got: string): NlaConnectStep {
  return fail({ is: "unexpected", at: state.at, got });
}

function fail(failure: NlaFailure): NlaConnectStep {
  return step({ at: "failed", failure }, { do: "fail", failure });
}

function respond(settings: NlaConnectSettings, token: NegTokenResponse): NlaConnectEffect {
  return send(settings, { token: encode(negTokenResponse, token) });
}

function send(
  settings: NlaConnectSettings,
  content: { readonly token?: Uint8Array | undefined } & Partial<
    Pick<TsRequest, "authInfo" | "pubKeyAuth" | "clientNonce">
  >,
): NlaConnectEffect {
  const { token, ...others } = content;
  const negoTokens = token === undefined ? {} : { negoTokens: [{ token }] };
  return { do: "send", bytes: encode(tsRequest, { version: settings.version, ...negoTokens, ...others }) };
}

function step(state: NlaConnectState, ...effects: readonly NlaConnectEffect[]): NlaConnectStep {
  return { state, effects };
}
