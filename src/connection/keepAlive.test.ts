import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { instant, milliseconds, seconds } from "#base/units.ts";
import { readSendData } from "#protocol/framing/sendData.ts";
import type { ClientProfile } from "#protocol/sequences/connect/clientProfile.ts";
import { FastPathReceiver } from "#protocol/share/output/fastPathUpdate.ts";
import { channelMessage, type ChannelMessage } from "#protocol/share/message/messageChannel.ts";
import type { TcpPeer, TcpProbes } from "#system/native/tcpPeer.ts";
import { Meeting, usualClient } from "../../test/meeting.ts";
import { KeepAlive } from "./keepAlive.ts";

test("a client that can answer is asked, gets a heartbeat, and its round trip is known from its answer", (t) => {
  const wire = keptAlive(t, { seconds: 30 });

  wire.pass(4);
  const [beat, question] = wire.takeSent();
  assert.deepEqual(beat, { is: "heartbeat", period: 12, warnAfter: 4, reconnectAfter: 10 });
  assert.deepEqual(question, {
    is: "autoDetectRequest",
    request: { is: "roundTripRequest", sequence: 1, phase: "continuous" },
  });
  wire.pass(2);
  wire.answer(7);
  assert.equal(wire.keepAlive.roundTrip, undefined);
  wire.answer(1);

  assert.equal(wire.keepAlive.roundTrip, 2000);
});

test("an idle client is asked at every fourth beat, one that is at work at every beat", (t) => {
  const wire = keptAlive(t, { seconds: 30 });
  const questions = (secondsPassed: number, works: boolean): number => {
    for (let second = 0; second < secondsPassed; second++) {
      if (works) wire.keepAlive.noteHeard();
      wire.pass(1, there);
      for (const message of wire.takeSent()) {
        if (message === "nothingNew" || message.is !== "autoDetectRequest") continue;
        asked += 1;
        wire.keepAlive.noteHeard();
        wire.answer(message.request.sequence);
      }
    }
    const count = asked;
    asked = 0;
    return count;
  };
  let asked = 0;

  assert.equal(questions(120, false), 10);
  assert.equal(questions(120, true), 40);
  assert.equal(wire.vanished(), 0);
});

test("where the kernel knows nothing, a client that answers nothing is gone, one that says anything is not", (t) => {
  const silent = keptAlive(t, { seconds: 30 });
  for (let second = 0; second < 20; second++) silent.pass(1);
  assert.equal(silent.vanished(), 0);
  for (let second = 0; second < 10; second++) silent.pass(1);
  assert.equal(silent.vanished(), 1);

  const talking = keptAlive(t, { seconds: 30 });
  for (let second = 0; second < 300; second++) {
    talking.pass(1);
    talking.keepAlive.noteHeard();
  }
  assert.equal(talking.vanished(), 0);
});

test("a client that cannot be asked is gone when its machine answers nothing", (t) => {
  for (const profile of [{ messageChannel: false }, { earlyCapabilities: [] }]) {
    const wire = keptAlive(t, { seconds: 30, profile });
    assert.deepEqual(wire.probes(), [{ every: 3000, giveUpAfter: 120_000 }]);
    for (let second = 0; second < 300; second++) wire.pass(1, { ...there, owesAcknowledgement: true }, 100n);
    assert.deepEqual([[...new Set(wire.takeSent())], wire.vanished()], [["nothingNew"], 0]);
    wire.deactivate();
    wire.pass(10, there);
    assert.deepEqual(wire.takeSent(), []);

    for (let second = 1; second < 30; second++) {
      wire.pass(1, { ...there, heardAgo: seconds(second), isProbed: 3 <= second });
    }
    assert.equal(wire.vanished(), 1);
  }
});

test("a client that is heard and acknowledges nothing is gone", (t) => {
  const wire = keptAlive(t, { seconds: 30, profile: { messageChannel: false } });
  for (let second = 0; second < 30; second++) wire.pass(1, { ...there, owesAcknowledgement: true });
  assert.equal(wire.vanished(), 1);
});

test("a client whose program is busy is waited for as long as its machine answers, but not for ever", (t) => {
  const wire = keptAlive(t, { seconds: 30 });
  for (let second = 0; second < 115; second++) wire.pass(1, there);
  assert.equal(wire.vanished(), 0);
  for (let second = 0; second < 10; second++) wire.pass(1, there);
  assert.equal(wire.vanished(), 1);
});

test("a host that was halted does not blame its clients for it", (t) => {
  const wire = keptAlive(t, { seconds: 30 });
  const owing = { ...there, isProbed: true, owesAcknowledgement: true };
  wire.pass(4, owing);
  wire.halt(3600);
  wire.pass(3, { ...owing, heardAgo: seconds(3600) });
  assert.equal(wire.vanished(), 0);
  for (let second = 0; second < 30; second++) wire.pass(1, { ...owing, heardAgo: seconds(3600 + second) });
  assert.equal(wire.vanished(), 1);
});

test("where the setting is 0 nobody is asked", (t) => {
  const wire = keptAlive(t, { seconds: 0 });
  for (let second = 0; second < 300; second++) wire.pass(1);

  assert.deepEqual([wire.takeSent(), wire.vanished(), wire.probes()], [[], 0, []]);
});

/** A client at its desktop, and a clock that the test moves. */
function keptAlive(t: TestContext, options: { readonly seconds: number; readonly profile?: Partial<ClientProfile> }) {
  t.mock.timers.reset();
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { serverState } = new Meeting({ client: { profile: { ...usualClient.profile, ...options.profile } } });
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  let now = 0;
  let vanished = 0;
  let sent: (ChannelMessage | "nothingNew")[] = [];
  let mayDraw = true;
  let peer: TcpPeer | undefined;
  let bytesAcknowledged = 0n;
  const probes: TcpProbes[] = [];
  const keepAlive = new KeepAlive({
    capable: serverState.capable,
    seconds: options.seconds,
    mayDraw: () => mayDraw,
    wire: {
      write: (pieces) => sent.push(...pieces.map(readSent)),
      peer: () => peer,
      probe: (wished) => probes.push(wished),
    },
    vanished: () => {
      vanished++;
      keepAlive.close();
    },
    now: () => instant(now),
  });
  t.after(() => keepAlive.close());
  const takeSent = () => {
    const taken = sent;
    sent = [];
    return taken;
  };
  /** `machine`: what the kernel says meanwhile; `acknowledged`: more bytes than before. */
  const pass = (duration: number, machine?: TcpPeer, acknowledged = 0n): void => {
    bytesAcknowledged += acknowledged;
    peer = machine && { ...machine, bytesAcknowledged };
    now += duration * 1000;
    t.mock.timers.tick(duration * 1000);
  };
  const deactivate = (): void => void (mayDraw = false);
  const halt = (duration: number): void => void (now += duration * 1000);
  const answer = (sequence: number): void => {
    const response = { is: "roundTripResponse", sequence } as const;
    keepAlive.receive(encode(channelMessage, { is: "autoDetectResponse", response }));
  };
  return { keepAlive, takeSent, pass, halt, deactivate, answer, probes: () => probes, vanished: () => vanished };
}

/** A message of the message channel, or the update that says nothing. */
function readSent(bytes: Uint8Array): ChannelMessage | "nothingNew" {
  if (bytes[0] !== 0) return decode(channelMessage, readSendData(bytes)!.data);
  const [update] = new FastPathReceiver().receive(bytes);
  assert.deepEqual(update, { is: "graphics", update: { is: "synchronize" } });
  return "nothingNew";
}

const there: TcpPeer = {
  heardAgo: milliseconds(500),
  isProbed: false,
  owesAcknowledgement: false,
  bytesAcknowledged: 0n,
};
