import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sessionId } from "#base/ids.ts";
import { seconds, wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { LeakWatch } from "#service/leaks/leakWatch.ts";
import { systemClock } from "#system/clock.ts";
import { readHostRoom } from "#system/hostRoom.ts";
import { silentLog } from "#system/log.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";

export const question = "What share of one core does the leak watch take with 100 sessions?";

/** Sessions are groups of processes without a screen; the watch is the service's own, with a full past. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  const runFolder = mkdtempSync(join(tmpdir(), "hf-watch-"));
  mkdirSync(join(runFolder, "sessions"));
  say(`${sessionCount} sessions of ${processesEach} processes`);
  const groups = Array.from({ length: sessionCount }, startGroup);
  try {
    // The processes have come to rest by then.
    await delay(3000);
    const sessions = groups.map(({ pid }, index) => ({ facts: factsOf(index + 1, pid ?? 0) }));
    const watch = new LeakWatch({
      registry: { sessions: sessions as never, connections: [], session: () => undefined },
      runFolder,
      pamService: "holdfast",
      every: seconds(0),
      room: () => readHostRoom(runFolder),
      spareConnections: () => [],
      connectionsEver: () => 0,
      clock: systemClock,
      log: silentLog,
    });
    for (let look = 0; look < fullPast; look++) await watch.sample();
    say("looks");
    const looks: number[] = [];
    const longest: number[] = [];
    for (let look = 0; look < measured; look++) {
      const waits = longestWait();
      looks.push(await processorTime(() => watch.sample()));
      longest.push(waits());
    }
    const orphans = await processorTime(() => watch.find());
    // A look a minute; the search for orphans, which looks twice, every tenth time.
    const shares = looks.map((look) => (100 * (look + orphans / 10)) / seconds(60));
    watch.close();
    return [
      { name: "share of a core, 100 sessions", unit: "%", better: "less", samples: shares },
      { name: "processor time of a look", unit: "ms", better: "less", samples: looks },
      { name: "longest wait of the service in a look", unit: "ms", better: "less", samples: longest },
      { name: "processor time of a search for orphans", unit: "ms", better: "less", samples: [orphans] },
    ];
  } finally {
    for (const { pid } of groups) if (pid !== undefined) process.kill(-pid, "SIGKILL");
    rmSync(runFolder, { recursive: true });
  }
}

/** A process group of its own, as a keeper has. */
function startGroup(): ChildProcess {
  const children = Array.from({ length: processesEach - 1 }, () => "sleep 600 &").join(" ");
  return spawn("sh", ["-c", `${children} wait`], { detached: true, stdio: "ignore" });
}

/** In milliseconds, of this process, all threads. */
async function processorTime(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Between two turns of the event loop until it is asked. */
function longestWait(): () => number {
  let last = performance.now();
  let longest = 0;
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    return longest;
  };
}

function factsOf(id: number, keeperPid: number): SessionFacts {
  return {
    id: sessionId(id),
    user: `user${id}`,
    uid: 60_000 + id,
    createdAt: wallTime(0),
    ready: true,
    lastInputAt: wallTime(0),
    display: id,
    desktop: "headless",
    keeperPid,
    serverPid: 0,
    leaderPid: 0,
  };
}

const sessionCount = 100;
const processesEach = 9;
/** A series holds 64 samples. */
const fullPast = 64;
const measured = 9;
