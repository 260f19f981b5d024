import { decode, encode } from "#base/bytes/codec.ts";
import { attachUserConfirm, channelJoinConfirm, domainPdu, type DomainPdu } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { readX224Data, x224DataMessage } from "../../framing/x224.ts";
import { refuse, step, type AcceptSettings, type AcceptStep, type Joined } from "./acceptState.ts";
import { receiveClientInfo } from "./clientInfo.ts";
import { receiveSecurityExchange } from "./standardSecurity.ts";

/** MS-RDPBCGR 3.3.5.3.5. */
export function receiveErectDomain(joined: Joined, message: WireMessage): AcceptStep {
  const pdu = readDomainPdu(message);
  if (pdu.is !== "erectDomainRequest") return outOfOrder("awaitingErectDomain", pdu.is);
  return step({ at: "awaitingAttachUser", joined });
}

/** MS-RDPBCGR 3.3.5.3.6 and 3.3.5.3.7. A client that was allowed to skips the joins. */
export function receiveAttachUser(joined: Joined, message: WireMessage): AcceptStep {
  const pdu = readDomainPdu(message);
  if (pdu.is !== "attachUserRequest") return outOfOrder("awaitingAttachUser", pdu.is);
  const { userChannelId, ioChannelId, messageChannelId, channels } = joined;
  const confirm = encode(attachUserConfirm, { result: "successful", initiator: userChannelId });
  const ids = [userChannelId, ioChannelId, ...channels.map(({ id }) => id)];
  const left = messageChannelId === undefined ? ids : [...ids, messageChannelId];
  return step({ at: "joiningChannels", joined, left }, { do: "send", bytes: tpkt(x224DataMessage(confirm)) });
}

/** MS-RDPBCGR 3.3.5.3.8 and 3.3.5.3.9. Whoever goes on has joined what he wants. */
export function receiveJoin(
  { joined, left }: { readonly joined: Joined; readonly left: readonly number[] },
  message: WireMessage,
  settings: AcceptSettings,
): AcceptStep {
  const pdu = readDomainPdu(message);
  const isSecured = joined.chosen !== "rdp";
  if (pdu.is === "sendDataRequest") {
    return isSecured ? receiveClientInfo(joined, message) : receiveSecurityExchange(joined, message, settings);
  }
  if (pdu.is !== "channelJoinRequest") return outOfOrder("joiningChannels", pdu.is);
  const { userChannelId } = joined;
  const requested = pdu.channelId;
  const known = left.includes(requested) || isJoined(joined, requested);
  const confirm = known
    ? { result: "successful" as const, initiator: userChannelId, requested, channelId: requested }
    : { result: "noSuchChannel" as const, initiator: userChannelId, requested };
  const rest = left.filter((id) => id !== requested);
  const bytes = tpkt(x224DataMessage(encode(channelJoinConfirm, confirm)));
  if (0 < rest.length) return step({ at: "joiningChannels", joined, left: rest }, { do: "send", bytes });
  return step({ at: isSecured ? "awaitingClientInfo" : "awaitingSecurityExchange", joined }, { do: "send", bytes });
}

function isJoined(joined: Joined, id: number): boolean {
  return id === joined.userChannelId || id === joined.ioChannelId || joined.channels.some((each) => each.id === id);
}

function readDomainPdu(message: WireMessage): DomainPdu {
  return decode(domainPdu, readX224Data(message.payload));
}

function outOfOrder(at: string, got: string): AcceptStep {
  return refuse({ code: "HF-WIRE-06", step: at, got });
}
