import { concatBytes } from "#base/bytes/concatBytes.ts";
import { encode } from "#base/bytes/codec.ts";
import type { Rectangle } from "#base/geometry.ts";
import { disconnectProviderUltimatum } from "../../framing/domainMcs.ts";
import { sendDataRequestMessage } from "../../framing/sendData.ts";
import { securityHeader, type SecurityFlag } from "../../framing/securityHeader.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { x224DataMessage } from "../../framing/x224.ts";
import { findCapability } from "../../share/capabilities/capabilitySet.ts";
import { fastPathInput } from "../../share/input/fastPathInput.ts";
import type { InputEvent } from "../../share/input/inputEvent.ts";
import { channelMessage, type ChannelMessage } from "../../share/message/messageChannel.ts";
import type { ShareDataMessage } from "../../share/shareData.ts";
import { sharePdu, type ShareMessage } from "../../share/shareHeaders.ts";
import type { Capable, Joined } from "./connectState.ts";

/** A whole message on the I/O channel: one PDU of the share. */
export function shareControlBytes(joined: Joined, message: ShareMessage): Uint8Array {
  return channelBytes(joined, joined.ioChannelId, encode(sharePdu, { source: joined.userChannelId, message }));
}

/** A whole message on the I/O channel: one message of the established share. */
export function shareBytes(capable: Capable, pdu: ShareDataMessage): Uint8Array {
  return shareControlBytes(capable, { is: "data", shareId: capable.shareId, stream: "low", pdu });
}

/** A whole message on the I/O channel behind a security header (client info, licensing). */
export function secureBytes(joined: Joined, flags: readonly SecurityFlag[], data: Uint8Array): Uint8Array {
  return channelBytes(joined, joined.ioChannelId, concatBytes(encode(securityHeader, { flags }), data));
}

/** A whole message on the message channel; on the I/O channel where there is none. */
export function messageChannelBytes(joined: Joined, message: ChannelMessage): Uint8Array {
  return channelBytes(joined, joined.messageChannelId ?? joined.ioChannelId, encode(channelMessage, message));
}

/** A whole message on a static channel: one chunk. */
export function channelBytes({ userChannelId: initiator }: Joined, channelId: number, chunk: Uint8Array): Uint8Array {
  return sendDataRequestMessage({ initiator, channelId }, chunk);
}

/**
 * The events, at least one, as whole messages: fast-path where the server takes it. MS-RDPBCGR 3.2.5.8.1.1 and
 * 3.2.5.8.1.2
 */
export function inputBytes(capable: Capable, events: readonly InputEvent[]): readonly Uint8Array[] {
  const takes = findCapability(capable.capabilities.sets, "inputCapability")?.input ?? [];
  const isFast = takes.includes("fastPath") || takes.includes("fastPath2");
  const messages: Uint8Array[] = [];
  for (let start = 0; start < events.length; start += eventsPerMessage) {
    const some = events.slice(start, start + eventsPerMessage);
    messages.push(isFast ? fastPathInput(some) : shareBytes(capable, { is: "input", events: some }));
  }
  return messages;
}

/** These areas again, please. MS-RDPBCGR 3.2.5.11.2 */
export function refreshBytes(capable: Capable, areas: readonly Rectangle[]): Uint8Array {
  return shareBytes(capable, { is: "refreshRectangle", areas });
}

/** What of the desktop may be seen; undefined: nothing. MS-RDPBCGR 3.2.5.11.3 */
export function allowOutputBytes(capable: Capable, area: Rectangle | undefined): Uint8Array {
  return shareBytes(capable, { is: "suppressOutput", ...(area === undefined ? {} : { shown: area }) });
}

/** Everything up to the end of this frame has been shown. MS-RDPRFX 3.1.5.1 */
export function frameAcknowledgeBytes(capable: Capable, frameId: number): Uint8Array {
  return shareBytes(capable, { is: "frameAcknowledge", frameId });
}

/** The user closes the window: may it go? MS-RDPBCGR 3.2.5.5.1 */
export function shutdownRequestBytes(capable: Capable): Uint8Array {
  return shareBytes(capable, { is: "shutdownRequest" });
}

/** Goodbye, in good order. MS-RDPBCGR 3.2.5.5.3, T.125 7 part 4 */
export function disconnectBytes(): Uint8Array {
  return tpkt(x224DataMessage(encode(disconnectProviderUltimatum, { reason: "userRequested" })));
}

/** The server's own channel, as every server numbers it. */
export const serverChannelId = 0x03ea;
/** More than 15 events need a count of their own, which some servers read wrongly. */
const eventsPerMessage = 15;
