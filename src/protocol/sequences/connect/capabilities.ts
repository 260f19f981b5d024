import type { Instant } from "#base/units.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { readSendData } from "../../framing/sendData.ts";
import { findCapability } from "../../share/capabilities/capabilitySet.ts";
import { readSharePdus, type ShareMessage, type SharePdu } from "../../share/shareHeaders.ts";
import { capabilitySetsOf } from "./clientProfile.ts";
import { step, type Capable, type ConnectSettings, type ConnectStep, type Joined } from "./connectState.ts";
import { firstMessages } from "./finalization.ts";
import { besideShare, otherThanData, receiveBeforeShare } from "./live.ts";
import { shareControlBytes } from "./outgoing.ts";

type Awaiting = { readonly at: "awaitingDemandActive"; readonly joined: Joined; readonly again: boolean };

/**
 * MS-RDPBCGR 3.2.5.3.13: what the server can do; at once our answer, and our part of the finalization (3.2.5.3.14 to
 * 3.2.5.3.18), which waits for nothing. What is drawn until then belongs to a share that is gone.
 */
export function receiveDemandActive(
  state: Awaiting,
  message: WireMessage,
  now: Instant,
  settings: ConnectSettings,
): ConnectStep {
  if (message.is === "fastPath") return step(state);
  const sent = readSendData(message.bytes);
  if (sent === undefined) return otherThanData(state.joined, state.at, message);
  if (sent.channelId !== state.joined.ioChannelId) {
    const { joined, effects } = besideShare(state.joined, sent, now);
    return step({ ...state, joined }, ...effects);
  }
  const pdus = readSharePdus(sent.data);
  const demand = pdus.find(isDemand)?.message;
  if (demand === undefined) return receiveBeforeShare(state, pdus);
  return confirm(state, demand, settings);
}

type Demand = Extract<ShareMessage, { readonly is: "demandActive" }>;

function isDemand(pdu: SharePdu): pdu is SharePdu & { readonly message: Demand } {
  return pdu.message.is === "demandActive";
}

function confirm({ joined, again }: Awaiting, demand: Demand, settings: ConnectSettings): ConnectStep {
  const { shareId, capabilities } = demand;
  const bitmap = findCapability(capabilities.sets, "bitmapCapability");
  const size =
    bitmap === undefined ? settings.profile.size : { width: bitmap.desktopWidth, height: bitmap.desktopHeight };
  const capable: Capable = { ...joined, shareId, capabilities, size, again };
  const sets = capabilitySetsOf(settings.profile, size);
  const answer = shareControlBytes(joined, { is: "confirmActive", shareId, capabilities: { from: "MSTSC", sets } });
  return step(
    { at: "finalizing", capable },
    { do: "send", bytes: answer },
    ...firstMessages(capable).map((bytes) => ({ do: "send", bytes }) as const),
  );
}
