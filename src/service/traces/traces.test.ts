import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { connectionId } from "#base/ids.ts";
import { encodeTraceFile, traceFileStart } from "#base/trace/traceFile.ts";
import { TraceRecorder } from "#base/trace/traceRecorder.ts";
import { instant, wallTime } from "#base/units.ts";
import type { ConnectionFacts, TraceOrder } from "#contracts/service.ts";
import { silentLog } from "#system/log.ts";
import { Traces } from "./traces.ts";

const anna = connectionId(7);
const oneRecord = encodeTraceFile([
  { at: 1, process: { kind: "connection", id: 7 }, what: { is: "step", step: "active" } },
]).subarray(traceFileStart.length);

test("a trace asks whoever is there and whoever comes, and writes what they hand over", async (t) => {
  const { traces, connect, hand, collected, packed } = host(t);
  const orders = connect(anna);
  const started = traces.start({ pictures: true });
  assert.ok(started.is === "started");
  assert.deepEqual(orders, [{ trace: started.name, order: "follow", pictures: true }]);
  assert.equal(traces.start({ pictures: false }).is, "failed");

  assert.deepEqual(await hand(started.name, oneRecord), { goOn: true });
  assert.deepEqual(await hand("another", oneRecord), { goOn: false });
  const stopping = traces.stop();
  assert.deepEqual(orders.at(-1), { trace: started.name, order: "end" });
  await hand(started.name, oneRecord, true);
  const end = await stopping;

  assert.ok(end.is === "collected");
  assert.equal(end.collected.because, "it was stopped");
  const file = packed.get("records/connection-7.hftrace");
  assert.deepEqual(file, Buffer.concat([traceFileStart, oneRecord, oneRecord]));
  assert.deepEqual(readdirSync(collected), [`${started.name}.tar.gz`]);
});

test("a trace that is too large stops by itself, is kept, and says so", async (t) => {
  const { traces, connect, hand } = host(t, { bytesMax: 1000 });
  connect(anna);
  const started = traces.start({ pictures: false });
  assert.ok(started.is === "started");

  assert.deepEqual(await hand(started.name, new Uint8Array(900)), { goOn: true });
  assert.deepEqual(await hand(started.name, new Uint8Array(900)), { goOn: false });
  const ending = traces.stop();
  await hand(started.name, new Uint8Array(0), true);
  const end = await ending;

  assert.ok(end.is === "collected");
  assert.match(end.collected.because, /^it has reached \d+ megabytes \(TraceMegabytes\)$/u);
  assert.equal(traces.status.running, undefined);
  assert.equal((await traces.stop()).is, "collected");
});

test("an archive that cannot be made leaves nothing, and says why", async (t) => {
  const { traces, collected } = host(t, {
    collect: () => Promise.reject(new Error("ENOSPC: no space left on device")),
  });
  traces.start({ pictures: false });

  const end = await traces.stop();

  assert.deepEqual(end, { is: "failed", why: "ENOSPC: no space left on device" });
  assert.deepEqual(readdirSync(collected), []);
  assert.equal(traces.status.last?.problem, "ENOSPC: no space left on device");
});

test("what is remembered has the connections that are over", async (t) => {
  const { traces, packed } = host(t);
  traces.receiveLeft(factsOf(anna), oneRecord);
  assert.equal(traces.status.remembered, 1);

  const end = await traces.save({});

  assert.equal(end.is, "collected");
  assert.deepEqual(packed.get("records/connection-7.hftrace"), Buffer.concat([traceFileStart, oneRecord]));
  assert.match(packed.get("manifest.json")?.toString() ?? "", /"how": "saved"/u);
});

test("a service packs what one before it has left, and touches nothing else in the folder", async (t) => {
  const { traces, collected } = host(t);
  mkdirSync(join(collected, ".unfinished-trace-1"), { recursive: true });
  writeFileSync(join(collected, ".unfinished-trace-1/manifest.json"), "{}");
  mkdirSync(join(collected, ".unfinished-trace-2"));
  for (const name of ["trace-0.tar.gz", "trace-3.tar.gz.part", "dump-1.tar.gz", "notes"])
    writeFileSync(join(collected, name), "");

  await traces.recover();

  assert.deepEqual(readdirSync(collected).toSorted(), ["dump-1.tar.gz", "notes", "trace-0.tar.gz", "trace-1.tar.gz"]);
  assert.deepEqual(
    traces.archives.map(({ path }) => path.slice(collected.length + 1)),
    ["trace-0.tar.gz", "trace-1.tar.gz"],
  );
  assert.equal(traces.status.last?.collected?.because, "the service was restarted");
});

function host(t: TestContext, given: { bytesMax?: number; collect?: () => Promise<string> } = {}) {
  const state = mkdtempSync(join(tmpdir(), "holdfast-traces-"));
  t.after(() => rmSync(state, { recursive: true }));
  const collected = join(state, "collected");
  const known = new Map<number, ConnectionFacts>();
  const packed = new Map<string, Buffer>();
  /** Only notes what would be in the archive. */
  const pack = async (step: string, folder: string): Promise<string> => {
    if (step === "before") return "";
    for (const path of readdirSync(folder, { recursive: true }).map(String)) {
      if (statSync(join(folder, path)).isFile()) packed.set(path, readFileSync(join(folder, path)));
    }
    writeFileSync(`${folder.replace(".unfinished-", "")}.tar.gz`, "");
    return "";
  };
  const traces = new Traces({
    folders: { run: state, state, config: "" },
    version: "0",
    hostName: "ts1",
    registry: { connections: [], sessions: [], connection: (id) => known.get(id) },
    recorder: new TraceRecorder({ process: { kind: "service", id: 0 }, ringBytes: 0, now: () => 0 }),
    bytesMax: given.bytesMax ?? 1 << 20,
    minutesMax: 1,
    collect: given.collect ?? pack,
    chronicle: { note: () => {} },
    clock: { now: () => instant(0), wallTime: () => wallTime(Date.now()) },
    log: silentLog,
  });
  t.after(() => traces.close());
  return {
    traces,
    collected,
    packed,
    connect: (id: typeof anna) => {
      known.set(id, factsOf(id));
      const orders: TraceOrder[] = [];
      traces.receiveConnection(id, ((_: string, order: TraceOrder) => void orders.push(order)) as never);
      return orders;
    },
    hand: (trace: string, bytes: Uint8Array, last = false) =>
      traces.receiveData(anna, { trace, kind: "records", data: Buffer.from(bytes).toString("base64"), last }),
  };
}

function factsOf(id: typeof anna): ConnectionFacts {
  return {
    id,
    pid: process.pid,
    client: { address: "192.0.2.7", name: "", build: 0 },
    acceptedAt: wallTime(0),
    step: "active",
    authenticated: false,
  };
}
