import assert from "node:assert/strict";
import { test } from "node:test";
import type { RejectableCodec } from "#base/rejectableCodec.ts";
import { milliseconds, wallTime } from "#base/units.ts";
import {
  afterGraphicsEnd,
  codecsRejectedBy,
  rememberedClientsMax,
  stillRemembered,
  suspectedCodec,
  type CodecTrial,
  type GraphicsEnd,
  type RememberedClient,
} from "./rejectedCodecs.ts";

test("the riskiest codec that was never acknowledged is suspected, and RDPGFX as a whole last", () => {
  assert.deepEqual(
    [
      suspectedCodec(left(taken("graphics"), taken("progressive"), untaken("avc420"))),
      suspectedCodec(left(untaken("graphics"), untaken("clearCodec"), untaken("progressive"))),
      suspectedCodec(left(untaken("graphics"), untaken("clearCodec"))),
      suspectedCodec(left(untaken("graphics"))),
      suspectedCodec(left(taken("graphics"), untaken("avc444"), untaken("avc420"))),
    ],
    ["avc420", "progressive", "clearCodec", "graphics", "avc444"],
  );
});

test("whoever acknowledges everything, was sent away, or stayed long without acknowledging anything, is not suspected", () => {
  const late = (codec: RejectableCodec): CodecTrial => ({ ...untaken(codec), sentFor: milliseconds(60_000) });

  assert.deepEqual(
    [
      suspectedCodec(left()),
      suspectedCodec(left(taken("graphics"), taken("avc420"))),
      suspectedCodec({ ...left(untaken("graphics"), untaken("progressive")), how: "other" }),
      suspectedCodec(left(late("graphics"), late("progressive"))),
    ],
    [undefined, undefined, undefined, undefined],
  );
});

test("a client that stops to acknowledge at a codec is suspected, however long its user waits before he goes", () => {
  const stuck = { ...untaken("avc420"), sentFor: milliseconds(60_000) };

  assert.equal(suspectedCodec(left(taken("graphics"), stuck)), "avc420");
});

test("a codec is rejected by two ends in a row, and by one that is followed by a picture it is not", () => {
  const film = left(taken("graphics"), taken("progressive"), untaken("avc420"));
  const whole = left(taken("graphics"), taken("progressive"), taken("avc420"));
  const office = left(taken("graphics"), taken("progressive"));

  assert.deepEqual(rejectedAfter(film), []);
  assert.deepEqual(rejectedAfter(film, film), ["avc420"]);
  assert.deepEqual(rejectedAfter(film, whole, film), []);
  assert.deepEqual(rejectedAfter(film, office, film), ["avc420"]);
});

test("a client that takes nothing comes down step by step, at each connection once it is known", () => {
  const first = left(untaken("graphics"), untaken("clearCodec"), untaken("progressive"));
  const second = left(untaken("graphics"), untaken("clearCodec"));
  const third = left(untaken("graphics"));

  assert.deepEqual(rejectedAfter(first), []);
  assert.deepEqual(rejectedAfter(first, first), ["progressive"]);
  assert.deepEqual(rejectedAfter(first, first, second), ["progressive", "clearCodec"]);
  assert.deepEqual(rejectedAfter(first, first, second, third), ["progressive", "clearCodec", "graphics"]);
});

test("clients of another name or another build are asked anew, and all of them after thirty days", () => {
  const film = left(taken("graphics"), untaken("avc420"));
  const clients = after([film, film]);
  const days = (count: number) => wallTime(count * 86_400_000);

  assert.deepEqual(codecsRejectedBy(clients, { ...desk, address: "192.0.2.9" }, days(29)), ["avc420"]);
  assert.deepEqual(codecsRejectedBy(clients, { ...desk, name: "DESK-8" }, days(1)), []);
  assert.deepEqual(codecsRejectedBy(clients, { ...desk, build: 26_100 }, days(1)), []);
  assert.deepEqual(codecsRejectedBy(clients, desk, days(31)), []);
  assert.deepEqual([stillRemembered(clients, days(29)).length, stillRemembered(clients, days(31)).length], [1, 0]);
});

test("where nothing was acknowledged at all a client is asked anew after a day, and believed at its next failure", () => {
  const nothing = left(untaken("graphics"));
  const days = (count: number) => wallTime(count * 86_400_000);
  const rejecting = after([nothing, nothing]);
  const asked = (end: GraphicsEnd) => afterGraphicsEnd(rejecting, { client: desk, signedIn: true, end, now: days(2) });

  assert.deepEqual(codecsRejectedBy(rejecting, desk, days(0.9)), ["graphics"]);
  assert.deepEqual(codecsRejectedBy(rejecting, desk, days(2)), []);
  assert.equal(asked(nothing).rejected, "graphics");
  assert.deepEqual(codecsRejectedBy(asked(nothing).clients, desk, days(2.5)), ["graphics"]);
  assert.deepEqual(asked(left(taken("graphics"))).clients, []);
});

test("whoever has not signed in costs the owner of a name nothing", () => {
  const nothing = left(untaken("graphics"));
  const clients = after([nothing, nothing], { signedIn: false });

  assert.deepEqual(codecsRejectedBy(clients, { ...desk, address: "192.0.2.9" }, wallTime(0)), []);
  assert.deepEqual(codecsRejectedBy(clients, desk, wallTime(0)), ["graphics"]);
});

test("what is remembered has an end, and what strangers have caused goes first", () => {
  const nothing = left(untaken("graphics"));
  let clients: readonly RememberedClient[] = after([nothing, nothing]);
  for (let count = 0; count < rememberedClientsMax + 10; count++) {
    const client = { ...desk, name: `NOISE-${count}` };
    clients = afterGraphicsEnd(clients, { client, signedIn: false, end: nothing, now: wallTime(0) }).clients;
  }

  assert.equal(clients.length, rememberedClientsMax);
  assert.deepEqual(codecsRejectedBy(clients, desk, wallTime(0)), ["graphics"]);
});

test("it is news once that a codec is rejected", () => {
  const film = left(taken("graphics"), untaken("avc420"));
  const ended = { client: desk, signedIn: true, end: film, now: wallTime(0) };
  const first = afterGraphicsEnd([], ended);
  const second = afterGraphicsEnd(first.clients, ended);
  const third = afterGraphicsEnd(second.clients, { ...ended, end: left(taken("graphics")) });

  assert.deepEqual([first.rejected, second.rejected, third.rejected], [undefined, "avc420", undefined]);
});

function taken(codec: RejectableCodec): CodecTrial {
  return { codec, acknowledged: true, sentFor: milliseconds(5000) };
}

function untaken(codec: RejectableCodec): CodecTrial {
  return { codec, acknowledged: false, sentFor: milliseconds(100) };
}

function left(...trials: readonly CodecTrial[]): GraphicsEnd {
  return { how: "left", trials };
}

function after(ends: readonly GraphicsEnd[], { signedIn = true } = {}): readonly RememberedClient[] {
  let clients: readonly RememberedClient[] = [];
  for (const end of ends)
    clients = afterGraphicsEnd(clients, { client: desk, signedIn, end, now: wallTime(0) }).clients;
  return clients;
}

function rejectedAfter(...ends: readonly GraphicsEnd[]): readonly RejectableCodec[] {
  return [...codecsRejectedBy(after(ends), desk, wallTime(0))];
}

const desk = { name: "DESK-7", build: 22_631, address: "192.0.2.7" };
