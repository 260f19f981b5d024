import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, seconds } from "#base/units.ts";
import type { RunningService } from "#service/service.ts";
import { withInheritedSockets } from "#system/inheritedSockets.ts";
import type { Log } from "#system/log.ts";
import { replaceProcess } from "#system/native/replaceProcess.ts";

/**
 * Whether the program and the configuration that are on the disk now could start: the last words of what says no, or
 * undefined.
 */
export function whyItCannotStart(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const words = [...process.execArgv, ...process.argv.slice(1), "--check"];
    execFile(process.execPath, words, { timeout: checkTakesAtMost }, (error, _out, said) => {
      if (error === null) return resolve(undefined);
      const lines = said.trim().split("\n").slice(-5).join("\n");
      resolve(lines === "" ? error.message : lines);
    });
  });
}

/**
 * Puts the program that is on the disk now in the place of this one: same process id, same words. Sessions and
 * connections do not notice; who arrives meanwhile waits in the sockets, which stay open. Never returns, unless the
 * kernel says no.
 */
export async function restart(service: RunningService, log: Log): Promise<void> {
  log.info("restarting");
  const begun = performance.now();
  const sockets = await service.handOver();
  // What hangs is left behind: its processes outlive us, or end with their sockets.
  await Promise.race([service.close(), delay(closeTakesAtMost)]);
  log.info("replaced", { after: Math.round(performance.now() - begun) });
  replaceProcess(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    environment: withInheritedSockets(process.env, sockets),
    keep: [...sockets.values()],
  });
}

const checkTakesAtMost = seconds(20);
const closeTakesAtMost = milliseconds(1500);
