import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "#base/bytes/codec.ts";
import { instant } from "#base/units.ts";
import { garbage, mutated } from "../../../../test/hostileMessages.ts";
import { Meeting, usualClient, type MeetingOptions } from "../../../../test/meeting.ts";
import { randomFrom } from "../../../../test/pictures.ts";
import { disconnectProviderUltimatum } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { x224DataMessage } from "../../framing/x224.ts";
import { validClient, licensingMessage } from "../../licensing/licensing.ts";
import { splitChannelMessage } from "../../channels/static/channelSplitter.ts";
import { fastPathGraphics } from "../../share/output/fastPathUpdate.ts";
import type { InputEvent } from "../../share/input/inputEvent.ts";
import type { Capable as ServerCapable } from "../accept/acceptState.ts";
import * as server from "../accept/outgoing.ts";
import { clientProfiles, type ClientProfileName } from "./clientProfiles.ts";
import { connect } from "./connect.ts";
import { connectFailureText, type ConnectFailure } from "./connectFailure.ts";
import type { Capable, ConnectEffect, ConnectState } from "./connectState.ts";
import * as client from "./outgoing.ts";

const profileNames = Object.keys(clientProfiles) as ClientProfileName[];
const size = { width: 1024, height: 768 };

for (const name of profileNames) {
  for (const nlaOffered of [false, true]) {
    test(`a client of the kind “${name}” reaches the desktop ${nlaOffered ? "through NLA" : "over TLS"}`, () => {
      const meeting = new Meeting({ client: { profile: clientProfiles[name] }, nlaOffered, seed: 7 });

      const { capabilities, info } = serverSide(meeting);
      assert.deepEqual(
        {
          client: [meeting.clientState.at, kinds(meeting.clientEffects)],
          server: [meeting.serverState.at, meeting.serverEffects.map((effect) => effect.do)],
          sets: capabilities.sets.length,
          user: info.userName,
          size: clientSide(meeting).size,
        },
        {
          client: ["active", ["startTls", ...(nlaOffered ? ["startNla"] : []), "licensing", "activate"]],
          server: ["active", nlaOffered ? ["startTls", "startNla", "activate"] : ["startTls", "activate"]],
          sets: clientProfiles[name].capabilities.length + 1,
          user: "anna",
          size,
        },
      );
    });
  }
}

test("however the wire cuts what is sent, both sides arrive at the same state with the same effects", () => {
  const whole = summary(new Meeting());
  for (let seed = 1; seed <= 60; seed++) assert.deepEqual(summary(new Meeting({ seed })), whole, `seed ${seed}`);
});

test("what a person does arrives as it was done, fast-path and slow-path", () => {
  const events: readonly InputEvent[] = [
    { is: "synchronize", locks: { scrollLock: false, numLock: true, capsLock: false, kanaLock: false } },
    { is: "key", key: { scanCode: 0x1e, extended: false, extended1: false }, down: true },
    { is: "key", key: { scanCode: 0x1e, extended: false, extended1: false }, down: false },
    { is: "unicode", unit: 0x20ac, down: true },
    { is: "pointerTo", at: { x: 100, y: 200 } },
    { is: "button", button: "left", down: true, at: { x: 100, y: 200 } },
    { is: "button", button: "back", down: true, at: { x: 100, y: 200 } },
    { is: "wheel", vertical: -120, horizontal: 0 },
  ];
  const meeting = new Meeting({ seed: 3 });
  const fast = clientSide(meeting);
  const sets = fast.capabilities.sets.map((set) => (set.is === "inputCapability" ? { ...set, input: [] } : set));
  const slow = { ...fast, capabilities: { ...fast.capabilities, sets } };

  meeting.clientSends(...client.inputBytes(fast, events));
  meeting.clientSends(...client.inputBytes(slow, events));

  const got = meeting.serverEffects.flatMap((effect) => (effect.do === "input" ? [effect.events] : []));
  assert.deepEqual(got, [events, events]);
});

test("more events than one message should hold go out in several", () => {
  const meeting = new Meeting();
  const events = Array.from({ length: 40 }, (_, x) => ({ is: "pointerTo", at: { x, y: 0 } }) as const);
  meeting.clientSends(...client.inputBytes(clientSide(meeting), events));
  const got = meeting.serverEffects.flatMap((effect) => (effect.do === "input" ? [effect.events] : []));
  assert.deepEqual([got.map(({ length }) => length), got.flat()], [[15, 15, 10], events]);
});

test("a static channel carries chunks both ways", () => {
  const meeting = new Meeting({ seed: 11 });
  const message = Uint8Array.from({ length: 5000 }, (_, index) => index);
  const [channel] = clientSide(meeting).channels;
  assert.ok(channel);
  const chunks = splitChannelMessage(message);

  for (const chunk of chunks) meeting.clientSends(client.channelBytes(clientSide(meeting), channel.id, chunk));
  for (const chunk of chunks) meeting.serverSends(server.channelBytes(channel.id, chunk));

  const up = meeting.serverEffects.flatMap((effect) => (effect.do === "channelChunk" ? [effect.chunk] : []));
  const down = meeting.clientEffects.flatMap((effect) => (effect.do === "channelChunk" ? [effect.chunk] : []));
  assert.deepEqual([up, down], [chunks, chunks]);
});

test("refresh, suppressed output, acknowledged frames and the wish to leave reach the server", () => {
  const meeting = new Meeting();
  const capable = clientSide(meeting);
  const area = { x: 0, y: 0, width: 64, height: 32 };
  meeting.clientSends(client.refreshBytes(capable, [area]), client.allowOutputBytes(capable, undefined));
  meeting.clientSends(client.allowOutputBytes(capable, area), client.frameAcknowledgeBytes(capable, 9));
  meeting.clientSends(client.shutdownRequestBytes(capable), client.disconnectBytes());
  assert.deepEqual(meeting.serverEffects.slice(2), [
    { do: "refresh", areas: [area] },
    { do: "allowOutput", area: undefined },
    { do: "allowOutput", area },
    { do: "frameAcknowledged", frame: 9 },
    { do: "shutdownRequested" },
    { do: "clientLeft", how: "userRequested" },
  ]);
});

test("pictures, pointers, words about the session and errors of the server are reported", () => {
  const meeting = new Meeting({ seed: 5 });
  const capable = serverSide(meeting);
  const palette = { is: "palette", colors: new Uint8Array(768) } as const;
  const fast = fastPathGraphics(palette, { updateBytesMax: 0 });
  meeting.serverSends(
    fast,
    server.shareBytes(capable, { is: "graphicsUpdate", update: palette }),
    server.shareBytes(capable, { is: "pointer", pointer: { is: "hidden" } }),
    server.shareBytes(capable, { is: "saveSessionInfo", info: { is: "plainNotify" } }),
    server.shareBytes(capable, { is: "playSound", duration: 100, frequency: 440 }),
    server.shareBytes(capable, { is: "setErrorInfo", error: "idleTimeout" }),
  );
  assert.deepEqual(meeting.clientEffects.slice(3), [
    { do: "fastPathOutput", bytes: fast },
    { do: "update", update: palette },
    { do: "pointer", pointer: { is: "hidden" } },
    { do: "sessionInfo", info: { is: "plainNotify" } },
    { do: "told", message: { is: "playSound", duration: 100, frequency: 440 } },
    { do: "errorInfo", error: "idleTimeout" },
  ]);
});

test("the desktop takes another size without a new connection, and the channels stay", () => {
  const meeting = new Meeting({ seed: 13 });
  meeting.server({ is: "resize", size: { width: 1280, height: 1024 } });
  const [channel] = clientSide(meeting).channels;
  assert.ok(channel);
  meeting.serverSends(server.channelBytes(channel.id, Uint8Array.of(1)));
  assert.deepEqual(
    [kinds(meeting.clientEffects).slice(3), clientSide(meeting).size, clientSide(meeting).again],
    [["deactivated", "activate", "channelChunk"], { width: 1280, height: 1024 }, true],
  );
});

test("a measurement is answered with the bytes and the time from its start", () => {
  const meeting = new Meeting();
  const capable = serverSide(meeting);
  const ask = (request: Parameters<typeof server.messageChannelBytes>[1]) =>
    meeting.serverSends(server.messageChannelBytes(capable, request) ?? new Uint8Array(0));
  ask({ is: "autoDetectRequest", request: { is: "roundTripRequest", sequence: 1, phase: "continuous" } });
  ask({ is: "autoDetectRequest", request: { is: "bandwidthStart", sequence: 2, phase: "continuous" } });
  meeting.serverSends(server.shareBytes(capable, { is: "playSound", duration: 1, frequency: 1 }));
  const stop = { is: "bandwidthStop", sequence: 2, phase: "continuous", payload: new Uint8Array(0) } as const;
  ask({ is: "autoDetectRequest", request: stop });
  ask({ is: "heartbeat", period: 5, warnAfter: 2, reconnectAfter: 4 });

  const answers = meeting.serverEffects.flatMap((effect) =>
    effect.do === "messageChannel" ? [Buffer.from(effect.data).toString("hex")] : [],
  );
  assert.deepEqual(
    [answers, kinds(meeting.clientEffects).slice(3)],
    [
      // Two measured milliseconds; the beep (40 bytes) and the stop (24) count, the start does not.
      ["00200000060101000000", "002000000e0102000b000200000040000000"],
      ["told", "heartbeat"],
    ],
  );
});

test("a client that asks for an automatic reconnection sends the proof, and never the cookie", () => {
  const autoReconnect = { logonId: 17, randomBits: Uint8Array.from({ length: 16 }, (_, index) => index) };
  const meeting = new Meeting({ client: { autoReconnect, autoLogon: false } });
  const { extended, password } = serverSide(meeting).info;
  assert.deepEqual([extended?.autoReconnect !== "none" && extended?.autoReconnect?.logonId, password], [17, ""]);
  assert.notDeepEqual(extended?.autoReconnect, { logonId: 17, securityVerifier: autoReconnect.randomBits });
});

const refused = (name: string, options: MeetingOptions, failure: ConnectFailure, refusal: string) =>
  test(name, () => {
    const meeting = new Meeting(options);
    const end = meeting.serverEffects.find((effect) => effect.do === "refuse");
    assert.deepEqual([failureOf(meeting), end?.refusal.code], [failure, refusal]);
    assert.notEqual(connectFailureText(failure), "");
  });

refused(
  "a client that offers RDSTLS alone is told that TLS is required",
  { client: { offered: ["rdstls"] } },
  { is: "negotiationFailed", failure: "sslRequiredByServer" },
  "HF-WIRE-01",
);
refused(
  "a client without NLA is told that the host requires it",
  { client: { offered: ["tls"] }, server: { nlaRequired: true } },
  { is: "negotiationFailed", failure: "hybridRequiredByServer" },
  "HF-WIRE-02",
);
refused(
  "a client for whom there is no place is turned away with its first message",
  { server: { refusal: { code: "HF-WIRE-04", step: "x", seconds: 1 } } },
  { is: "negotiationFailed", failure: "sslCertificateNotOnServer" },
  "HF-WIRE-04",
);

test("a client of standard RDP security gets no answer that it would misread", () => {
  const meeting = new Meeting({ client: { offered: [] } });
  const codes = meeting.serverEffects.flatMap((effect) => (effect.do === "refuse" ? [effect.refusal.code] : []));
  assert.deepEqual([meeting.clientState.at, codes], ["awaitingConfirm", ["HF-WIRE-01"]]);
});

test("a server that goes says why: by its last error, by MCS, or by nothing", () => {
  assert.deepEqual(
    [ended(error, goodbye), ended(goodbye), ended(error), ended()],
    [
      { is: "endedByServer", at: "active", reason: "providerInitiated", error: "logonTimeout" },
      { is: "endedByServer", at: "active", reason: "providerInitiated", error: undefined },
      { is: "closedByServer", at: "active", error: "logonTimeout" },
      { is: "closedByServer", at: "active", error: undefined },
    ],
  );
});

test("a server that gives no licence is told from one that fails", () => {
  const plain = encode(licensingMessage, validClient);
  const noLicense = encode(licensingMessage, {
    is: "errorAlert",
    error: "noLicenseServer",
    transition: "totalAbort",
    errorInfo: new Uint8Array(0),
  });
  const toClient = (bytes: Uint8Array) => {
    const at = Buffer.from(bytes).indexOf(plain);
    if (at === -1) return [bytes];
    const changed = Uint8Array.from(bytes);
    changed.set(noLicense, at);
    return [changed];
  };
  assert.deepEqual(failureOf(new Meeting({ toClient })), { is: "licenseRefused", why: "noLicenseServer" });
});

test("garbage and misplaced messages in every state of the client end in a failure or are passed over, never in an exception", () => {
  const { states, messages } = everyStateOfTheClient();
  const random = randomFrom(99);
  const ends = new Set<string>();
  for (const state of states) {
    for (const message of [...messages, ...garbage(40, random)]) {
      const after = connect(state, { is: "message", message, now: instant(0) }, usualClient);
      for (const effect of after.effects) if (effect.do === "fail") ends.add(effect.failure.is);
      if (state.at !== "ended") continue;
      assert.deepEqual(after.effects, []);
    }
    for (const is of ["tlsReady", "nlaDone", "closed"] as const) connect(state, { is }, usualClient);
  }
  assert.deepEqual([...new Set(states.map(({ at }) => at))], allStates);
  for (const is of ["malformed", "unexpected"]) assert.ok(ends.has(is), is);
});

test("mutated server messages in every state of the client end in a failure or are passed over", () => {
  const { states, messages } = everyStateOfTheClient();
  const random = randomFrom(4711);
  for (let round = 0; round < 20_000; round++) {
    const state = states[Math.floor(random() * states.length)]!;
    const message = mutated(messages[Math.floor(random() * messages.length)]!, random);
    connect(state, { is: "message", message, now: instant(0) }, usualClient);
  }
});

function everyStateOfTheClient(): {
  readonly states: readonly ConnectState[];
  readonly messages: readonly WireMessage[];
} {
  const seen = (["graphics pipeline", "planar 32"] as const).map((name) => {
    const meeting = new Meeting({ client: { profile: clientProfiles[name] }, nlaOffered: true });
    meeting.server({ is: "resize", size });
    return meeting;
  });
  const states = seen.flatMap(({ clientStates }) => clientStates);
  const messages = seen.flatMap(({ receivedByClient }) => receivedByClient);
  return { states: [...states, { at: "ended" }], messages };
}

const allStates: readonly ConnectState["at"][] = [
  "awaitingConfirm",
  "awaitingTls",
  "awaitingNla",
  "awaitingConnectResponse",
  "awaitingAttachConfirm",
  "awaitingLicense",
  "awaitingDemandActive",
  "finalizing",
  "active",
  "joiningChannels",
  "ended",
];

function summary(meeting: Meeting): readonly unknown[] {
  return [
    meeting.clientState,
    meeting.serverState,
    meeting.clientEffects,
    meeting.serverEffects,
    meeting.receivedByServer.map(({ bytes }) => Buffer.from(bytes).toString("hex")),
  ];
}

function ended(...last: ((capable: ServerCapable) => Uint8Array)[]): ConnectFailure | undefined {
  const meeting = new Meeting();
  meeting.serverSends(...last.map((each) => each(serverSide(meeting))));
  if (meeting.clientState.at !== "ended") meeting.client({ is: "closed" });
  return failureOf(meeting);
}

function error(capable: ServerCapable): Uint8Array {
  return server.shareBytes(capable, { is: "setErrorInfo", error: "logonTimeout" });
}

function goodbye(): Uint8Array {
  return tpkt(x224DataMessage(encode(disconnectProviderUltimatum, { reason: "providerInitiated" })));
}

function clientSide({ clientState }: Meeting): Capable {
  assert.equal(clientState.at, "active");
  return (clientState as Extract<ConnectState, { at: "active" }>).capable;
}

function serverSide({ serverState }: Meeting): ServerCapable {
  if (serverState.at !== "active") throw new Error(`the server is at ${serverState.at}`);
  return serverState.capable;
}

function failureOf({ clientEffects }: Meeting): ConnectFailure | undefined {
  const end = clientEffects.find((effect) => effect.do === "fail");
  return end?.failure;
}

function kinds(effects: readonly ConnectEffect[]): readonly string[] {
  return effects.map((effect) => effect.do);
}
