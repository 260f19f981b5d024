import { DecodeError } from "#base/bytes/decodeError.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import {
  refuse,
  step,
  type AcceptEvent,
  type AcceptSettings,
  type AcceptState,
  type AcceptStep,
} from "./acceptState.ts";
import { receiveConnectInitial } from "./basicSettings.ts";
import { receiveConfirmActive } from "./capabilities.ts";
import { receiveAttachUser, receiveErectDomain, receiveJoin } from "./channelConnection.ts";
import { receiveClientInfo } from "./clientInfo.ts";
import { receiveFinalization } from "./finalization.ts";
import { deactivate, receiveLive } from "./live.ts";
import { chooseSecurity, receiveNegotiation, turnAway } from "./negotiation.ts";
import { receiveSecurityExchange } from "./standardSecurity.ts";

/** How the next bytes of the stream are cut into messages. */
export type Expected = "messages" | "derSequences" | "nothing";

/** Before the first byte. */
export const accepting: AcceptState = { at: "awaitingNegotiation" };

export function expected(state: AcceptState): Expected {
  switch (state.at) {
    case "choosingSecurity":
    case "awaitingTls":
    case "awaitingAdmission":
    case "ended":
      return "nothing";
    case "awaitingNla":
      return "derSequences";
    default:
      return "messages";
  }
}

/**
 * The server's side of a connection, from the first byte to the last: what an event does in a state. Never throws
 * DecodeError.
 */
export function accept(state: AcceptState, event: AcceptEvent, settings: AcceptSettings): AcceptStep {
  try {
    return decide(state, event, settings);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse({ code: "HF-WIRE-03", step: state.at, problem: error.message });
  }
}

function decide(state: AcceptState, event: AcceptEvent, settings: AcceptSettings): AcceptStep {
  if (event.is === "message") {
    // The negotiation has no code for "too many": the one that makes clients show an error and not try another way.
    if (state.at === "awaitingNegotiation" && settings.refusal !== undefined) return turnAway(settings.refusal);
    return receive(state, event.message, settings);
  }
  switch (state.at) {
    case "choosingSecurity":
      return event.is === "nlaOffer"
        ? chooseSecurity(state.request, event.offered, settings)
        : unexpected(state, event.is);
    case "awaitingTls": {
      if (event.is !== "tlsReady") return unexpected(state, event.is);
      const { request, chosen } = state;
      if (chosen === "tls") return step({ at: "awaitingConnectInitial", request, chosen });
      return step({ at: "awaitingNla", request, chosen }, { do: "startNla" });
    }
    case "awaitingNla":
      if (event.is !== "nlaOver") return unexpected(state, event.is);
      return step({ at: "awaitingAdmission", request: state.request, chosen: state.chosen });
    case "awaitingAdmission":
      if (event.is !== "admitted") return unexpected(state, event.is);
      return step({ at: "awaitingConnectInitial", request: state.request, chosen: state.chosen });
    case "active":
      return event.is === "resize" ? deactivate(state.capable, event.size) : unexpected(state, event.is);
    default:
      return unexpected(state, event.is);
  }
}

function receive(state: AcceptState, message: WireMessage, settings: AcceptSettings): AcceptStep {
  switch (state.at) {
    case "awaitingNegotiation":
      return receiveNegotiation(message);
    case "awaitingConnectInitial":
      return receiveConnectInitial(state, message, settings);
    case "awaitingErectDomain":
      return receiveErectDomain(state.joined, message);
    case "awaitingAttachUser":
      return receiveAttachUser(state.joined, message);
    case "joiningChannels":
      return receiveJoin(state, message, settings);
    case "awaitingSecurityExchange":
      return receiveSecurityExchange(state.joined, message, settings);
    case "awaitingClientInfo":
      return receiveClientInfo(state.joined, message);
    case "awaitingConfirmActive":
      return receiveConfirmActive(state, message);
    case "finalizing":
      return receiveFinalization(state.capable, message);
    case "active":
      return receiveLive(state.capable, message);
    case "ended":
      return step(state);
    case "choosingSecurity":
    case "awaitingTls":
    case "awaitingNla":
    case "awaitingAdmission":
      return unexpected(state, `a ${message.is} message`);
  }
}

function unexpected(state: AcceptState, got: string): AcceptStep {
  return refuse({ code: "HF-WIRE-06", step: state.at, got });
}
