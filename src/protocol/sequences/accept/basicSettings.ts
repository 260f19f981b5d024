import { decode, encode } from "#base/bytes/codec.ts";
import { confirmedDomainParameters, connectInitial, connectResponse } from "../../framing/connectMcs.ts";
import { conferenceCreateRequest, conferenceCreateResponse } from "../../framing/conference.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { readX224Data, x224DataMessage, type ConnectionRequest } from "../../framing/x224.ts";
import { clientBlocks, type ClientBlocks } from "../../gcc/clientBlocks.ts";
import { serverBlocks, type ServerBlocks, type ServerSecurity } from "../../gcc/serverBlocks.ts";
import { refuse, step, type AcceptSettings, type AcceptStep, type ChosenSecurity, type Joined } from "./acceptState.ts";
import { serverSecurity } from "./standardSecurity.ts";

/** MS-RDPBCGR 3.3.5.3.3 and 3.3.5.3.4: the client's blocks in, ours out. */
export function receiveConnectInitial(
  state: { readonly request: ConnectionRequest; readonly chosen: ChosenSecurity },
  message: WireMessage,
  settings: AcceptSettings,
): AcceptStep {
  const initial = decode(connectInitial, readX224Data(message.payload));
  const { blocks } = decode(conferenceCreateRequest, initial.userData);
  const client = decode(clientBlocks, blocks);
  const joined = assignChannels(state, client);
  const security = serverSecurity(joined, settings);
  if (security === undefined) {
    return refuse({ code: "HF-WIRE-01", offered: client.clientSecurity?.encryptionMethods ?? [] });
  }
  const response = encode(connectResponse, {
    result: "successful",
    domainParameters: confirmedDomainParameters(initial),
    userData: encode(conferenceCreateResponse, { blocks: encode(serverBlocks, answer(joined, security)) }),
  });
  return step({ at: "awaitingErectDomain", joined }, { do: "send", bytes: tpkt(x224DataMessage(response)) });
}

/**
 * Numbers, one after the other: I/O, the static channels in the client's order, the message channel, the client itself.
 */
function assignChannels(
  { request, chosen }: { readonly request: ConnectionRequest; readonly chosen: ChosenSecurity },
  client: ClientBlocks,
): Joined {
  const wanted = client.clientNetwork?.channels ?? [];
  const channels = wanted.map(({ name }, index) => ({ name, id: ioChannelId + 1 + index }));
  const next = ioChannelId + 1 + channels.length;
  const messageChannelId = client.clientMessageChannel === undefined ? undefined : next;
  return { request, chosen, client, userChannelId: next + 1, ioChannelId, messageChannelId, channels };
}

function answer({ request, client, channels, messageChannelId }: Joined, security: ServerSecurity): ServerBlocks {
  const skipsJoin = client.clientCore.earlyCapabilityFlags?.includes("skipChannelJoin") === true;
  return {
    serverCore: {
      version: "10.12",
      clientRequestedProtocols: request.negotiation?.requestedProtocols ?? [],
      earlyCapabilityFlags: skipsJoin ? ["skipChannelJoin"] : [],
    },
    serverNetwork: { ioChannelId, channelIds: channels.map(({ id }) => id) },
    serverSecurity: security,
    ...(messageChannelId === undefined ? {} : { serverMessageChannel: { channelId: messageChannelId } }),
  };
}

const ioChannelId = 1003;
