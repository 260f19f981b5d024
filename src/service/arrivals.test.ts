import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { instant, wallTime } from "#base/units.ts";
import type { Handover } from "#contracts/service.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings } from "#policy/settings.ts";
import { silentLog } from "#system/log.ts";
import { Arrivals } from "./arrivals.ts";
import { ConnectionProcesses } from "./connectionProcesses.ts";
import { Registry } from "./registry.ts";

const atOnce = 2 * availableParallelism();

test("of many clients at once a few are begun with, and the others follow as those are ready", async (t) => {
  const host = await arrivals(t);
  const count = 3 * atOnce;
  for (let client = 0; client < count; client++) await host.knock();
  await host.until(() => host.begun.length === atOnce);
  await delay(300);
  assert.equal(host.begun.length, atOnce);

  for (let ready = 1; ready <= count; ready++) {
    host.announce(ready);
    await host.until(() => host.begun.length === Math.min(count, atOnce + ready));
  }

  assert.deepEqual(
    host.begun.map(({ connection }) => Number(connection)),
    Array.from({ length: count }, (_, i) => i + 1),
  );
  assert.ok(host.begun.every(({ refusal }) => refusal === undefined));
});

test("a connection process that ends while it starts makes room for the next", async (t) => {
  const host = await arrivals(t);
  for (let client = 0; client <= atOnce; client++) await host.knock();
  await host.until(() => host.begun.length === atOnce);

  host.end(1);

  await host.until(() => host.begun.length === atOnce + 1);
});

test("who finds no place within the deadline is refused, and says for how long he waited", async (t) => {
  const host = await arrivals(t, { UnauthenticatedPerAddress: 1, HandshakeStepSeconds: 4 });
  await host.knock();
  await host.until(() => host.begun.length === 1);
  host.announce(1);
  await host.knock();
  await delay(400);
  assert.equal(host.begun.length, 1);

  host.pass(4000);

  await host.until(() => host.begun.length === 2);
  assert.deepEqual(host.begun[1]?.refusal, {
    code: "HF-ADMIT-01",
    scope: "address",
    address: "127.0.0.1",
    limit: 1,
    waitedSeconds: 4,
  });
});

test("a place that comes free is the next one's", async (t) => {
  const host = await arrivals(t, { UnauthenticatedInAll: 1 });
  await host.knock();
  await host.until(() => host.begun.length === 1);
  host.announce(1);
  await host.knock();
  await delay(300);
  assert.equal(host.begun.length, 1);

  host.announce(1, { authenticated: true });

  await host.until(() => host.begun.length === 2);
  assert.equal(host.begun[1]?.refusal, undefined);
});

test("a crowd from one address does not stand before a client of another", async (t) => {
  const host = await arrivals(t);
  for (let client = 0; client < atOnce + 10; client++) await host.knock();
  await host.knock("127.0.0.2");
  await host.until(() => host.begun.length === atOnce);

  for (let ready = 1; ready <= 2; ready++) {
    host.announce(ready);
    await host.until(() => host.begun.length === atOnce + ready);
  }

  assert.deepEqual(
    host.begun.slice(atOnce).map(({ address }) => address),
    ["127.0.0.1", "127.0.0.2"],
  );
});

test("a client for whom no process can be started is let go, and the door stays open", async (t) => {
  const host = await arrivals(t);
  host.failToStart(true);
  const left = await host.knock();
  await host.until(() => left.destroyed);

  host.failToStart(false);
  await host.knock();
  await host.until(() => host.begun.length === 1);
});

/** A door with processes that only note what they are given; the test says when each is ready. */
async function arrivals(t: TestContext, given: Readonly<Record<string, unknown>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-arrivals-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const resolved = resolve(hostSettings, given);
  if (resolved.is !== "resolved") assert.fail("wrong settings");
  const begun: Handover[] = [];
  const children = new Map<number, EventEmitter>();
  const registry = new Registry();
  let startFails = false;
  const sockets: Socket[] = [];
  const processes = new ConnectionProcesses({
    fork: () => {
      if (startFails) throw new Error("spawn ENOMEM");
      const child = Object.assign(new EventEmitter(), {
        disconnect: () => {},
        kill: () => true,
        send: (handover: Handover, socket: Socket, sent: (error: null) => void) => {
          begun.push(handover);
          children.set(handover.connection, child);
          sockets.push(socket);
          sent(null);
          return true;
        },
      });
      return child as unknown as ChildProcess;
    },
    spareCount: 0,
    registry,
    log: silentLog,
    lastIdPath: join(folder, "last"),
  });
  let now = 0;
  const door = new Arrivals({
    processes,
    settings: resolved.settings,
    now: () => instant(now),
    wallTime: () => wallTime(now),
    log: silentLog,
  });
  await door.listen({ host: "127.0.0.1", port: 0 });
  const port = Number(door.listening[0]?.split(":").at(-1));
  t.after(() => {
    door.close();
    for (const socket of sockets) socket.destroy();
  });
  const knock = (localAddress = "127.0.0.1") =>
    new Promise<Socket>((connected) => {
      const socket = connect({ port, host: "127.0.0.1", localAddress }, () => connected(socket));
      socket.on("error", () => {});
      sockets.push(socket);
    });
  const announce = (id: number, { authenticated = false } = {}): void => {
    const { connection, address } = begun[id - 1]!;
    const client = { address, name: "", build: 0 };
    const step = "awaitingNegotiation";
    registry.receiveConnection({ id: connection, pid: id, client, acceptedAt: wallTime(0), step, authenticated });
    processes.noteAnnounced(connection);
    door.review();
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 500 && !holds(); tries++) await delay(10);
    assert.ok(holds(), `${begun.length} have begun`);
  };
  const end = (id: number) => void children.get(id)?.emit("exit", 0, null);
  const failToStart = (fails: boolean): void => void (startFails = fails);
  const pass = (milliseconds: number): void => void (now += milliseconds);
  return { begun, knock, announce, until, end, failToStart, pass };
}
