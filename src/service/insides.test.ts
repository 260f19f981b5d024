import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { Inside } from "#contracts/inside.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { ownWaits } from "#system/inside/openWaits.ts";
import { silentLog } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { Insides } from "./insides.ts";
import type { KnownSession } from "./registry.ts";

test("the service says what it and the others wait for, the longest first", async () => {
  const { insides } = planted();
  const over = ownWaits.begin("PAM");

  const { waits, more } = await insides.waits();
  over();

  assert.equal(more, false);
  assert.deepEqual(
    waits.map(({ connection, session, wait: { what, waited } }) => [connection ?? 0, session ?? 0, what, waited]),
    [
      [9, 0, "a free seat", 97_000],
      [0, 2, "the X server", 9500],
      [0, 0, "PAM", waits.at(-2)?.wait.waited],
      [0, 3, "nobody knows what: it is of an older version, which cannot be asked this", 0],
    ].toSorted((one, other) => Number(other[3]) - Number(one[3])),
  );
});

test("a connection answers for itself alone, and one that goes meanwhile is none", async () => {
  const { insides, asked } = planted({ silent: true });

  const waited = insides.ask({ connection: connectionId(9) });
  insides.receiveAnswer(connectionId(8), asked[0]!, inside(1));
  insides.forgetConnection(connectionId(9));

  assert.deepEqual(await waited, { is: "none" });
});

test("a refusal can be held where one stands, by a connection that knows how", () => {
  const { insides, held } = planted();

  assert.deepEqual(
    [9, 8, 7, 6].map((id) => insides.hold(connectionId(id), 60)),
    [
      { is: "done" },
      { is: "failed", why: "there is no refusal on its screen" },
      { is: "failed", why: "it is of an older version, which cannot be asked this" },
      { is: "none" },
    ],
  );
  assert.deepEqual(held, [60]);
});

test("the way to a dump is told to the process that it is of", async () => {
  const { insides, dumps } = planted();

  assert.deepEqual(await insides.sendDump({ connection: connectionId(9) }, "/a"), { is: "done" });
  assert.deepEqual(await insides.sendDump({ session: sessionId(2) }, "/b"), { is: "done" });
  assert.deepEqual(await insides.sendDump({ session: sessionId(4) }, "/c"), { is: "none" });
  assert.deepEqual(dumps, ["9 /a", "2 /b"]);
});

test("a process is told by its engine's rooms, and one that is none of ours by nothing", async () => {
  const { insides } = planted();

  const rooms = await insides.rooms(process.pid);

  assert.ok(rooms?.some(({ name, megabytes }) => name === "JavaScript: old" && 1 < megabytes));
  assert.deepEqual([await insides.rooms(9), await insides.rooms(2), await insides.rooms(4711)], [[], [], undefined]);
});

function planted({ silent = false } = {}) {
  const asked: string[] = [];
  const held: number[] = [];
  const dumps: string[] = [];
  const connections = [
    connection(9, { isOpen: true, refusal: "HF-SEAT-01" }),
    connection(8, { isOpen: true }),
    connection(7, { refusal: "HF-SEAT-01" }),
  ];
  const keeper = (id: number) => ({
    call: async (name: string, request: { path?: string }) => {
      if (id === 3) throw new CallFailed(name, { is: "refused", code: "unknownCall", message: "" });
      if (name === "inside") return inside(id, "the X server", 9500);
      dumps.push(`${id} ${request.path}`);
      return {};
    },
  });
  const sessions = [2, 3].map(
    (id) =>
      ({ facts: { id: sessionId(id), keeperPid: id } as SessionFacts, keeper: keeper(id) }) as never as KnownSession,
  );
  const insides = new Insides({
    registry: {
      sessions,
      connections: connections.slice(0, 1),
      session: (id) => sessions.find(({ facts }) => facts.id === id),
      connection: (id) => connections.find((each) => each.id === id),
    },
    randomHex: () => `question ${asked.length}`,
    log: silentLog,
  });
  for (const { id } of connections) {
    insides.receiveConnection(id, (name, value) => {
      if ("seconds" in value && name === "holdRefusal") held.push(Number(value.seconds));
      if ("path" in value) dumps.push(`${id} ${value.path}`);
      if (name !== "lookInside" || !("id" in value)) return;
      asked.push(String(value.id));
      if (!silent) insides.receiveAnswer(id, String(value.id), inside(id, "a free seat", 97_000));
    });
  }
  return { insides, asked, held, dumps };
}

function connection(id: number, facts: Partial<ConnectionFacts>): ConnectionFacts {
  const client = { address: "192.0.2.7", name: "", build: 0 };
  const own = { id: connectionId(id), pid: id, client, acceptedAt: wallTime(0), step: "active", authenticated: true };
  return { ...own, ...facts };
}

function inside(pid: number, what?: string, waited = 0): Inside {
  const sizes = { uptime: 1, resident: 1, heapUsed: 1, heapTotal: 1, external: 1, buffers: 1 };
  return { pid, ...sizes, spaces: [], active: [], waits: what === undefined ? [] : [{ what, waited }] };
}
