import type { ValueOf } from "#base/bytes/codec.ts";
import type { SecurityProtocol } from "../../framing/negotiation.ts";
import type { NegotiationFailure } from "../../framing/negotiation.ts";
import type { disconnectProviderUltimatum } from "../../framing/domainMcs.ts";
import type { ConnectResponse } from "../../framing/connectMcs.ts";
import type { NlaFailure } from "../../security/nla/nlaFailure.ts";
import { errorInfoText } from "../../share/session/errorInfo.ts";
import type { SetErrorInfo } from "../../share/session/status.ts";

type ErrorWord = SetErrorInfo["error"];

/** Why a client's connection ended; `at` is the state in which it did (`ConnectState["at"]`). */
export type ConnectFailure =
  /** The server's answer to what we offered. */
  | { readonly is: "negotiationFailed"; readonly failure: NegotiationFailure["failure"] }
  /** The server knows, or chose, something that was not offered or is not spoken here (standard RDP security, say). */
  | { readonly is: "securityNotSpoken"; readonly chosen: SecurityProtocol | "rdp" | { readonly unknown: number } }
  | { readonly is: "tlsFailed"; readonly problem: string }
  | { readonly is: "nlaFailed"; readonly failure: NlaFailure }
  | { readonly is: "mcsRefused"; readonly at: string; readonly result: ConnectResponse["result"] }
  /** `why`: the server's word. */
  | { readonly is: "licenseRefused"; readonly why: string }
  /** The server ended it by MCS; `error`: the last error it told, if any. */
  | {
      readonly is: "endedByServer";
      readonly at: string;
      readonly reason: ValueOf<typeof disconnectProviderUltimatum>["reason"];
      readonly error: ErrorWord | undefined;
    }
  /** The wire was cut. */
  | { readonly is: "closedByServer"; readonly at: string; readonly error: ErrorWord | undefined }
  /** Bytes that make no sense, with the decoder's words. */
  | { readonly is: "malformed"; readonly at: string; readonly problem: string }
  | { readonly is: "unexpected"; readonly at: string; readonly got: string };

/** The failure in one line, for people. */
export function connectFailureText(failure: ConnectFailure): string {
  switch (failure.is) {
    case "negotiationFailed":
      return `the server refused the negotiation: ${word(failure.failure)}`;
    case "securityNotSpoken":
      return `the server chose ${word(failure.chosen)}, which is not spoken here`;
    case "tlsFailed":
      return `the TLS handshake failed: ${failure.problem}`;
    case "nlaFailed":
      return `Network Level Authentication failed: ${nlaText(failure.failure)}`;
    case "mcsRefused":
      return `the server refused in ${failure.at}: ${word(failure.result)}`;
    case "licenseRefused":
      return `the server gave no licence: ${failure.why}`;
    case "endedByServer":
      return `the server ended the connection in ${failure.at} (${word(failure.reason)})${errorText(failure.error)}`;
    case "closedByServer":
      return `the server closed the connection in ${failure.at}${errorText(failure.error)}`;
    case "malformed":
      return `the server's bytes make no sense in ${failure.at}: ${failure.problem}`;
    case "unexpected":
      return `in ${failure.at} came ${failure.got}`;
  }
}

function nlaText(failure: NlaFailure): string {
  return failure.is === "refusedByPeer" ? word(failure.status) : failure.is;
}

function errorText(error: ErrorWord | undefined): string {
  return error === undefined ? "" : `: ${errorInfoText(error)}`;
}

function word(value: string | { readonly unknown: number }): string {
  return typeof value === "string" ? value : `code ${value.unknown}`;
}
