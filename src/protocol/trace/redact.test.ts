import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { declaredSecrets } from "#base/bytes/secret.ts";
import { declaredStructs } from "#base/bytes/struct.ts";
import { garbage, mutated } from "../../../test/hostileMessages.ts";
import { Meeting } from "../../../test/meeting.ts";
import { randomFrom } from "../../../test/pictures.ts";
import { sendDataIndicationMessage, sendDataRequestMessage } from "../framing/sendData.ts";
import { tpkt } from "../framing/tpkt.ts";
import { x224DataMessage } from "../framing/x224.ts";
import { splitChannelMessage } from "../channels/static/channelSplitter.ts";
import { Describer } from "./describe.ts";
import { redact } from "./redact.ts";
import { secretExamples } from "../../../test/secretExamples.ts";
import { removed } from "./shown.ts";
import type { TracedMessage } from "./tracedMessage.ts";
import { Where } from "./where.ts";

const all = globSync("src/protocol/**/*.ts").filter((file) => !file.endsWith(".test.ts"));
await Promise.all(all.map((file) => import(`../../../${file}`)));

test("every message with a field declared secret has an example here", () => {
  const declared = [...declaredSecrets.keys()].filter((name) => declaredStructs.has(name) || name === "FastPathInput");

  assert.deepEqual(declared.sort(), Object.keys(secretExamples).sort());
});

for (const [name, example] of Object.entries(secretExamples)) {
  test(`what is secret in ${name} is zeros in a trace, and nothing else is`, () => {
    const message = example();
    const marks = marksIn(message.bytes);
    const clean = redact(message, new Where());
    const lent = Buffer.from(message.bytes);
    redact({ ...message, bytes: lent }, new Where());

    assert.notEqual(marks, 0);
    assert.deepEqual(new Uint8Array(lent), new Uint8Array(message.bytes), "a Buffer stays as it was");
    assert.deepEqual(
      clean,
      message.bytes.map((byte) => (byte === mark ? 0 : byte)),
    );
    assert.equal(message.bytes.filter((byte) => byte === mark).length, marks, "the message itself stays as it was");
    const [told] = new Describer(options).describe({ ...message, bytes: clean });
    assert.notEqual(told?.name, "malformed");
    assert.ok(JSON.stringify(told?.fields).includes(removed));
  });
}

test("a whole connection keeps its shape and loses its password and its keys", () => {
  const messages = streamOf(new Meeting({ client: { password: "hunter2, long" } }));
  const where = new Where();
  const clean = messages.map((message) => ({ ...message, bytes: redact(message, where) }));

  assert.deepEqual(
    clean.map(({ bytes }) => bytes.length),
    messages.map(({ bytes }) => bytes.length),
  );
  const word = Buffer.from("hunter2", "utf16le");
  assert.ok(messages.some(({ bytes }) => Buffer.from(bytes).includes(word)));
  assert.ok(clean.every(({ bytes }) => !Buffer.from(bytes).includes(word)));
  assert.deepEqual(namesOf(clean), namesOf(messages));
});

test("of a channel that may carry a clipboard or files only the size stays", () => {
  const where = new Where();
  where.know({ ioChannelId: 1003, messageChannelId: undefined, channels: [{ name: "CLIPRDR", id: 1004 }] });
  const content = new Uint8Array(100).fill(mark);
  for (const channelId of [1004, 1005]) {
    const [chunk = content] = splitChannelMessage(content);
    const bytes = sendDataRequestMessage({ initiator: 1010, channelId }, chunk);
    const clean = redact({ form: "tpkt", direction: "fromClient", bytes }, where);

    assert.equal(marksIn(clean), 0);
    assert.deepEqual(clean.subarray(0, bytes.length - 100), bytes.subarray(0, bytes.length - 100));
  }
});

test("what cannot be read is zeros behind its framing", () => {
  const garbled = new Uint8Array(60).fill(mark);
  const bytes = sendDataIndicationMessage({ initiator: 1002, channelId: 1003 }, garbled);
  const clean = redact({ form: "tpkt", direction: "toClient", bytes }, new Where());

  assert.equal(marksIn(clean), 0);
  assert.deepEqual(clean.subarray(0, 14), bytes.subarray(0, 14));
  const nonsense = redact({ form: "tpkt", direction: "toClient", bytes: tpkt(x224DataMessage(garbled)) }, new Where());
  assert.equal(marksIn(nonsense), 0);
});

test("malformed bytes never throw, keep their length, and are the same when they are cleaned again", () => {
  const messages = streamOf(new Meeting());
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomFrom(seed);
    const where = new Where();
    const again = new Where();
    const describer = new Describer(options);
    const hostile = messages.flatMap((message) => [...hostileOf(message, random), message]);
    for (const message of [...hostile, ...cuts(messages, random)]) {
      const clean = redact(message, where);
      assert.equal(clean.length, message.bytes.length);
      assert.equal(redact({ ...message, bytes: clean }, again).length, clean.length);
      assert.ok(describer.describe(message).length < 100_000);
    }
  }
});

function hostileOf(message: TracedMessage, random: () => number): readonly TracedMessage[] {
  if (message.form === "der") return [];
  const header = message.form === "tpkt" ? 4 : 2;
  const whole = { is: message.form, bytes: message.bytes, payload: message.bytes.subarray(header) };
  return [mutated(whole, random), ...garbage(2, random)].flatMap(({ is, bytes }) =>
    (["fromClient", "toClient"] as const).map((direction) => ({ form: is, direction, bytes })),
  );
}

/** The messages as a trace has them that does not keep their ends. */
function cuts(messages: readonly TracedMessage[], random: () => number): readonly TracedMessage[] {
  return messages.map((message) => {
    const { length } = message.bytes;
    return { ...message, bytes: message.bytes.slice(0, Math.floor(random() * length)), length };
  });
}

function streamOf(meeting: Meeting): readonly TracedMessage[] {
  const received = [
    ...meeting.receivedByServer.map((message) => ({ message, direction: "fromClient" as const })),
    ...meeting.receivedByClient.map((message) => ({ message, direction: "toClient" as const })),
  ];
  // What the client asks for comes before what the server makes of it, which is all that matters here.
  const stream = received.map(({ message, direction }) => ({ form: message.is, direction, bytes: message.bytes }));
  const key = secretExamples["FastPathInput"]?.();
  const credSsp = secretExamples["TsRequest"]?.();
  return [...stream, ...(key === undefined ? [] : [key]), ...(credSsp === undefined ? [] : [credSsp])];
}

function namesOf(messages: readonly TracedMessage[]): readonly string[] {
  const describer = new Describer(options);
  return messages.flatMap((message) => describer.describe(message).map(({ name }) => name));
}

function marksIn(bytes: Uint8Array): number {
  return bytes.filter((byte) => byte === mark).length;
}

const options = { decompressor: () => ({ decompress: (message: Uint8Array) => message }) };
/** A byte that stands in no message but where an example puts it. */
const mark = 0xa9;
