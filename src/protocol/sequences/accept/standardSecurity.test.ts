import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { mutated } from "../../../../test/hostileMessages.ts";
import { usualServer } from "../../../../test/meeting.ts";
import { clientRandom, messagesIn, OldMeeting, type OldMeetingOptions } from "../../../../test/oldMeeting.ts";
import { randomFrom } from "../../../../test/pictures.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { readSendData } from "../../framing/sendData.ts";
import { splitChannelMessage } from "../../channels/static/channelSplitter.ts";
import { deriveSessionKeys } from "../../security/standard/sessionKeys.ts";
import { SecuredWire } from "../../security/standard/securedWire.ts";
import { fastPathMessages } from "../../share/output/fastPathUpdate.ts";
import type { InputEvent } from "../../share/input/inputEvent.ts";
import * as client from "../connect/outgoing.ts";
import { accept } from "./accept.ts";
import type { AcceptSettings, AcceptState } from "./acceptState.ts";
import * as server from "./outgoing.ts";

const usual = {
  modulus: hex(`17 f9 be ce 5a e3 fb 60 8d 39 de f8 93 e0 e0 71 16 b9 e0 ee 4e a6 89 f4 7c 26 4a 7f d1 f8 03 fa
  de 3c d5 c9 e2 8c 93 b3 96 17 bf 30 9d ba e9 48 97 60 6d 7c c3 d6 63 b0 0f 9b 8f e3 45 c6 21 a2`),
  exponent: hex(`c1 ac 84 16 4c 11 f2 90 23 37 54 74 05 b0 a6 d3 66 56 9c 4d 68 55 cf 72 37 41 a1 7b d3 ee c1 55
  6c 92 d5 fc b9 e0 e1 4b 2a 05 1e b1 dc 54 70 3f 47 96 42 d1 73 94 ec 63 d2 58 1d fe c8 3f c1 0d`),
};
const serverRandom = Uint8Array.from({ length: 32 }, (_, index) => 255 - index * 3);
const strong = {
  modulus: hex(`516f32ab94f0bf04e0043094dc3e93f9931545ac13219392e70234e1a9639cb1
  02902ab90729e899c994d90be66441f2e664c0f93e0672949be4ab8e8927b2b5
  e783a285d198224dad220656da56d86934b19c4f0f0be0874375522811853cb2
  11e9a5cf9a1b8473b18721969012d9fa181d1960443ae3ebfb82f7c6e31a88c4`),
  exponent: hex(`114fff84169eb8cc4cd87cf7ca9c268c5cbc14f4b259e6cfac77e6244d22f718
  1ff837c7652fa87b51a4f6f2f8e275f583e662e19b7037178c7873e75d25ed56
  5b85ac88f69f0a5f808bc5eb9cb51b0f4088e0994cdfc5b5b697fcc062a3f77e
  020993681925638e2c6701f595a0d1e236feaf13894c6bcc28cbf1bb02cdef1b`),
};
const allowing = { standardSecurity: { keys: { usual, strong }, serverRandom } };
const settings: AcceptSettings = { ...usualServer, ...allowing };

const offers: readonly (OldMeetingOptions & { readonly gets: string; readonly keyBytes: number })[] = [
  { methods: ["bits40"], gets: "bits40", keyBytes: 64 },
  { methods: ["bits40", "bits56"], gets: "bits56", keyBytes: 64 },
  { methods: ["bits40", "bits56", "bits128", "fips"], gets: "bits128", keyBytes: 64 },
  { strong: true, gets: "bits128", keyBytes: 128 },
  { negotiates: true, strong: true, gets: "bits128", keyBytes: 128 },
];

for (const { gets, keyBytes, ...offer } of offers) {
  test(`a client without TLS reaches the desktop: ${JSON.stringify(offer)}`, () => {
    const meeting = new OldMeeting({ ...offer, server: allowing });

    const { serverState, clientState, serverSecurity } = meeting;
    assert.ok(serverState.at === "active" && clientState.at === "active", `${clientState.at}, ${serverState.at}`);
    const { capable } = serverState;
    assert.deepEqual(
      {
        security: [serverSecurity?.encryptionMethod, serverSecurity?.encryptionLevel],
        certificateBytes: serverSecurity?.keyExchange?.serverCertificate.length,
        who: [capable.info.userName, capable.info.password],
        clientRandom: capable.clientRandom,
        hasMessageChannel: capable.messageChannelId !== undefined,
        states: [...new Set(meeting.serverStates.map(({ at }) => at))],
      },
      {
        security: [gets, "clientCompatible"],
        certificateBytes: 16 + 20 + keyBytes + 8 + 4 + 64 + 8,
        who: ["anna", "secret"],
        clientRandom,
        hasMessageChannel: offer.negotiates === true,
        states: [
          "awaitingNegotiation",
          "choosingSecurity",
          "awaitingConnectInitial",
          "awaitingErectDomain",
          "awaitingAttachUser",
          "joiningChannels",
          "awaitingSecurityExchange",
          "awaitingClientInfo",
          "awaitingConfirmActive",
          "finalizing",
          "active",
        ].filter((at) => at !== "awaitingSecurityExchange" || offer.negotiates !== true),
      },
    );
  });
}

test("everything that either side says arrives as under TLS, and none of it can be read on the wire", () => {
  const meeting = new OldMeeting({ negotiates: true, server: allowing });
  const { clientState, serverState } = meeting;
  assert.ok(clientState.at === "active" && serverState.at === "active");
  const [from, to] = [clientState.capable, serverState.capable];
  const events: readonly InputEvent[] = Array.from({ length: 20 }, (_, index) => ({
    is: "pointerTo",
    at: { x: 100 + index, y: 200 },
  }));
  const channel = to.channels[0]!;
  const spoken = new Uint8Array(3000).fill(0x5a);

  meeting.clientSends(...client.inputBytes(from, events), client.shutdownRequestBytes(from));
  for (const chunk of splitChannelMessage(spoken)) meeting.clientSends(client.channelBytes(from, channel.id, chunk));
  const response = { is: "roundTripResponse", sequence: 5 } as const;
  meeting.clientSends(client.messageChannelBytes(from, { is: "autoDetectResponse", response }));
  const beat = { is: "heartbeat", period: 9, warnAfter: 3, reconnectAfter: 6 } as const;
  const before = meeting.clientEffects.length;
  meeting.serverSends(
    fastPathMessages("bitmaps", spoken, { updateBytesMax: 0 }),
    ...[...splitChannelMessage(spoken)].map((chunk) => server.channelBytes(channel.id, chunk)),
    server.messageChannelBytes(to, beat)!,
    server.shareBytes(to, { is: "shutdownDenied" }),
  );

  const kinds = meeting.serverEffects.map((effect) => effect.do);
  const expected = "input input shutdownRequested channelChunk channelChunk messageChannel";
  assert.equal(kinds.slice(kinds.indexOf("input")).join(" "), expected);
  const inputs = meeting.serverEffects.flatMap((effect) => (effect.do === "input" ? effect.events : []));
  assert.deepEqual(inputs, events);
  assert.deepEqual(
    meeting.clientEffects.slice(before).map((effect) => effect.do),
    ["fastPathOutput", "channelChunk", "channelChunk", "heartbeat", "told"],
  );
  const onTheWire = Buffer.concat([...meeting.toServer, ...meeting.toClient]);
  assert.equal(onTheWire.includes(Buffer.alloc(16, 0x5a)), false);
  assert.equal(onTheWire.includes(Buffer.from("secret", "utf16le")), false);
});

test("without the setting, or where NLA is demanded, a client without TLS is refused with HF-WIRE-01", () => {
  for (const server of [{}, { ...allowing, nlaRequired: true }]) {
    for (const negotiates of [false, true]) {
      const meeting = new OldMeeting({ server, negotiates });
      assert.deepEqual(
        meeting.serverEffects.map((effect) => (effect.do === "refuse" ? effect.refusal.code : effect.do)),
        ["HF-WIRE-01"],
      );
      assert.equal(meeting.toClient.length, negotiates ? 1 : 0);
      assert.equal(meeting.serverState.at, "ended");
    }
  }
});

test("a client that knows no RC4, or no encryption at all, is refused with HF-WIRE-01", () => {
  for (const methods of [["fips"], []] as const) {
    const { serverEffects } = new OldMeeting({ methods, server: allowing });
    assert.deepEqual(serverEffects, [{ do: "refuse", refusal: { code: "HF-WIRE-01", offered: methods } }]);
  }
});

test("what is not encrypted, or was changed on its way, is refused", () => {
  const { wire, messages } = secured();
  for (const { plain, sealed } of messages) {
    const [whole] = messagesIn(sealed);
    const at = plain.is === "fastPath" ? whole!.bytes.length - whole!.payload.length : dataAt(sealed) + 4;
    assert.deepEqual(wire().open(whole!), plain);
    assert.throws(() => wire().open(plain), DecodeError);
    for (let index = at; index < sealed.length; index += 1 + (index >> 4)) {
      const [changed] = messagesIn(sealed.with(index, sealed[index]! ^ 1));
      assert.throws(() => wire().open(changed!), DecodeError, `byte ${index}`);
    }
  }
});

test("the server's messages leave room for the signature", () => {
  const { capable, wire } = secured();
  const bytes = fastPathMessages("bitmaps", new Uint8Array(32_000), { updateBytesMax: 32_000 });
  for (const { bytes: sealed } of messagesIn(wire().seal(bytes))) assert.ok(sealed.length <= 0x3fff);
  assert.throws(() => wire().seal(server.shareBytes(capable, { is: "shutdownDenied" }).subarray(1)));
  assert.throws(() => wire().seal(bytes.subarray(0, bytes.length - 1)), /whole messages/u);
});

test("20,000 mutated messages of a client without TLS: refused or passed over, never an exception", () => {
  const { wire, messages, states, received } = secured();
  const random = randomFrom(2013);
  const counts = { opened: 0, refused: 0 };
  for (let round = 0; round < 12_000; round++) {
    const { sealed } = messages[Math.floor(random() * messages.length)]!;
    const opened = tryOpen(wire(), mutated(messagesIn(sealed)[0]!, random));
    counts[opened === undefined ? "refused" : "opened"]++;
    if (opened === undefined) continue;
    for (const state of states) accept(state, { is: "message", message: opened }, settings);
  }
  assert.ok(0 < counts.opened && 10_000 < counts.refused, JSON.stringify(counts));
  const codes = new Set<string>();
  for (let round = 0; round < 8_000; round++) {
    const message = mutated(received[round % received.length]!, random);
    const state = states[Math.floor(random() * states.length)]!;
    const { effects } = accept(state, { is: "message", message }, settings);
    for (const effect of effects) if (effect.do === "refuse") codes.add(effect.refusal.code);
  }
  assert.deepEqual([...codes].sort(), ["HF-WIRE-03", "HF-WIRE-06"]);
});

/** Each message as the first one of its connection: as under TLS, and as it travels. */
function secured() {
  const meeting = new OldMeeting({ server: allowing });
  assert.ok(meeting.clientState.at === "active" && meeting.serverState.at === "active");
  const { capable } = meeting.serverState;
  const own = meeting.clientState.capable;
  const live = [
    ...client.inputBytes(own, [{ is: "pointerTo", at: { x: 1, y: 2 } }]),
    client.refreshBytes(own, [{ x: 0, y: 0, width: 10, height: 10 }]),
    client.channelBytes(own, capable.channels[0]!.id, new Uint8Array(300)),
  ];
  meeting.clientSends(...live);
  const keys = deriveSessionKeys({ client: clientRandom, server: serverRandom }, "bits128");
  const { ioChannelId, messageChannelId } = capable;
  const wire = (side: "server" | "client" = "server") =>
    new SecuredWire({ side, keys, strength: "bits128", ioChannelId, messageChannelId });
  const info = meeting.receivedByServer.findIndex(({ bytes }) => isInfo(bytes));
  const messages = meeting.receivedByServer
    .slice(info)
    .map((plain) => ({ plain, sealed: wire("client").seal(plain.bytes) }));
  const states: readonly AcceptState[] = meeting.serverStates;
  return { wire, messages, states, capable, received: meeting.receivedByServer };
}

function isInfo(bytes: Uint8Array): boolean {
  return bytes[4] === 0x02 && readSendData(bytes)?.data[0] === 0x40;
}

function dataAt(message: Uint8Array): number {
  return message.length - (readSendData(message)?.data.length ?? 0);
}

function tryOpen(wire: SecuredWire, message: WireMessage): WireMessage | undefined {
  try {
    return wire.open(message);
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return undefined;
  }
}
