import { decode, encode } from "#base/bytes/codec.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { SecurityProtocol } from "../../framing/negotiation.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import {
  connectionConfirm,
  connectionRequest,
  type ConnectionConfirm,
  type ConnectionRequest,
} from "../../framing/x224.ts";
import { step, type AcceptEffect, type AcceptSettings, type AcceptStep, type ChosenSecurity } from "./acceptState.ts";

/** MS-RDPBCGR 3.3.5.3.1: the connection request; what the cookie's user may have is asked first. */
export function receiveNegotiation(message: WireMessage): AcceptStep {
  const request = decode(connectionRequest, message.payload);
  const cookie = request.routing?.is === "cookie" ? request.routing.user : undefined;
  return step({ at: "choosingSecurity", request }, { do: "askNlaOffer", cookie });
}

/**
 * MS-RDPBCGR 3.3.5.3.2: NLA where it is required, offered to this user, or all that the client takes; else TLS, and the
 * sign-in screen in it. Standard RDP security is for those that know neither.
 */
export function chooseSecurity(request: ConnectionRequest, nlaOffered: boolean, settings: AcceptSettings): AcceptStep {
  const offered = request.negotiation?.requestedProtocols ?? [];
  const nla: ChosenSecurity | undefined = offered.includes("credsspEx")
    ? "credsspEx"
    : offered.includes("credssp")
      ? "credssp"
      : undefined;
  const chosen = nla !== undefined && (nlaOffered || !offered.includes("tls")) ? nla : "tls";
  if (!offered.includes("tls") && nla === undefined) return decideLegacy(request, offered, settings);
  if (settings.nlaRequired && chosen === "tls") {
    return ended(
      { is: "failed", failure: "hybridRequiredByServer" },
      { do: "refuse", refusal: { code: "HF-WIRE-02", offered } },
    );
  }
  const confirm: ConnectionConfirm = {
    is: "negotiated",
    flags: ["extendedClientData", "graphicsPipeline"],
    selectedProtocol: chosen,
  };
  return step({ at: "awaitingTls", request, chosen }, send(confirm), { do: "startTls" });
}

/** There is no place for the client. */
export function turnAway(refusal: Refusal): AcceptStep {
  return ended({ is: "failed", failure: "sslCertificateNotOnServer" }, { do: "refuse", refusal });
}

/** A client that sent no negotiation request understands no answer to one: refused, it sees the connection end. */
function decideLegacy(
  request: ConnectionRequest,
  offered: readonly SecurityProtocol[],
  settings: AcceptSettings,
): AcceptStep {
  if (settings.standardSecurity !== undefined && !settings.nlaRequired) {
    const confirm: ConnectionConfirm =
      request.negotiation === undefined
        ? { is: "confirmed" }
        : { is: "negotiated", flags: ["extendedClientData", "graphicsPipeline"], selectedProtocol: "rdp" };
    return step({ at: "awaitingConnectInitial", request, chosen: "rdp" }, send(confirm));
  }
  const refusal: AcceptEffect = { do: "refuse", refusal: { code: "HF-WIRE-01", offered } };
  if (request.negotiation === undefined) return { state: { at: "ended" }, effects: [refusal] };
  return ended({ is: "failed", failure: "sslRequiredByServer" }, refusal);
}

function ended(confirm: ConnectionConfirm, refusal: AcceptEffect): AcceptStep {
  return step({ at: "ended" }, send(confirm), refusal);
}

function send(confirm: ConnectionConfirm): AcceptEffect {
  return { do: "send", bytes: tpkt(encode(connectionConfirm, confirm)) };
}
