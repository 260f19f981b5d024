import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeTraceFile } from "#base/trace/traceFile.ts";
import type { TraceRecord } from "#base/trace/traceRecord.ts";
import { recordedAt, recordedMeeting } from "../../../test/recordedMeeting.ts";
import { parseProfile, summarizeProfile } from "./cpuProfile.ts";
import { html } from "./html.ts";
import { reportPage } from "./reportPage.ts";

test("a report tells of the host, each connection, its end, the doctor, settings, processes and profiles", () => {
  const page = reportPage(sampleParts());

  for (const expected of [
    "<h1>trace-20261121-103000</h1>",
    "<dd>ts1.example.com</dd>",
    "<h2>Connection 12: anna</h2>",
    "All seats are taken",
    "<code>holdfast explain K7QX-2M</code>",
    "The way in: ",
    "waited for PAM: may she sign in",
    "Run again, its ",
    '<td class="name">ConnectionRequest</td>',
    "holdfast certificate renew",
    "MaxInstanceCount",
    "[policy] seats",
    "X server 3",
    "do_epoll_wait",
    "at work 30 ms of 50 ms (60.0 %)",
    "src/pipeline/pipeline.ts:12",
    "keeper says hello",
    "the disk was full",
  ])
    assert.ok(page.includes(expected), expected);
});

test("a report needs nothing from outside", () => {
  const page = reportPage(sampleParts());

  assert.equal(/(?:src|href)="(?!#)/u.exec(page), null);
  assert.equal(/@import|url\(|<link|<iframe|<img/u.exec(page), null);
  assert.match(page, /default-src 'none'/u);
});

test("text of others stays text, whatever it is", () => {
  const hostile = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>&\u0007\u001b[2J`;
  const page = reportPage(sampleParts(hostile));

  assert.equal(page.match(/<script/gu)?.length, 1);
  assert.equal(/<img|onerror=alert\(2\)>/u.exec(page), null);
  // oxlint-disable-next-line no-control-regex
  assert.equal(/[\u0007\u001b]/u.exec(page), null);
  assert.ok(page.includes("&#60;img src=x onerror=alert(2)&#62;"));
  assert.equal(html`<a title="${hostile}">${hostile}</a>`.markup.match(/"/gu)?.length, 2);
});

test("a report is made of whatever a trace has", () => {
  assert.match(reportPage(new Map()), /<h1>Trace<\/h1>/u);
  for (const [name] of sampleParts()) {
    const parts = new Map(sampleParts());
    for (const content of [
      "",
      "{",
      "[]",
      "null",
      '"x"',
      '{"findings":7,"processes":[null],"connections":[1]}',
      "\u0000",
    ]) {
      parts.set(name, bytesOf(content));
      assert.match(reportPage(parts), /<\/html>\n$/u);
    }
  }
});

test("of a long connection the first and the last lines are shown, with how many are left out", () => {
  const process = { kind: "connection", id: 12 } as const;
  const records = Array.from({ length: 5000 }, (_, index) => ({
    at: recordedAt + index,
    process,
    what: { is: "log", level: "info", event: `line${index}.`, facts: {} } as const,
  }));
  const page = reportPage(new Map([["records/connection-12.hftrace", encodeTraceFile(records)]]));

  assert.match(page, /What was recorded: 5000 lines/u);
  assert.match(page, /… 3000 more/u);
  assert.deepEqual(
    ["line0.", "line999.", "line1000.", "line3999.", "line4000.", "line4999."].map((line) => page.includes(line)),
    [true, true, false, false, true, true],
  );
});

test("a profile's time goes to the function that took it, and to all that called it", () => {
  const { functions, flame, busy, span } = summarizeProfile(parseProfile(profile("draw")));

  assert.deepEqual(
    functions.map(({ name, self }) => [name, self]),
    [
      ["draw", 20],
      ["main", 10],
    ],
  );
  assert.equal(functions[0]?.place, "src/pipeline/pipeline.ts:12");
  assert.deepEqual([busy, span], [30, 50]);
  const [main] = flame.children;
  assert.deepEqual(
    [main?.name, main?.total, main?.children[0]?.name, main?.children[0]?.total],
    ["main", 30, "draw", 20],
  );
});

test("without samples a profile's time follows the hits, and a node in itself ends the tree", () => {
  const { samples, timeDeltas, ...rest } = profile("draw");
  const looped = { ...rest, nodes: rest.nodes.map((node) => (node.id === 3 ? { ...node, children: [3] } : node)) };

  assert.equal(samples.length, timeDeltas.length);
  assert.equal(summarizeProfile(parseProfile(rest)).busy, 30);
  assert.ok(summarizeProfile(parseProfile(looped)).flame.total <= 30);
});

/** A trace with everything in it; `said`: what comes from others. */
function sampleParts(said?: string): ReadonlyMap<string, Uint8Array> {
  const times = [0, 2, 40, 55, 300];
  const process = { kind: "connection", id: 12 } as const;
  const told: readonly TraceRecord["what"][] = [
    { is: "step", step: "awaitingNegotiation" },
    { is: "step", step: said ?? "awaitingTls" },
    { is: "step", step: "awaitingConnectInitial" },
    { is: "wait", of: said ?? "PAM: may she sign in", milliseconds: 12 },
    { is: "step", step: "active" },
  ];
  const steps = told.map((what, index) => ({ at: recordedAt + (times[index] ?? 0) * 1000, process, what }));
  const records = [
    ...steps,
    ...recordedMeeting({ client: { routing: { is: "cookie", user: said?.slice(0, 40) ?? "anna" } } }),
  ];
  const time = recordedAt / 1000;
  const json: Readonly<Record<string, unknown>> = {
    "manifest.json": {
      name: "trace-20261121-103000",
      how: "traced",
      because: said ?? "it was stopped",
      version: "0.1.0",
      host: said ?? "ts1.example.com",
      since: time,
      until: time + 60_000,
      pictures: false,
      connections: [
        { id: 12, user: said ?? "anna", acceptedAt: time, step: "active", client: { address: "192.0.2.7" } },
      ],
      sessions: [{ id: 3, user: said ?? "anna" }],
    },
    "records.json": [endRecord(time, said)],
    "events.json": [
      { at: time, level: "warning", id: 40, user: said ?? "anna", message: said ?? "Session 3 has been disconnected" },
    ],
    "doctor.json": {
      findings: [
        { about: "seats", is: "ok", evidence: "1 of 2 seats are taken" },
        {
          about: "certificate",
          is: "broken",
          evidence: said ?? "it ended yesterday",
          mend: "holdfast certificate renew",
        },
      ],
    },
    "policy/host.json": {
      settings: [{ name: "MaxInstanceCount", value: said ?? "2", source: "[policy] seats", kind: "computerPolicy" }],
    },
    "host/after.json": {
      host: { "/proc/loadavg": said ?? "0.10 0.20 0.30" },
      processes: [
        {
          pid: 4711,
          what: said ?? "X server 3",
          files: { status: "Name:\tXvfb\nState:\tS (sleeping)\nVmRSS:\t  20480 kB\nThreads:\t4\n" },
          descriptors: { socket: 12, pipe: 2 },
          threads: [{ id: 1, waitsIn: said ?? "do_epoll_wait", stack: "" }],
        },
      ],
    },
    "profiles/service.cpuprofile": profile(said ?? "draw"),
    "profiles/keeper-3.cpuprofile": { nodes: 7 },
    "history-missing.json": { why: said ?? "the disk was full" },
  };
  const parts = new Map(Object.entries(json).map(([name, value]) => [name, bytesOf(JSON.stringify(value))]));
  parts.set("records/connection-12.hftrace", encodeTraceFile(records));
  parts.set("logs/keeper-3.log", bytesOf(`${said ?? "keeper says hello"}\n`));
  return parts;
}

function endRecord(at: number, said = "All seats are taken"): unknown {
  return {
    id: "K7QX-2M",
    at,
    what: "refused",
    how: said,
    connection: 12,
    step: "decision",
    words: { code: "HF-SEAT-01", title: said, explanation: said, cause: said, remedy: said },
  };
}

function profile(name: string) {
  const frame = (functionName: string) => ({
    functionName,
    url: "file:///opt/holdfast/src/pipeline/pipeline.ts",
    lineNumber: 11,
  });
  return {
    nodes: [
      { id: 1, callFrame: { functionName: "(root)", url: "", lineNumber: -1 }, hitCount: 0, children: [2, 4] },
      { id: 2, callFrame: frame("main"), hitCount: 1, children: [3] },
      { id: 3, callFrame: frame(name), hitCount: 2 },
      { id: 4, callFrame: { functionName: "(idle)", url: "", lineNumber: -1 }, hitCount: 2 },
    ],
    startTime: 0,
    endTime: 50_000,
    samples: [2, 3, 3, 4, 4, 4],
    timeDeltas: [0, 10_000, 10_000, 10_000, 10_000, 10_000],
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
