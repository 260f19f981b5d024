import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import { channelBindings } from "../../security/nla/channelBindings.ts";
import { earlyUserAuthorizationResult } from "../../security/nla/earlyUserAuthorization.ts";
import { type NlaFailure, toldStatus } from "../../security/nla/nlaFailure.ts";
import { acceptAuthenticate, challenge, readAuthenticate } from "../../security/nla/ntlmAccept.ts";
import { seal, sign, unseal } from "../../security/nla/ntlmSealing.ts";
import { type NtlmSession, restartCiphers } from "../../security/nla/ntlmSession.ts";
import { ntStatuses } from "../../security/nla/ntStatus.ts";
import { publicKeyProof } from "../../security/nla/publicKeyBinding.ts";
import {
  initialContextToken,
  mechanisms,
  mechListMicInput,
  type NegTokenResponse,
  negTokenResponse,
  tokenKind,
} from "../../security/nla/spnego.ts";
import { decodeCredentials } from "../../security/nla/tsCredentials.ts";
import { knowsErrorCode, type TsRequest, tsRequest } from "../../security/nla/tsRequest.ts";
import type {
  NlaAcceptEffect,
  NlaAcceptEvent,
  NlaAcceptSettings,
  NlaAcceptState,
  NlaAcceptStep,
  NlaExchange,
} from "./nlaState.ts";

/** Before the client's first token; the channel is under TLS. */
export function startNlaAccept(settings: NlaAcceptSettings): NlaAcceptState {
  return { at: "awaitingFirstToken", settings };
}

/** The server's side of CredSSP over NTLM, bare or in SPNEGO. Throws no DecodeError. MS-CSSP 3.1.5. */
export function stepNlaAccept(state: NlaAcceptState, event: NlaAcceptEvent): NlaAcceptStep {
  try {
    if (event.is !== "message") return answer(state, event);
    return receive(state, decode(tsRequest, Uint8Array.from(event.bytes)));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return fail(state, { is: "malformed", error });
  }
}

type At<Place extends NlaAcceptState["at"]> = Extract<NlaAcceptState, { readonly at: Place }>;

function receive(state: NlaAcceptState, request: TsRequest): NlaAcceptStep {
  switch (state.at) {
    case "awaitingFirstToken":
      return hear(state.settings, request);
    case "awaitingNegotiate":
      return negotiate(state, request);
    case "awaitingAuthenticate":
      return askForVerification(state, request);
    case "awaitingVerification":
      if (state.publicKey !== undefined || request.pubKeyAuth === undefined) return unexpected(state, "message");
      return step({ ...state, publicKey: request });
    case "awaitingPublicKey":
      return provePublicKey(state, request, undefined);
    case "awaitingCredentials":
      return takeCredentials(state, request);
    case "awaitingAuthorization":
    case "finished":
    case "failed":
      return unexpected(state, "message");
  }
}

function answer(state: NlaAcceptState, event: Exclude<NlaAcceptEvent, { readonly is: "message" }>): NlaAcceptStep {
  if (state.at === "awaitingVerification") {
    if (event.is === "ntlmVerified") return finishNtlm(state, event.sessionBaseKey);
    const { user, domain } = state.unproved.claim;
    if (event.is === "ntlmRefused") return fail(state, { is: "refused", reason: event.reason, user, domain });
  }
  if (state.at === "awaitingAuthorization") {
    if (event.is === "authorized") return step({ at: "finished" }, tellAuthorization("success"));
    if (event.is === "accessDenied") {
      const failure = { is: "accessDenied" } as const;
      return step({ at: "failed", failure }, tellAuthorization("accessDenied"), { do: "fail", failure });
    }
  }
  return unexpected(state, event.is);
}

/** MS-CSSP 3.1.5 step 2, RFC 4178 4.2.1: which version, which mechanism. */
function hear(settings: NlaAcceptSettings, request: TsRequest): NlaAcceptStep {
  const version = Math.min(settings.version, request.version);
  const bare: NlaExchange = { settings, version, wrapping: { is: "ntlm" } };
  const heard: At<"awaitingNegotiate"> = { at: "awaitingNegotiate", exchange: bare };
  const { versionMin } = settings;
  if (!(versionMin <= version)) return fail(heard, { is: "versionTooOld", version, versionMin });
  const token = tokenOf(request);
  if (token === undefined || tokenKind(token) === "ntlm") return negotiate(heard, request);
  const { mechanisms: offered, mechToken } = decode(initialContextToken, token).token;
  if (!offered.includes(mechanisms.ntlm)) return fail(heard, { is: "ntlmNotOffered", offered });
  const micRequired = offered[0] !== mechanisms.ntlm;
  const exchange: NlaExchange = { ...bare, wrapping: { is: "spnego", offered, micRequired } };
  if (!micRequired && mechToken !== undefined) return sendChallenge(exchange, mechToken);
  const reply: NegTokenResponse = { state: chosenState(exchange), mechanism: mechanisms.ntlm };
  return step({ at: "awaitingNegotiate", exchange }, send(exchange, { token: encode(negTokenResponse, reply) }));
}

function negotiate(state: At<"awaitingNegotiate">, request: TsRequest): NlaAcceptStep {
  const { responseToken } = unwrap(state.exchange, request);
  return responseToken === undefined ? unexpected(state, "no token") : sendChallenge(state.exchange, responseToken);
}

/** MS-NLMP 3.2.5.1.1. */
function sendChallenge(exchange: NlaExchange, negotiate: Uint8Array): NlaAcceptStep {
  const challenged = challenge(negotiate, exchange.settings);
  if ("is" in challenged) return fail({ at: "awaitingNegotiate", exchange }, challenged);
  const token =
    exchange.wrapping.is === "ntlm"
      ? challenged
      : encode(negTokenResponse, {
          state: chosenState(exchange),
          mechanism: mechanisms.ntlm,
          responseToken: challenged,
        });
  return step({ at: "awaitingAuthenticate", exchange, negotiate, challenge: challenged }, send(exchange, { token }));
}

/** MS-NLMP 3.2.5.1.2: what can be checked without the user's hash. Users who do not exist come as far as others. */
function askForVerification(state: At<"awaitingAuthenticate">, request: TsRequest): NlaAcceptStep {
  const { settings } = state.exchange;
  const { responseToken: authenticate, mechListMic } = unwrap(state.exchange, request);
  if (authenticate === undefined) return unexpected(state, "no token");
  const unproved = readAuthenticate(authenticate, {
    serverChallenge: settings.serverChallenge,
    bindings: settings.certificateHashes.map(channelBindings),
  });
  if (unproved.is !== "unproved") return fail(state, unproved);
  const publicKey = request.pubKeyAuth === undefined ? undefined : request;
  return step(
    { ...state, at: "awaitingVerification", authenticate, unproved, mechListMic, publicKey },
    { do: "verifyNtlm", claim: unproved.claim },
  );
}

/** The password was right: the session's keys, SPNEGO's last word, and the public key if it has come already. */
function finishNtlm(state: At<"awaitingVerification">, sessionBaseKey: Uint8Array): NlaAcceptStep {
  const { exchange, unproved, mechListMic } = state;
  const session = acceptAuthenticate(unproved, sessionBaseKey, state);
  if ("is" in session) return fail(state, session);
  const closed = closeWrapping(exchange, session, mechListMic);
  if ("is" in closed) return fail(state, closed);
  const next = { at: "awaitingPublicKey", exchange, claim: unproved.claim, session: closed.session } as const;
  if (state.publicKey !== undefined) return provePublicKey(next, state.publicKey, closed.token);
  return closed.token === undefined ? step(next) : step(next, send(exchange, { token: closed.token }));
}

/** RFC 4178 section 5: the signatures over the offered mechanisms, where there are any. */
function closeWrapping(
  exchange: NlaExchange,
  session: NtlmSession,
  mechListMic: Uint8Array | undefined,
): { readonly session: NtlmSession; readonly token: Uint8Array | undefined } | NlaFailure {
  const { wrapping } = exchange;
  if (wrapping.is === "ntlm") return { session, token: undefined };
  if (mechListMic === undefined) {
    if (wrapping.micRequired) return { is: "integrityLost", of: "mechanisms" };
    return { session, token: encode(negTokenResponse, { state: "acceptCompleted" }) };
  }
  const input = mechListMicInput(wrapping.offered);
  const expected = sign(session.receiving, input);
  if (!equalBytes(expected.bytes, mechListMic)) return { is: "integrityLost", of: "mechanisms" };
  const own = sign(session.sending, input);
  return {
    session: restartCiphers({ receiving: expected.state, sending: own.state }),
    token: encode(negTokenResponse, { state: "acceptCompleted", mechListMic: own.bytes }),
  };
}

/** MS-CSSP 3.1.5 steps 3 and 4: both sides see the same TLS key. */
function provePublicKey(
  state: At<"awaitingPublicKey">,
  request: TsRequest,
  token: Uint8Array | undefined,
): NlaAcceptStep {
  const { exchange, session } = state;
  if (request.pubKeyAuth === undefined) return unexpected(state, "no pubKeyAuth");
  const { version, settings } = exchange;
  const binding = { version, subjectPublicKey: settings.subjectPublicKey, clientNonce: request.clientNonce };
  const expected = publicKeyProof(binding, "client");
  const own = publicKeyProof(binding, "server");
  if (expected === undefined || own === undefined) return unexpected(state, "no clientNonce");
  const received = unseal(session.receiving, request.pubKeyAuth);
  if (received === undefined) return fail(state, { is: "integrityLost", of: "publicKey" });
  if (!equalBytes(received.bytes, expected)) return fail(state, { is: "publicKeyDiffers" });
  const sealed = seal(session.sending, own);
  return step(
    { ...state, at: "awaitingCredentials", session: { receiving: received.state, sending: sealed.state } },
    send(exchange, { token, pubKeyAuth: sealed.bytes }),
  );
}

/** MS-CSSP 3.1.5 step 5. The client reads no TSRequest any more: what goes wrong from here on, it is not told. */
function takeCredentials(state: At<"awaitingCredentials">, request: TsRequest): NlaAcceptStep {
  if (request.authInfo === undefined) return unexpected(state, "no authInfo");
  const received = unseal(state.session.receiving, request.authInfo);
  if (received === undefined) return fail(state, { is: "integrityLost", of: "credentials" });
  const credentials = decodeCredentials(received.bytes);
  const { user, domain } = state.claim;
  if (credentials.is === "unusable") return fail(state, { is: "credentialsUnusable", kind: credentials.kind, user });
  if (accountName(credentials.user) !== accountName(user))
    return fail(state, { is: "credentialsOfAnother", user, delegatedUser: credentials.user });
  const { earlyUserAuthorization } = state.exchange.settings;
  return step(
    { at: earlyUserAuthorization ? "awaitingAuthorization" : "finished" },
    { do: "authenticated", user, domain, password: credentials.password },
  );
}

/** Of "DOMAIN\Anna" and "anna@domain" the same. */
function accountName(user: string): string {
  const name = user.slice(user.lastIndexOf("\\") + 1);
  return (name.split("@", 1)[0] ?? name).toLowerCase();
}

function unwrap(exchange: NlaExchange, request: TsRequest): NegTokenResponse {
  const token = tokenOf(request);
  if (token === undefined) return {};
  return exchange.wrapping.is === "ntlm" ? { responseToken: token } : decode(negTokenResponse, token);
}

function tokenOf(request: TsRequest): Uint8Array | undefined {
  return request.negoTokens?.[0]?.token;
}

/** MS-SPNG 3.2.5.1: the signatures are asked for when NTLM was not the client's favourite. */
function chosenState({ wrapping }: NlaExchange): "requestMic" | "acceptIncomplete" {
  return wrapping.is === "spnego" && wrapping.micRequired ? "requestMic" : "acceptIncomplete";
}

function unexpected(state: NlaAcceptState, got: string): NlaAcceptStep {
  return fail(state, { is: "unexpected", at: state.at, got });
}

function fail(state: NlaAcceptState, failure: NlaFailure): NlaAcceptStep {
  const status = toldStatus(failure);
  const tells = "exchange" in state && state.at !== "awaitingCredentials" && knowsErrorCode(state.exchange.version);
  const end: NlaAcceptEffect = { do: "fail", failure };
  if (!tells || status === undefined) return step({ at: "failed", failure }, end);
  return step({ at: "failed", failure }, send(state.exchange, { errorCode: ntStatuses[status] }), end);
}

function send(
  exchange: NlaExchange,
  content: {
    readonly token?: Uint8Array | undefined;
    readonly pubKeyAuth?: Uint8Array;
    readonly errorCode?: number;
  },
): NlaAcceptEffect {
  const { token, ...others } = content;
  const { version } = exchange.settings;
  const negoTokens = token === undefined ? {} : { negoTokens: [{ token }] };
  return { do: "send", bytes: encode(tsRequest, { version, ...negoTokens, ...others }) };
}

function tellAuthorization(result: "success" | "accessDenied"): NlaAcceptEffect {
  return { do: "send", bytes: encode(earlyUserAuthorizationResult, { result }) };
}

function step(state: NlaAcceptState, ...effects: readonly NlaAcceptEffect[]): NlaAcceptStep {
  return { state, effects };
}
