import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, milliseconds } from "#base/units.ts";
import { ConnectionJourney } from "./journey.ts";

test("phases begin once, in milliseconds since the client was accepted", () => {
  const { journey, pass, told } = begun();
  pass(10);
  journey.receiveStep("awaitingNegotiation");
  journey.receiveStep("choosingSecurity");
  pass(20);
  journey.receiveStep("awaitingTls");
  pass(100);
  journey.enter("graphics");
  journey.receiveStep("active");
  journey.receiveStep("awaitingConfirmActive");
  journey.enter("graphics");

  assert.deepEqual(journey.journey.phases, [
    { phase: "accept", at: 0 },
    { phase: "negotiation", at: 15 },
    { phase: "tls", at: 35 },
    { phase: "graphics", at: 135 },
    { phase: "capabilities", at: 135 },
  ]);
  assert.deepEqual(told, ["graphics"]);
});

test("waits are put together by what was waited for, and one that goes on says so", async () => {
  const { journey, pass } = begun();
  journey.noteWait("a place", milliseconds(7));
  const first = journey.waitFor("PAM", Promise.resolve("yes"));
  pass(100);
  assert.equal(await first, "yes");
  const failing = journey.waitFor("PAM", Promise.reject(new Error("no")));
  pass(50);
  await assert.rejects(failing, /no/u);
  void journey.waitFor("PAM", new Promise(() => {}));
  pass(1000);

  assert.deepEqual(journey.journey.waits, [
    { for: "a place", count: 1, took: 7 },
    { for: "PAM", count: 3, took: 1150, open: true },
  ]);
});

test("a client that makes a connection wait for ever new things is not remembered without end", () => {
  const { journey } = begun();
  for (let count = 0; count < 1000; count++) journey.noteWait(`thing ${count}`, milliseconds(1));

  assert.equal(journey.journey.waits.length, 32);
});

function begun() {
  let now = 5;
  const told: (string | undefined)[] = [];
  const journey = new ConnectionJourney({
    record: "K7QX-2M",
    now: () => instant(now),
    acceptedAt: instant(0),
    changed: ({ phases }) => told.push(phases.at(-1)?.phase),
  });
  return { journey, told, pass: (ms: number) => (now += ms) };
}
