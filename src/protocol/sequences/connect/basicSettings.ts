import { decode, encode } from "#base/bytes/codec.ts";
import { connectInitial, connectResponse, usualDomainParameters } from "../../framing/connectMcs.ts";
import { conferenceCreateRequest, conferenceCreateResponse } from "../../framing/conference.ts";
import { attachUserRequest, erectDomainRequest } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { readX224Data, x224DataMessage } from "../../framing/x224.ts";
import { clientBlocks } from "../../gcc/clientBlocks.ts";
import { serverBlocks, type ServerBlocks } from "../../gcc/serverBlocks.ts";
import { clientBlocksOf } from "./clientProfile.ts";
import { fail, step, type ConnectSettings, type ConnectStep, type Joined, type Negotiated } from "./connectState.ts";

/** MS-RDPBCGR 3.2.5.3.3: MCS Connect Initial with all that the profile says. */
export function sendConnectInitial(negotiated: Negotiated, { profile }: ConnectSettings): ConnectStep {
  const blocks = encode(clientBlocks, clientBlocksOf(profile, negotiated));
  const { target, minimum, maximum } = usualDomainParameters;
  const initial = encode(connectInitial, {
    targetParameters: target,
    minimumParameters: minimum,
    maximumParameters: maximum,
    userData: encode(conferenceCreateRequest, { blocks }),
  });
  return step({ at: "awaitingConnectResponse", negotiated }, { do: "send", bytes: tpkt(x224DataMessage(initial)) });
}

/** MS-RDPBCGR 3.2.5.3.4 to 3.2.5.3.6: the server's blocks; then, without waiting between them, two MCS requests. */
export function receiveConnectResponse(
  negotiated: Negotiated,
  message: WireMessage,
  settings: ConnectSettings,
): ConnectStep {
  const at = "awaitingConnectResponse";
  if (message.is !== "tpkt") return fail({ is: "unexpected", at, got: message.is });
  const response = decode(connectResponse, readX224Data(message.payload));
  if (response.result !== "successful") return fail({ is: "mcsRefused", at, result: response.result });
  const server = decode(serverBlocks, decode(conferenceCreateResponse, response.userData).blocks);
  if (server.serverSecurity.encryptionMethod !== "none") return fail({ is: "securityNotSpoken", chosen: "rdp" });
  const joined = joinedOf(negotiated, server, settings);
  return step(
    { at: "awaitingAttachConfirm", joined },
    { do: "send", bytes: tpkt(x224DataMessage(encode(erectDomainRequest, {}))) },
    { do: "send", bytes: tpkt(x224DataMessage(encode(attachUserRequest, {}))) },
  );
}

function joinedOf(negotiated: Negotiated, server: ServerBlocks, { profile }: ConnectSettings): Joined {
  const { ioChannelId, channelIds } = server.serverNetwork;
  return {
    ...negotiated,
    server,
    userChannelId: 0,
    ioChannelId,
    messageChannelId: server.serverMessageChannel?.channelId,
    // A channel that the server did not make has number 0, or none.
    channels: profile.channels.flatMap(({ name }, index) => {
      const id = channelIds[index] ?? 0;
      return id === 0 ? [] : [{ name, id }];
    }),
    measurement: undefined,
    lastError: undefined,
  };
}
