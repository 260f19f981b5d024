import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { instant } from "#base/units.ts";
import { readSendData } from "#protocol/framing/sendData.ts";
import type { ClientProfile } from "#protocol/sequences/connect/clientProfile.ts";
import { channelMessage, type ChannelMessage } from "#protocol/share/message/messageChannel.ts";
import { Meeting, usualClient } from "../../test/meeting.ts";
import { KeepAlive } from "./keepAlive.ts";

test("a client that can answer is asked, gets a heartbeat, and its round trip is known from its answer", (t) => {
  const wire = keptAlive(t, { seconds: 30 });

  wire.pass(10);
  const [beat, question] = wire.takeSent();
  assert.deepEqual(beat, { is: "heartbeat", period: 8, warnAfter: 3, reconnectAfter: 6 });
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

test("a client that answers nothing is gone within the limit, one that says anything is not", (t) => {
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

test("a client that cannot be asked is neither asked nor given up", (t) => {
  for (const profile of [{ messageChannel: false }, { earlyCapabilities: [] }]) {
    const wire = keptAlive(t, { seconds: 30, profile });
    for (let second = 0; second < 300; second++) wire.pass(1);
    assert.deepEqual([wire.takeSent(), wire.vanished()], [[], 0]);
  }
});

test("where the setting is 0 nobody is asked", (t) => {
  const wire = keptAlive(t, { seconds: 0 });
  for (let second = 0; second < 300; second++) wire.pass(1);

  assert.deepEqual([wire.takeSent(), wire.vanished()], [[], 0]);
});

/** A client at its desktop, and a clock that the test moves. */
function keptAlive(t: TestContext, options: { readonly seconds: number; readonly profile?: Partial<ClientProfile> }) {
  t.mock.timers.reset();
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { serverState } = new Meeting({ client: { profile: { ...usualClient.profile, ...options.profile } } });
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  let now = 0;
  let vanished = 0;
  let sent: ChannelMessage[] = [];
  const keepAlive = new KeepAlive({
    capable: serverState.capable,
    seconds: options.seconds,
    write: (pieces) => sent.push(...pieces.map((bytes) => decode(channelMessage, readSendData(bytes)!.data))),
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
  const pass = (seconds: number): void => {
    now += seconds * 1000;
    t.mock.timers.tick(seconds * 1000);
  };
  const answer = (sequence: number): void => {
    const response = { is: "roundTripResponse", sequence } as const;
    keepAlive.receive(encode(channelMessage, { is: "autoDetectResponse", response }));
  };
  return { keepAlive, takeSent, pass, answer, vanished: () => vanished };
}
