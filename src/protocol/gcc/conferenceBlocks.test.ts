import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { conferenceCreateRequest, conferenceCreateResponse } from "../framing/conference.ts";
import { connectInitial, connectResponse, usualDomainParameters } from "../framing/connectMcs.ts";
import { MessageSplitter } from "../framing/messageSplitter.ts";
import { tpkt } from "../framing/tpkt.ts";
import { readX224Data, x224DataMessage } from "../framing/x224.ts";
import {
  channelDefinition,
  clientBlocks,
  clientCluster,
  clientMessageChannel,
  clientMonitors,
  clientMonitorsExtended,
  clientMultitransport,
  clientNetwork,
  clientSecurity,
  monitorDefinition,
  type ClientBlocks,
} from "./clientBlocks.ts";
import { clientCore, requestedColorDepth, type ClientCore } from "./clientCore.ts";
import {
  connectInitialExample,
  connectResponseExample,
  freeRdpBlocks,
  serverCertificateExample,
  serverRandomExample,
} from "./conferenceExamples.ts";
import { monitorAttribute } from "./monitorAttributes.ts";
import {
  serverBlocks,
  serverCore,
  serverMessageChannel,
  serverMultitransport,
  serverNetwork,
  serverSecurity,
  type ServerBlocks,
} from "./serverBlocks.ts";

const exampleCore: ClientCore = {
  version: "5.0–8.1",
  desktopWidth: 1280,
  desktopHeight: 1024,
  colorDepth: "bits8",
  keyboardLayout: 1033,
  clientBuild: 3790,
  clientName: "ELTONS-DEV2",
  keyboardType: 4,
  keyboardSubType: 0,
  keyboardFunctionKeys: 12,
  inputMethodFile: "",
  postBeta2ColorDepth: "bits8",
  clientProductId: 1,
  serialNumber: 0,
  highColorDepth: 24,
  supportedColorDepths: ["bits24", "bits16", "bits15"],
  earlyCapabilityFlags: ["errorInfo"],
  clientDigitalProductId: "69712-783-0357974-42714",
  connectionType: "none",
  serverSelectedProtocol: "rdp",
};

const exampleClient: ClientBlocks = {
  clientCore: exampleCore,
  clientCluster: { redirection: { flags: ["supported"], version: 3 }, redirectedSessionId: 0 },
  clientSecurity: { encryptionMethods: ["bits40", "bits128", "bits56", "fips"], extendedEncryptionMethods: [] },
  clientNetwork: {
    channels: [
      { name: "rdpdr", options: ["compressRdp", "initialized"] },
      { name: "cliprdr", options: ["showProtocol", "compressRdp", "encryptRdp", "initialized"] },
      { name: "rdpsnd", options: ["encryptRdp", "initialized"] },
    ],
  },
};

const exampleServer: ServerBlocks = {
  serverCore: { version: "5.0–8.1", clientRequestedProtocols: [] },
  serverNetwork: { ioChannelId: 1003, channelIds: [1004, 1005, 1006] },
  serverSecurity: {
    encryptionMethod: "bits128",
    encryptionLevel: "clientCompatible",
    keyExchange: { serverRandom: hex(serverRandomExample), serverCertificate: hex(serverCertificateExample) },
  },
};

/** Where the blocks begin in the two published messages. */
const requestBlocksHex = connectInitialExample.replaceAll(/\s/gu, "").slice(2 * (416 - 284));
const responseBlocksHex = connectResponseExample.replaceAll(/\s/gu, "").slice(2 * (337 - 264));

vector(clientCore, "specification MS-RDPBCGR 4.1.3", requestBlocksHex.slice(8, 2 * 216), exampleCore, {
  legalTruncations: [128, 130, 132, 136, 138, 140, 142, 206, 208],
});
vector(clientSecurity, "specification MS-RDPBCGR 4.1.3", "1b 00 00 00 00 00 00 00", exampleClient.clientSecurity!);
vector(clientCluster, "specification MS-RDPBCGR 4.1.3", "0d 00 00 00 00 00 00 00", exampleClient.clientCluster!);
vector(
  clientNetwork,
  "specification MS-RDPBCGR 4.1.3",
  `03 00 00 00 72 64 70 64 72 00 00 00 00 00 80 80 63 6c 69 70 72 64 72 00 00 00 a0 c0
   72 64 70 73 6e 64 00 00 00 00 00 c0`,
  exampleClient.clientNetwork!,
);
vector(channelDefinition, "specification MS-RDPBCGR 4.1.3", "72 64 70 64 72 00 00 00 00 00 80 80", {
  name: "rdpdr",
  options: ["compressRdp", "initialized"],
});
vector(clientMessageChannel, "capture xfreerdp 2.11", "00 00 00 00", {});
vector(clientMultitransport, "capture xfreerdp 2.11", "05 01 00 00", {
  flags: ["udpReliable", "udpLossy", "udpPreferred"],
});
vector(
  monitorDefinition,
  "capture IronRDP, its example of two monitors",
  "00 fb ff ff 00 00 00 00 ff ff ff ff ff 03 00 00 00 00 00 00",
  { left: -1280, top: 0, right: -1, bottom: 1023, flags: [] },
);
vector(
  clientMonitors,
  "capture IronRDP, its example of two monitors",
  `00 00 00 00 02 00 00 00
   00 00 00 00 00 00 00 00 7f 07 00 00 37 04 00 00 01 00 00 00
   00 fb ff ff 00 00 00 00 ff ff ff ff ff 03 00 00 00 00 00 00`,
  {
    monitors: [
      { left: 0, top: 0, right: 1919, bottom: 1079, flags: ["primary"] },
      { left: -1280, top: 0, right: -1, bottom: 1023, flags: [] },
    ],
  },
);
vector(
  clientMonitorsExtended,
  "capture IronRDP, its example of extended monitor data",
  `00 00 00 00 14 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`,
  {
    attributes: [{ physicalWidth: 0, physicalHeight: 0, orientation: 0, desktopScaleFactor: 0, deviceScaleFactor: 0 }],
  },
);
vector(
  monitorAttribute,
  "capture IronRDP, its example of extended monitor data",
  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
  { physicalWidth: 0, physicalHeight: 0, orientation: 0, desktopScaleFactor: 0, deviceScaleFactor: 0 },
);
vector(serverCore, "specification MS-RDPBCGR 4.1.4", "04 00 08 00 00 00 00 00", exampleServer.serverCore, {
  legalTruncations: [4],
});
vector(
  serverNetwork,
  "specification MS-RDPBCGR 4.1.4",
  "eb 03 03 00 ec 03 ed 03 ee 03 00 00",
  exampleServer.serverNetwork,
);
vector(
  serverSecurity,
  "specification MS-RDPBCGR 4.1.4",
  `02 00 00 00 02 00 00 00 20 00 00 00 b8 00 00 00 ${serverRandomExample} ${serverCertificateExample}`,
  exampleServer.serverSecurity,
  { legalTruncations: [8] },
);
vector(serverMessageChannel, "capture IronRDP, its example of a message channel", "f0 03", { channelId: 1008 });
vector(serverMultitransport, "capture IronRDP, its example of multitransport", "01 03 00 00", {
  flags: ["udpReliable", "udpPreferred", "softSync"],
});
vector(
  conferenceCreateRequest,
  "specification MS-RDPBCGR 4.1.3",
  `00 05 00 14 7c 00 01 81 2a 00 08 00 10 00 01 c0 00 44 75 63 61 81 1c ${requestBlocksHex}`,
  { blocks: hex(requestBlocksHex) },
);
vector(
  conferenceCreateResponse,
  "specification MS-RDPBCGR 4.1.4",
  `00 05 00 14 7c 00 01 2a 14 76 0a 01 01 00 01 c0 00 4d 63 44 6e 81 08 ${responseBlocksHex}`,
  { blocks: hex(responseBlocksHex) },
);

test("the specification's whole connect initial message (4.1.3) is understood", () => {
  const message = payloadOf(connectInitialExample);
  const initial = decode(connectInitial, readX224Data(message));
  assert.deepEqual(
    { ...initial, userData: undefined },
    {
      targetParameters: usualDomainParameters.target,
      minimumParameters: usualDomainParameters.minimum,
      maximumParameters: usualDomainParameters.maximum,
      userData: undefined,
    },
  );
  const { blocks } = decode(conferenceCreateRequest, initial.userData);
  assert.deepEqual(decode(clientBlocks, blocks), exampleClient);
  assert.deepEqual(encode(clientBlocks, exampleClient), blocks);
});

test("the specification's whole connect response (4.1.4) is understood, and written byte for byte", () => {
  const response = decode(connectResponse, readX224Data(payloadOf(connectResponseExample)));
  const { blocks } = decode(conferenceCreateResponse, response.userData);
  assert.deepEqual(decode(serverBlocks, blocks), exampleServer);
  const userData = encode(conferenceCreateResponse, { blocks: encode(serverBlocks, exampleServer) });
  assert.deepEqual(
    tpkt(x224DataMessage(encode(connectResponse, { ...response, userData }))),
    hex(connectResponseExample),
  );
});

test("the blocks of xfreerdp 2.11 are understood, and written byte for byte but for what is ignored", () => {
  const blocks = decode(clientBlocks, hex(freeRdpBlocks));
  assert.equal(requestedColorDepth(blocks.clientCore), 32);
  assert.equal(blocks.clientCore.connectionType, "autoDetect");
  assert.deepEqual(
    blocks.clientNetwork?.channels.map(({ name }) => name),
    ["rdpdr", "rdpsnd", "cliprdr", "drdynvc"],
  );
  assert.deepEqual(blocks.clientMessageChannel, {});
  assert.deepEqual(encode(clientBlocks, blocks), hex(freeRdpBlocks));
});

test("blocks come in any order, unknown ones are skipped, and a core block must be there", () => {
  const core = requestBlocksHex.slice(0, 2 * 216);
  const shuffled = `ee c0 06 00 12 34 04 c0 0c 00 0d 00 00 00 00 00 00 00 ${core}`;
  assert.deepEqual(decode(clientBlocks, hex(shuffled)), {
    clientCore: exampleCore,
    clientCluster: exampleClient.clientCluster,
  });
  assert.throws(() => decode(clientBlocks, hex("04 c0 0c 00 0d 00 00 00 00 00 00 00")), DecodeError);
  assert.throws(() => decode(clientBlocks, hex("01 c0 02 00")), DecodeError);
});

test("the colour depth is taken from the latest field that names it", () => {
  const { earlyCapabilityFlags: _, highColorDepth: __, postBeta2ColorDepth: ___, ...oldest } = exampleCore;
  assert.equal(requestedColorDepth(exampleCore), 24);
  assert.equal(requestedColorDepth({ ...exampleCore, earlyCapabilityFlags: ["want32Bits"] }), 32);
  assert.equal(requestedColorDepth({ ...oldest, postBeta2ColorDepth: "bits16" }), 16);
  assert.equal(requestedColorDepth({ ...oldest, colorDepth: "bits4" }), 4);
});

test("a server under TLS says no ciphers, with or without empty lengths", () => {
  const none = { encryptionMethod: "none", encryptionLevel: "none" } as const;
  assert.deepEqual(decode(serverSecurity, hex("00000000 00000000")), none);
  assert.deepEqual(decode(serverSecurity, hex("00000000 00000000 00000000 00000000")), none);
  assert.deepEqual(encode(serverSecurity, none), hex("00000000 00000000"));
});

function payloadOf(messageHex: string): Uint8Array {
  const splitter = new MessageSplitter();
  splitter.push(hex(messageHex));
  const message = splitter.take();
  assert.ok(message !== undefined && splitter.bufferedBytes === 0);
  return message.payload;
}
