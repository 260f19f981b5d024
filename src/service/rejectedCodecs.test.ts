import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connectionId } from "#base/ids.ts";
import { milliseconds, wallTime } from "#base/units.ts";
import type { ConnectionFacts, GraphicsEndNews } from "#contracts/service.ts";
import { silentLog } from "#system/log.ts";
import { RejectedCodecs } from "./rejectedCodecs.ts";

test("what a client has rejected outlives the service, is an event once, and can be forgotten", (t) => {
  const { started, events } = place(t);
  started().receiveEnd(facts, film);
  started().receiveEnd(facts, film);
  started().receiveEnd(facts, film);

  assert.deepEqual(started().of(facts.client), ["avc420"]);
  assert.deepEqual(events, ["codecRejected DESK-7 H.264 (AVC420)"]);
  assert.equal(started().forget("DESK-8"), false);
  assert.equal(started().forget("desk-7"), true);
  assert.deepEqual([started().of(facts.client), started().clients], [[], []]);
});

test("a file that is none is as good as none", (t) => {
  const { started, path } = place(t);
  writeFileSync(path, '{"clients":[{"name":5}]}');

  assert.deepEqual(started().of(facts.client), []);
  started().receiveEnd(facts, film);
  assert.deepEqual(
    started().clients.map(({ name, suspected }) => [name, suspected]),
    [["DESK-7", { codec: "avc420", ends: 1 }]],
  );
});

const facts: ConnectionFacts = {
  id: connectionId(1),
  pid: 1,
  client: { address: "192.0.2.7", name: "DESK-7", build: 22_631 },
  acceptedAt: wallTime(0),
  step: "active",
  authenticated: true,
};

const film: GraphicsEndNews = {
  how: "left",
  trials: [
    { codec: "graphics", acknowledged: true, sentFor: milliseconds(500) },
    { codec: "avc420", acknowledged: false, sentFor: milliseconds(20) },
  ],
};

/** A state folder, and services that start there one after the other. */
function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-codecs-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const events: string[] = [];
  const started = () =>
    new RejectedCodecs({
      stateFolder: folder,
      chronicle: { note: (name, { data } = {}) => void events.push(`${name} ${data?.["Client"]} ${data?.["Codec"]}`) },
      now: () => wallTime(0),
      log: silentLog,
    });
  return { started, events, path: join(folder, "codecs.json") };
}
