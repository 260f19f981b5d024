import { decode, encode } from "#base/bytes/codec.ts";
import { channelJoinRequest, domainPdu, type DomainPdu } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { readX224Data, x224DataMessage } from "../../framing/x224.ts";
import { sendClientInfo } from "./clientInfo.ts";
import { fail, step, type ConnectEffect, type ConnectSettings, type ConnectStep, type Joined } from "./connectState.ts";

/** MS-RDPBCGR 3.2.5.3.7: our number. Where both sides can, nothing is joined. */
export function receiveAttachConfirm(before: Joined, message: WireMessage, settings: ConnectSettings): ConnectStep {
  const at = "awaitingAttachConfirm";
  const pdu = readDomainPdu(message);
  if (pdu?.is !== "attachUserConfirm") return other(before, at, pdu, message);
  if (pdu.result !== "successful" || pdu.initiator === undefined) {
    return fail({ is: "mcsRefused", at, result: pdu.result });
  }
  const joined = { ...before, userChannelId: pdu.initiator };
  if (skipsJoin(joined, settings)) return sendClientInfo(joined, settings);
  const { userChannelId, ioChannelId, messageChannelId, channels } = joined;
  const ids = [userChannelId, ioChannelId, ...channels.map(({ id }) => id)];
  const left = messageChannelId === undefined ? ids : [...ids, messageChannelId];
  return step({ at: "joiningChannels", joined, left }, join(joined, userChannelId));
}

/** MS-RDPBCGR 3.2.5.3.8 and 3.2.5.3.9: one channel after the other. */
export function receiveJoinConfirm(
  { joined, left }: { readonly joined: Joined; readonly left: readonly number[] },
  message: WireMessage,
  settings: ConnectSettings,
): ConnectStep {
  const at = "joiningChannels";
  const pdu = readDomainPdu(message);
  if (pdu?.is !== "channelJoinConfirm") return other(joined, at, pdu, message);
  if (pdu.result !== "successful") return fail({ is: "mcsRefused", at, result: pdu.result });
  const [asked, ...rest] = left;
  if (pdu.requested !== asked) return fail({ is: "unexpected", at, got: `channel ${pdu.requested}` });
  const [next] = rest;
  if (next === undefined) return sendClientInfo(joined, settings);
  return step({ at: "joiningChannels", joined, left: rest }, join(joined, next));
}

function skipsJoin({ server }: Joined, { profile }: ConnectSettings): boolean {
  const offered = profile.earlyCapabilities.includes("skipChannelJoin");
  return offered && server.serverCore.earlyCapabilityFlags?.includes("skipChannelJoin") === true;
}

function join({ userChannelId }: Joined, channelId: number): ConnectEffect {
  const request = encode(channelJoinRequest, { initiator: userChannelId, channelId });
  return { do: "send", bytes: tpkt(x224DataMessage(request)) };
}

function readDomainPdu(message: WireMessage): DomainPdu | undefined {
  return message.is === "tpkt" ? decode(domainPdu, readX224Data(message.payload)) : undefined;
}

function other(joined: Joined, at: string, pdu: DomainPdu | undefined, message: WireMessage): ConnectStep {
  if (pdu?.is !== "disconnectProviderUltimatum") return fail({ is: "unexpected", at, got: pdu?.is ?? message.is });
  return fail({ is: "endedByServer", at, reason: pdu.reason, error: joined.lastError });
}
