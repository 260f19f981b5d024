import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectionId, sessionId } from "#base/ids.ts";
import { instant, wallTime } from "#base/units.ts";
import { adminContract } from "#contracts/admin.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings } from "#policy/settings.ts";
import { Registry, type KnownSession } from "#service/registry.ts";
import { Seats } from "#service/seats.ts";
import { serveContract } from "#system/rpc/serveContract.ts";
import { plantedAdminApi } from "../test/plantedAdminApi.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";

export const question = "How long does the service take over 10,000 sessions: to decide on a seat, to list them?";

/** Registry, seats, admin socket and command are the product's own; only the keepers behind the facts are missing. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  const registry = filledRegistry();
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  const server = await serveContract(
    adminContract,
    { path: join(folder, "admin.sock") },
    plantedAdminApi({ registry }),
  );
  try {
    say("decisions");
    const free = decisions(registry, sessionsCount + 1);
    const full = decisions(registry, sessionsCount / 2);
    say("lists");
    const lists: number[] = [];
    const ofOne: number[] = [];
    for (let round = 0; round < 11; round++) {
      lists.push(await command(folder, ["query", "session"]));
      ofOne.push(await command(folder, ["query", "session", "user77"]));
    }
    const empty: number[] = [];
    for (let round = 0; round < 5; round++) empty.push(await command(folder, ["--version"]));
    return [
      { name: "a decision, while a seat is free", unit: "ms", better: "less", samples: free },
      { name: "a decision, while all are taken", unit: "ms", better: "less", samples: full },
      { name: "query session, the whole command", unit: "ms", better: "less", samples: lists },
      { name: "query session of one user", unit: "ms", better: "less", samples: ofOne },
      { name: "holdfast --version: what starting costs", unit: "ms", better: "less", samples: empty },
    ];
  } finally {
    await server.close("measured");
    rmSync(folder, { recursive: true });
  }
}

/** In milliseconds each: the whole way through, a session having changed before. */
function decisions(registry: Registry, limit: number): readonly number[] {
  const settings = resolve(hostSettings, { ServerMode: "applicationServer", MaxInstanceCount: limit });
  if (settings.is === "wrong") throw new Error(JSON.stringify(settings.problems));
  const seats = new Seats({
    registry,
    settings: () => settings.settings,
    room: () => ({ memoryTotalMB: 8192, memoryLeftMB: 4096, processesMax: 32_768, processesLeft: 30_000 }),
    logonMode: () => "enabled",
    now: () => instant(performance.now()),
    wallTime: () => wallTime(Date.now()),
  });
  const all = Array.from({ length: 1200 }, (_, round) => {
    const changed = registry.session(sessionId(1 + (round % sessionsCount)));
    if (changed !== undefined) registry.receiveSession({ ...changed });
    const connection = connectionId(100_000 + round);
    const begin = performance.now();
    const decision = seats.decide(connection, { user: `new${round}`, isAdministrator: false, asksForDoor: false });
    const taken = performance.now() - begin;
    const expected = sessionsCount < limit ? "free" : "full";
    if (decision.is !== expected) throw new Error(`decided ${decision.is} instead of ${expected}`);
    seats.forget(connection);
    return taken;
  });
  // A service has decided before.
  return all.slice(200);
}

function filledRegistry(): Registry {
  const registry = new Registry();
  const client = { address: "192.0.2.1", name: "DESK-7", build: 22631 };
  const now = wallTime(Date.now());
  for (let number = 1; number <= sessionsCount; number++) {
    const facts = {
      id: sessionId(number),
      user: `user${number}`,
      uid: 100_000 + number,
      createdAt: now,
      ready: true,
      attachment: { connection: connectionId(number), client, since: now },
      lastInputAt: now,
      display: number,
      desktop: "xfce4-session",
      keeperPid: 1000 + number,
      serverPid: 1000 + number,
      leaderPid: 1000 + number,
    };
    registry.receiveSession({ facts, keeper: nobody, keeperPath: "" });
    registry.receiveConnection({
      id: connectionId(number),
      pid: 50_000 + number,
      client,
      acceptedAt: now,
      step: "active",
      authenticated: true,
      session: sessionId(number),
    });
  }
  return registry;
}

/** From its start to its end, in milliseconds. */
async function command(run: string, words: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn("./holdfast", [...words], { env: { ...process.env, HOLDFAST_RUN: run }, stdio: "ignore" });
  const exit = await new Promise((done) => child.once("exit", done));
  if (exit !== 0) throw new Error(`holdfast ${words.join(" ")} ended with ${String(exit)}`);
  return performance.now() - begin;
}

const sessionsCount = 10_000;
const nobody: KnownSession["keeper"] = {
  call: () => Promise.reject(new Error("no keeper is behind these facts")),
  tell: () => {},
  closed: new Promise<string>(() => {}),
  close: () => {},
};
