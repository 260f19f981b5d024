import { Reader } from "#base/bytes/reader.ts";
import { decodeStart, encode } from "#base/bytes/codec.ts";
import type { Instant } from "#base/units.ts";
import { clientInfo, type ClientInfo } from "../../clientInfo/clientInfo.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { securityHeader } from "../../framing/securityHeader.ts";
import { readSendData } from "../../framing/sendData.ts";
import { answerLicensing } from "../../licensing/licenseExchange.ts";
import { licensingMessage } from "../../licensing/licensing.ts";
import { autoReconnectVerifier } from "../../share/session/autoReconnect.ts";
import { fail, step, type ConnectSettings, type ConnectStep, type Joined } from "./connectState.ts";
import { readSharePdus } from "../../share/shareHeaders.ts";
import { besideShare, otherThanData, outsideShare, receiveBeforeShare } from "./live.ts";
import { secureBytes } from "./outgoing.ts";

/** MS-RDPBCGR 3.2.5.3.11: who we say we are. */
export function sendClientInfo(joined: Joined, settings: ConnectSettings): ConnectStep {
  const info = encode(clientInfo, clientInfoOf(settings));
  return step({ at: "awaitingLicense", joined }, { do: "send", bytes: secureBytes(joined, ["info"], info) });
}

/** MS-RDPBCGR 3.2.5.3.12: licensing; before it, measurements and errors may come. */
export function receiveLicensing(
  joined: Joined,
  message: WireMessage,
  now: Instant,
  settings: ConnectSettings,
): ConnectStep {
  const at = "awaitingLicense";
  if (message.is !== "tpkt") return fail({ is: "unexpected", at, got: message.is });
  const sent = readSendData(message.bytes);
  if (sent === undefined) return otherThanData(joined, at, message);
  if (sent.channelId !== joined.ioChannelId) {
    const { joined: after, effects } = besideShare(joined, sent, now);
    return step({ at, joined: after }, ...effects);
  }
  if (isSharePdu(sent.data)) return receiveBeforeShare({ at, joined }, readSharePdus(sent.data));
  const { flags } = decodeStart(securityHeader, sent.data);
  if (!flags.includes("license")) {
    // Measurements come over the I/O channel when there is no other.
    const { joined: after, effects } = outsideShare(joined, sent.data, now);
    return step({ at, joined: after }, ...effects);
  }
  const reader = new Reader(sent.data);
  securityHeader.read(reader);
  const asked = licensingMessage.read(reader);
  const told = { do: "licensing", message: asked } as const;
  const answer = answerLicensing(asked, {
    userName: settings.user,
    machineName: settings.profile.name,
    ...settings.licensing,
  });
  switch (answer.is) {
    case "done":
      return step({ at: "awaitingDemandActive", joined, again: false }, told);
    case "answer": {
      const bytes = secureBytes(joined, ["license"], encode(licensingMessage, answer.message));
      return step({ at, joined }, told, { do: "send", bytes });
    }
    case "refused": {
      const refused = fail({ is: "licenseRefused", why: answer.why });
      return step(refused.state, told, ...refused.effects);
    }
  }
}

/** A server that will not have us says so in the share before there is one: told apart by the length in front. */
function isSharePdu(data: Uint8Array): boolean {
  return 18 <= data.length && (data[0]! | (data[1]! << 8)) === data.length && data[2] === 0x17;
}

function clientInfoOf(settings: ConnectSettings): ClientInfo {
  const { profile, autoReconnect, autoLogon } = settings;
  const proof =
    autoReconnect === undefined
      ? "none"
      : { logonId: autoReconnect.logonId, securityVerifier: autoReconnectVerifier(autoReconnect.randomBits) };
  return {
    codePage: 0,
    flags: [
      "mouse",
      "disableCtrlAltDel",
      "unicode",
      "maximizeShell",
      "logonNotify",
      "enableWindowsKey",
      "logonErrors",
      "mouseHasWheel",
      "noAudioPlayback",
      ...(autoLogon ? (["autoLogon"] as const) : []),
    ],
    compressionType: "rdp4",
    domain: settings.domain,
    userName: settings.user,
    password: autoLogon ? settings.password : "",
    alternateShell: "",
    workingFolder: "",
    extended: {
      addressFamily: settings.clientAddress.includes(":") ? "ipv6" : "ipv4",
      clientAddress: settings.clientAddress,
      clientFolder: "",
      timeZone: profile.timeZone,
      sessionId: 0,
      performance: profile.performance,
      autoReconnect: proof,
    },
  };
}
