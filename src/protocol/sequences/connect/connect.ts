import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Instant } from "#base/units.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { receiveConnectResponse, sendConnectInitial } from "./basicSettings.ts";
import { receiveDemandActive } from "./capabilities.ts";
import { receiveAttachConfirm, receiveJoinConfirm } from "./channelConnection.ts";
import {
  fail,
  step,
  type ConnectEvent,
  type ConnectSettings,
  type ConnectState,
  type ConnectStep,
} from "./connectState.ts";
import { receiveFinalization } from "./finalization.ts";
import { receiveLicensing } from "./clientInfo.ts";
import { countMeasured, receiveLive } from "./live.ts";
import { receiveConfirm, sendRequest } from "./negotiation.ts";

/** How the next bytes of the stream are cut into messages. */
export type Expected = "messages" | "nla" | "nothing";

export function expected(state: ConnectState): Expected {
  switch (state.at) {
    case "awaitingTls":
    case "ended":
      return "nothing";
    case "awaitingNla":
      return "nla";
    default:
      return "messages";
  }
}

/** The wire is there: the first message. */
export function startConnect(settings: ConnectSettings): ConnectStep {
  return sendRequest(settings);
}

/**
 * The client's side of a connection, from the first byte to the last: what an event does in a state. Never throws
 * DecodeError.
 */
export function connect(state: ConnectState, event: ConnectEvent, settings: ConnectSettings): ConnectStep {
  try {
    return decide(state, event, settings);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return fail({ is: "malformed", at: state.at, problem: error.message });
  }
}

function decide(state: ConnectState, event: ConnectEvent, settings: ConnectSettings): ConnectStep {
  if (state.at === "ended") return step(state);
  switch (event.is) {
    case "message":
      return receive(countMeasured(state, event.message), event.message, event.now, settings);
    case "closed":
      return fail({ is: "closedByServer", at: state.at, error: lastError(state) });
    case "tlsReady":
      if (state.at !== "awaitingTls") return unexpected(state, event.is);
      if (state.negotiated.chosen === "tls") return sendConnectInitial(state.negotiated, settings);
      return step(
        { at: "awaitingNla", negotiated: state.negotiated },
        { do: "startNla", earlyUserAuthorization: state.negotiated.chosen === "credsspEx" },
      );
    case "nlaDone":
      return state.at === "awaitingNla" ? sendConnectInitial(state.negotiated, settings) : unexpected(state, event.is);
  }
}

function receive(state: ConnectState, message: WireMessage, now: Instant, settings: ConnectSettings): ConnectStep {
  switch (state.at) {
    case "awaitingConfirm":
      return receiveConfirm(message, settings);
    case "awaitingConnectResponse":
      return receiveConnectResponse(state.negotiated, message, settings);
    case "awaitingAttachConfirm":
      return receiveAttachConfirm(state.joined, message, settings);
    case "joiningChannels":
      return receiveJoinConfirm(state, message, settings);
    case "awaitingLicense":
      return receiveLicensing(state.joined, message, now, settings);
    case "awaitingDemandActive":
      return receiveDemandActive(state, message, now, settings);
    case "finalizing":
      return receiveFinalization(state.capable, message, now);
    case "active":
      return receiveLive(state.capable, message, now);
    case "ended":
      return step(state);
    case "awaitingTls":
    case "awaitingNla":
      return unexpected(state, `a ${message.is} message`);
  }
}

function lastError(state: ConnectState) {
  if ("joined" in state) return state.joined.lastError;
  return "capable" in state ? state.capable.lastError : undefined;
}

function unexpected(state: ConnectState, got: string): ConnectStep {
  return fail({ is: "unexpected", at: state.at, got });
}
