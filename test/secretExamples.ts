import { encode, type Codec } from "#base/bytes/codec.ts";
import { concatBytes } from "#base/bytes/concatBytes.ts";
import { clientInfo, type ClientInfo } from "#protocol/clientInfo/clientInfo.ts";
import { securityHeader, type SecurityFlag } from "#protocol/framing/securityHeader.ts";
import { sendDataIndicationMessage, sendDataRequestMessage } from "#protocol/framing/sendData.ts";
import { licensingMessage, type LicensingMessage } from "#protocol/licensing/licensing.ts";
import { tsRequest } from "#protocol/security/nla/tsRequest.ts";
import { securityExchange } from "#protocol/security/standard/securityExchange.ts";
import { channelMessage } from "#protocol/share/message/messageChannel.ts";
import { fastPathInput } from "#protocol/share/input/fastPathInput.ts";
import type { ShareDataMessage } from "#protocol/share/shareData.ts";
import { sharePdu, type ShareMessage } from "#protocol/share/shareHeaders.ts";
import type { TracedMessage } from "#protocol/trace/tracedMessage.ts";

/** A message of each kind that has secrets, by the name of its struct: the secrets are bytes 0xa9, nothing else is. */
export const secretExamples: Readonly<Record<string, () => TracedMessage>> = {
  AutoReconnectProof: () =>
    fromClient(["info"], clientInfo, {
      ...info,
      extended: {
        addressFamily: "ipv4",
        clientAddress: "192.0.2.1",
        clientFolder: "C:\\",
        timeZone: zone,
        sessionId: 0,
        performance: [],
        autoReconnect: { logonId: 3, securityVerifier: marks(16) },
      },
    }),
  ClientInfo: () => fromClient(["info"], clientInfo, { ...info, password: "\u{a9a9}".repeat(12) }),
  AutoReconnectCookie: () =>
    fromServer({
      is: "saveSessionInfo",
      info: { is: "extended", cookie: { logonId: 3, randomBits: marks(16) } },
    }),
  ServerRedirection: () =>
    control({
      is: "serverRedirection",
      redirection: {
        sessionId: 2,
        options: [],
        userName: "anna",
        password: marks(20),
        redirectionGuid: marks(16),
      },
    }),
  Input: () => {
    const message: ShareMessage = {
      is: "data",
      shareId: 1,
      stream: "low",
      pdu: { is: "input", events: [keyEvent, { is: "pointerTo", at: { x: 3, y: 4 } }] },
    };
    return toServer(encode(sharePdu, { source: 1007, message }));
  },
  FastPathInput: () => ({
    form: "fastPath",
    direction: "fromClient",
    bytes: fastPathInput([
      keyEvent,
      { is: "unicode", unit: 0xa9a9, down: true },
      { is: "pointerTo", at: { x: 1, y: 2 } },
    ]),
  }),
  NegoToken: () => credSsp(),
  TsRequest: () => credSsp(),
  SecurityExchange: () => fromClient(["exchange"], securityExchange, { encryptedClientRandom: marks(72) }),
  MultitransportRequest: () => {
    const data = encode(channelMessage, {
      is: "multitransportRequest",
      requestId: 1,
      protocol: "reliableUdp",
      cookie: marks(16),
    });
    return toClient(data);
  },
  NewLicenseRequest: () =>
    licence("fromClient", {
      is: "newLicenseRequest",
      platformId: 1,
      clientRandom: new Uint8Array(32),
      encryptedPremasterSecret: marks(72),
      userName: "anna",
      machineName: "thin",
    }),
  LicenseInfo: () =>
    licence("fromClient", {
      is: "licenseInfo",
      platformId: 1,
      clientRandom: new Uint8Array(32),
      encryptedPremasterSecret: marks(72),
      license: marks(30),
      encryptedHardwareId: marks(20),
      mac: new Uint8Array(16),
    }),
  PlatformChallenge: () =>
    licence("toClient", { is: "platformChallenge", encryptedChallenge: marks(10), mac: new Uint8Array(16) }),
  PlatformChallengeResponse: () =>
    licence("fromClient", {
      is: "platformChallengeResponse",
      encryptedResponse: marks(18),
      encryptedHardwareId: marks(20),
      mac: new Uint8Array(16),
    }),
  NewLicense: () => licence("toClient", { is: "newLicense", encryptedLicense: marks(40), mac: new Uint8Array(16) }),
  UpgradeLicense: () =>
    licence("toClient", { is: "upgradeLicense", encryptedLicense: marks(40), mac: new Uint8Array(16) }),
};

function credSsp(): TracedMessage {
  const bytes = encode(tsRequest, {
    version: 6,
    negoTokens: [{ token: marks(60) }],
    authInfo: marks(50),
    pubKeyAuth: marks(48),
    clientNonce: marks(32),
  });
  return { form: "der", direction: "fromClient", bytes };
}

function fromClient<T>(flags: readonly SecurityFlag[], declared: Codec<T>, value: NoInfer<T>): TracedMessage {
  return toServer(concatBytes(encode(securityHeader, { flags }), encode(declared, value)));
}

function licence(direction: TracedMessage["direction"], message: LicensingMessage): TracedMessage {
  const data = concatBytes(encode(securityHeader, { flags: ["license"] }), encode(licensingMessage, message));
  return direction === "fromClient" ? toServer(data) : toClient(data);
}

function fromServer(pdu: ShareDataMessage): TracedMessage {
  return control({ is: "data", shareId: 1, stream: "low", pdu });
}

function control(message: ShareMessage): TracedMessage {
  return toClient(encode(sharePdu, { source: 0x03ea, message }));
}

function toServer(data: Uint8Array): TracedMessage {
  return {
    form: "tpkt",
    direction: "fromClient",
    bytes: sendDataRequestMessage({ initiator: 1007, channelId: 1003 }, data),
  };
}

function toClient(data: Uint8Array): TracedMessage {
  const bytes = sendDataIndicationMessage({ initiator: 1002, channelId: 1003 }, data);
  return { form: "tpkt", direction: "toClient", bytes };
}

function marks(count: number): Uint8Array {
  return new Uint8Array(count).fill(0xa9);
}

const keyEvent = {
  is: "key",
  key: { scanCode: 0xa9, extended: false, extended1: false },
  down: true,
} as const;
const info: ClientInfo = {
  codePage: 0,
  flags: ["unicode", "mouse"],
  compressionType: "rdp4",
  domain: "",
  userName: "anna",
  password: "",
  alternateShell: "",
  workingFolder: "",
};
const never = { year: 0, month: 0, dayOfWeek: 0, day: 0, hour: 0, minute: 0, second: 0, milliseconds: 0 };
const zone = {
  bias: 0,
  standardName: "UTC",
  standardDate: never,
  standardBias: 0,
  daylightName: "UTC",
  daylightDate: never,
  daylightBias: 0,
};
