import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { berInteger, berLength } from "./ber.ts";
import { connectInitial, connectResponse, domainParameters, usualDomainParameters } from "./connectMcs.ts";
import {
  attachUserConfirm,
  attachUserRequest,
  channelJoinConfirm,
  channelJoinRequest,
  disconnectProviderUltimatum,
  domainPdu,
  erectDomainRequest,
  sendDataIndication,
  sendDataRequest,
} from "./domainMcs.ts";
import {
  readSendData,
  sendDataBytesMax,
  sendDataHeaderBytes,
  sendDataIndicationMessage,
  sendDataRequestMessage,
  writeSendDataIndicationHeader,
} from "./sendData.ts";
import { securityHeader } from "./securityHeader.ts";

vector(
  domainParameters,
  "specification MS-RDPBCGR 4.1.4",
  "02 01 22 02 01 03 02 01 00 02 01 01 02 01 00 02 01 01 02 03 00 ff f8 02 01 02",
  {
    maxChannelIds: 34,
    maxUserIds: 3,
    maxTokenIds: 0,
    numPriorities: 1,
    minThroughput: 0,
    maxHeight: 1,
    maxMcsPduSize: 65528,
    protocolVersion: 2,
  },
);

vector(
  connectInitial,
  "capture xfreerdp 2.11, user data cut to three bytes",
  `7f 65 67 04 01 01 04 01 01 01 01 ff
   30 1a 02 01 22 02 01 02 02 01 00 02 01 01 02 01 00 02 01 01 02 03 00 ff ff 02 01 02
   30 19 02 01 01 02 01 01 02 01 01 02 01 01 02 01 00 02 01 01 02 02 04 20 02 01 02
   30 20 02 03 00 ff ff 02 03 00 fc 17 02 03 00 ff ff 02 01 01 02 01 00 02 01 01 02 03 00 ff ff 02 01 02
   04 03 aa bb cc`,
  {
    targetParameters: usualDomainParameters.target,
    minimumParameters: usualDomainParameters.minimum,
    maximumParameters: usualDomainParameters.maximum,
    userData: hex("aabbcc"),
  },
);

vector(
  connectResponse,
  "specification MS-RDPBCGR 4.1.4, user data cut to three bytes",
  `7f 66 27 0a 01 00 02 01 00
   30 1a 02 01 22 02 01 03 02 01 00 02 01 01 02 01 00 02 01 01 02 03 00 ff f8 02 01 02
   04 03 aa bb cc`,
  {
    result: "successful",
    domainParameters: {
      ...usualDomainParameters.target,
      maxUserIds: 3,
      maxMcsPduSize: 65528,
    },
    userData: hex("aabbcc"),
  },
);

vector(erectDomainRequest, "specification MS-RDPBCGR 4.1.5", "04 01 00 01 00", {});
vector(attachUserRequest, "specification MS-RDPBCGR 4.1.6", "28", {});
vector(attachUserConfirm, "specification MS-RDPBCGR 4.1.7", "2e 00 00 06", { result: "successful", initiator: 1007 });
vector(channelJoinRequest, "specification MS-RDPBCGR 4.1.8.1.1", "38 00 06 03 ef", {
  initiator: 1007,
  channelId: 1007,
});
vector(channelJoinRequest, "specification MS-RDPBCGR 4.1.8.2.1", "38 00 06 03 eb", {
  initiator: 1007,
  channelId: 1003,
});
vector(channelJoinConfirm, "specification MS-RDPBCGR 4.1.8.1.2", "3e 00 00 06 03 ef 03 ef", {
  result: "successful",
  initiator: 1007,
  requested: 1007,
  channelId: 1007,
});
vector(disconnectProviderUltimatum, "specification MS-RDPBCGR 4.2.3", "21 80", { reason: "userRequested" });
vector(sendDataRequest, "capture xfreerdp 2.11, data cut to three bytes", "64 00 06 03 eb 70 03 40 00 00", {
  initiator: 1007,
  channelId: 1003,
  data: hex("400000"),
});
vector(
  sendDataIndication,
  "specification MS-RDPBCGR 4.1.11",
  `68 00 01 03 eb 70 1c 88 02 02 03 8d 43 9a ab d5 2a 31 39
   62 4d c1 ec 0d 99 88 e6 da ab 2c 02 72 4d 49 90`,
  {
    initiator: 1002,
    channelId: 1003,
    data: hex("88 02 02 03 8d 43 9a ab d5 2a 31 39 62 4d c1 ec 0d 99 88 e6 da ab 2c 02 72 4d 49 90"),
  },
);
vector(securityHeader, "specification MS-RDPBCGR 4.1.13", "38 00 00 00", {
  flags: ["encrypted", "resetSequenceNumber", "ignoreSequenceNumber"],
});
vector(securityHeader, "capture xfreerdp 2.11", "40 00 00 00", { flags: ["info"] });

test("what a peer puts into the unused half of a security header is ignored (specification 4.1.11)", () => {
  assert.deepEqual(decode(securityHeader, hex("88 02 02 03")), { flags: ["encrypted", "license", "licenseEncrypt"] });
});

test("MCS messages are told apart by the choice in their first byte", () => {
  assert.deepEqual(decode(domainPdu, hex("04 00 01 00 01")), { is: "erectDomainRequest" }, "as rdesktop sends it");
  assert.deepEqual(decode(domainPdu, hex("28")), { is: "attachUserRequest" });
  assert.deepEqual(decode(domainPdu, hex("20 80")), { is: "disconnectProviderUltimatum", reason: "providerInitiated" });
  const refused = { is: "attachUserConfirm", result: "tooManyUsers" } as const;
  assert.deepEqual(encode(domainPdu, refused), hex("2d a0"));
  assert.deepEqual(decode(domainPdu, hex("2d a0")), refused);
  assert.throws(() => decode(domainPdu, hex("ff 00")), DecodeError);
  assert.throws(() => decode(domainPdu, hex("")), DecodeError);
});

test("numbers of the Basic Encoding Rules are read with and without a sign byte", () => {
  assert.equal(decode(berInteger, hex("02 02 ff ff")), 65535);
  assert.equal(decode(berInteger, hex("02 03 00 ff ff")), 65535);
  assert.deepEqual(encode(berInteger, 0x80), hex("02 02 00 80"));
  for (const length of [0, 127, 128, 255, 256, 0xffff])
    assert.equal(decode(berLength, encode(berLength, length)), length);
  assert.throws(() => decode(berLength, hex("80")), DecodeError);
});

test("send data by hand gives the bytes of the declared structs", () => {
  for (const length of [0, 1, 127, 128, 5000, sendDataBytesMax]) {
    const data = new Uint8Array(length).map((_, index) => index);
    const address = { initiator: 1007, channelId: 1004 };
    const start = [3, 0, 0, 0, 2, 0xf0, 0x80];
    const indication = sendDataIndicationMessage(address, data);
    assert.deepEqual(indication.subarray(7), encode(sendDataIndication, { ...address, data }));
    assert.deepEqual(
      [...indication.subarray(0, 7)],
      start.with(2, indication.length >> 8).with(3, indication.length & 255),
    );
    assert.deepEqual(readSendData(indication), { is: "indication", ...address, data });
    const request = sendDataRequestMessage(address, data);
    assert.deepEqual(request.subarray(7), encode(sendDataRequest, { ...address, data }));
    assert.deepEqual(readSendData(request), { is: "request", ...address, data });
  }
});

test("headers written before data that is already there are read back", () => {
  const target = new Uint8Array(40).fill(0xee);
  writeSendDataIndicationHeader(target, 5, { initiator: 1002, channelId: 1003 }, 20);
  assert.deepEqual(readSendData(target.subarray(5, 5 + sendDataHeaderBytes + 20)), {
    is: "indication",
    initiator: 1002,
    channelId: 1003,
    data: new Uint8Array(20).fill(0xee),
  });
});

test("send data with a length that is not the message's is refused", () => {
  const message = sendDataRequestMessage({ initiator: 1007, channelId: 1003 }, hex("01 02 03"));
  assert.throws(() => readSendData(message.with(13, 4)), DecodeError);
  assert.throws(() => readSendData(message.with(13, 2)), DecodeError);
  assert.throws(() => readSendData(message.with(13, 0x80)), DecodeError);
  assert.equal(readSendData(hex("03 00 00 08 02 f0 80 28")), undefined);
});
