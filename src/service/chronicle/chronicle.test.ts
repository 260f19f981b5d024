import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { wallTime } from "#base/units.ts";
import type { LoggedEvent } from "#contracts/event.ts";
import { History } from "#system/history/history.ts";
import { HistoryFailed } from "#system/history/historyDatabase.ts";
import { silentLog } from "#system/log.ts";
import { Chronicle } from "./chronicle.ts";
import { recordOfSession } from "./endRecord.ts";
import { plantedSession } from "../../../test/plantedFacts.ts";

test("what was noted is read at once, and by the next service", (t) => {
  const { open, forwarded } = host(t);
  const first = open();
  first.note("sessionLogon", { user: "anna", data: { Some: "thing" } });
  first.keep(record("K7QX-2M"));

  assert.deepEqual(told(first.events({ atMost: 9 })), ["21 anna"]);
  assert.equal(first.records({ record: "K7QX-2M", atMost: 9 })[0]?.words?.code, "HF-SESS-06");
  first.close();
  const second = open();
  second.note("sessionLogoff", { user: "anna" });

  assert.deepEqual(told(second.events({ atMost: 9 })), ["21 anna", "23 anna"]);
  assert.deepEqual(told(second.events({ atMost: 1 })), ["23 anna"]);
  assert.deepEqual(told(second.events({ ids: [21], atMost: 9 })), ["21 anna"]);
  assert.equal(second.records({ user: "anna", atMost: 9 }).length, 1);
  assert.deepEqual(told(forwarded), ["21 anna", "23 anna"]);
  second.close();
});

test("a disk that takes nothing costs nobody his service, and what is not written is read from memory", (t) => {
  const { open } = host(t);
  let isFull = true;
  const chronicle = open({
    before: () => {
      if (isFull) throw new HistoryFailed(new Error("database or disk is full"));
    },
  });
  for (let count = 0; count < 1500; count++) chronicle.note("sessionLogon", { user: `user ${count}` });
  chronicle.keep(record("K7QX-2M"));

  const [oldest] = chronicle.events({ atMost: 9999 });
  assert.equal(oldest?.user, "user 500");
  assert.deepEqual(chronicle.recordIds({ atMost: 9 }), ["K7QX-2M"]);
  isFull = false;
  chronicle.close();

  const after = open();
  assert.equal(after.events({ ids: [21], atMost: 9999 }).length, 1000);
  after.close();
});

test("who follows gets each event once, also when many come at once, and all of a new service's", async (t) => {
  const { open } = host(t);
  const chronicle = open();
  const { last } = await chronicle.next(undefined, 0);
  const waiting = chronicle.next(last, 10_000);
  chronicle.note("sessionLogon", { user: "anna" });
  const news = await waiting;
  assert.deepEqual(told(news.events), ["21 anna"]);
  for (let count = 0; count < 700; count++) chronicle.note("sessionLogoff", { user: String(count) });

  const users: (string | undefined)[] = [];
  for (let from = news.last; users.length < 700;) {
    const more = await chronicle.next(from, 0);
    users.push(...more.events.map(({ user }) => user));
    from = more.last;
  }
  assert.deepEqual(
    users,
    Array.from({ length: 700 }, (_, count) => String(count)),
  );
  assert.deepEqual(await chronicle.next(701, 10), { events: [], last: 701 });
  assert.equal((await chronicle.next(999_999, 0)).events.length, 500);
  chronicle.close();
});

function host(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-chronicle-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const forwarded: LoggedEvent[] = [];
  let now = 1000;
  const open = ({ before = () => {} }: { readonly before?: () => void } = {}) =>
    new Chronicle({
      open: () => {
        before();
        return new History({ path: join(folder, "holdfast.db"), bytesMax: 1 << 24, keptFor: 1e15 });
      },
      forward: (event) => forwarded.push(event),
      wallTime: () => wallTime(now++),
      log: silentLog,
    });
  return { open, forwarded };
}

function record(id: string) {
  const facts = plantedSession({ id: 2, user: "anna" });
  return recordOfSession({ facts, last: undefined, id, refusal: { code: "HF-SESS-06", by: "root" }, at: wallTime(5) });
}

function told(events: readonly LoggedEvent[]): readonly string[] {
  return events.map(({ id, user }) => `${id} ${user}`);
}
