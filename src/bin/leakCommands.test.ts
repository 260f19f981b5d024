import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { sessionId } from "#base/ids.ts";
import { adminContract } from "#contracts/admin.ts";
import type { LeakFinding, ProcessMemory } from "#contracts/leaks.ts";
import { serveContract } from "#system/rpc/serveContract.ts";
import { plantedAdminApi } from "../../test/plantedAdminApi.ts";

test("leaks are told by owner, with evidence and remedy, and the exit code says whether there are any", async (t) => {
  const leaking = await serve(t, plantedFindings);
  const healthy = await serve(t);

  assert.deepEqual(await holdfast(leaking, ["leaks"]), {
    exit: 1,
    error: "",
    out: [
      "session 2 (bob)",
      "  [growth] The memory of viewer (process 4232) grew from 100 MB to 220 MB in 60 minutes and goes on: " +
        "120 MB an hour (99 %: 110 to 130; sure to 99.90 %). What is left lasts for 10.0 hours.",
      "    → Ask bob to close viewer (holdfast msg 2 …), or end it: kill 4232. The session goes on.",
      "",
      "user zoe",
      "  [orphan] The process tail (process 77) belongs to no session.",
      "    It was started in session 9, whose keeper has ended.",
      "    → holdfast leaks clean",
      "",
    ].join("\n"),
  });
  assert.deepEqual(await holdfast(healthy, ["leaks"]), {
    exit: 0,
    error: "",
    out: "Nothing leaks: 60 looks at 12 processes so far.\n",
  });
  assert.match((await holdfast(healthy, ["leaks", "/explain"])).out, /Theil and\n\s+Sen/u);
  const cleaned = await holdfast(leaking, ["leaks", "clean"]);
  assert.deepEqual([cleaned.exit, cleaned.out.split("\n").at(-2)], [0, "removed  process:77:1"]);
  assert.doesNotMatch((await holdfast(leaking, ["leaks", "clean", "/show"])).out, /removed/u);
});

test("memory names sessions, processes, and what is unusual", async (t) => {
  const run = await serve(t);

  assert.deepEqual((await holdfast(run, ["memory"])).out.split("\n"), [
    "9000 of 16000 MB are left.",
    "",
    "       MB  OWNER            USER",
    "    210.5  session 2        bob                  1 processes",
    "     60.0  Holdfast                              1 processes",
    "",
    "       MB      PID     ID  USER             PROGRAM",
    "    210.5     4232      2  bob              viewer   ! 9.1 times the middle of 11 others (23.0 MB)",
    "     60.0      812      -  root             holdfast service (Holdfast)",
    "",
  ]);
  assert.equal((await holdfast(run, ["memory", "99"])).exit, 1);
  assert.equal((await holdfast(run, ["memory", "viewer"])).exit, 2);
});

test("--json of leaks, leaks clean and memory prints the documented shapes", async (t) => {
  const run = await serve(t, plantedFindings);
  const json = async (...words: string[]) => JSON.parse((await holdfast(run, [...words, "--json"])).out);

  const { findings, watch } = await json("leaks");
  assert.deepEqual(watch, plantedWatch);
  assert.deepEqual(Object.keys(findings[0].words), ["owner", "sentence", "remedy"]);
  assert.deepEqual(await json("leaks", "clean"), { results: [{ id: "process:77:1", removed: true }] });
  assert.deepEqual(await json("memory", "4232"), { totalMB: 16_000, leftMB: 9000, processes: [plantedMemory[0]] });
});

/** A real admin socket with planted findings; gives the run folder. */
async function serve(t: TestContext, findings: readonly LeakFinding[] = []): Promise<string> {
  const run = mkdtempSync(join(tmpdir(), "holdfast-leaks-"));
  t.after(() => rmSync(run, { recursive: true }));
  const server = await serveContract(adminContract, { path: join(run, "admin.sock") }, apiOver(findings));
  t.after(() => server.close("the test is over"));
  return run;
}

function apiOver(findings: readonly LeakFinding[]) {
  return plantedAdminApi({
    leaks: {
      find: async () => ({ findings, watch: plantedWatch }),
      clean: async (ids) => ids.map((id) => ({ id, removed: true })),
      memory: async () => ({ totalMB: 16_000, leftMB: 9000, processes: plantedMemory }),
    },
  });
}

/** Runs the program as people do. */
function holdfast(run: string, words: readonly string[]): Promise<{ exit: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, [program, ...words], { env: { ...process.env, HOLDFAST_RUN: run } });
  let out = "";
  let error = "";
  child.stdout.on("data", (piece: Buffer) => (out += piece));
  child.stderr.on("data", (piece: Buffer) => (error += piece));
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, out, error })));
}

const program = fileURLToPath(new URL("holdfast.ts", import.meta.url));
const plantedWatch = { samples: 60, every: 60, processes: 12, things: 16, since: 3600 };
const plantedFindings: readonly LeakFinding[] = [
  {
    is: "growth",
    id: "growth:memory:process:4232:1",
    owner: { is: "session", session: sessionId(2), user: "bob" },
    resource: "memory",
    process: { pid: 4232, startedAt: 1, program: "viewer" },
    growth: {
      perHour: 120,
      perHourLow: 110,
      perHourHigh: 130,
      confidence: 0.999,
      from: 100,
      to: 220,
      hours: 1,
      samples: 60,
      fullInHours: 10,
    },
    evidence: [],
  },
  {
    is: "orphan",
    id: "process:77:1",
    owner: { is: "user", user: "zoe" },
    thing: "process",
    name: "77",
    process: { pid: 77, startedAt: 1, program: "tail" },
    evidence: ["It was started in session 9, whose keeper has ended."],
  },
];
const plantedMemory: readonly ProcessMemory[] = [
  {
    pid: 4232,
    program: "viewer",
    role: "program",
    session: sessionId(2),
    user: "bob",
    megabytes: 210.5,
    unusual: "9.1 times the middle of 11 others (23.0 MB)",
  },
  { pid: 812, program: "holdfast service", role: "service", user: "root", megabytes: 60 },
];
