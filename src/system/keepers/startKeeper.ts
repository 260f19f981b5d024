import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { limits } from "#base/limits.ts";
import { seconds } from "#base/units.ts";
import { ownWaits } from "../inside/openWaits.ts";
import { pamWaitOf, type PamWait } from "../pam/pamWait.ts";
import { signal as signalProcess } from "../processes/endProcesses.ts";
import { descendantsOf, type ProcessEntry } from "../processes/processList.ts";
import { programFile } from "../programs.ts";

/** PAM's time for opening a session is over. */
export interface PamStop {
  readonly seconds: number;
  readonly wait: PamWait | undefined;
}

/** The keeper's process did not come up; nothing of it is left but its folder. */
export class KeeperNotStarted extends Error {
  /** PAM has not opened the session in its time: what it stood in. */
  readonly pam: PamStop | undefined;

  constructor(why: string, pam?: PamStop) {
    super(`the keeper did not start: ${why}`);
    this.pam = pam;
    this.name = "KeeperNotStarted";
  }
}

/**
 * Starts the keeper of one session (`bin/keeper.ts`), which outlives this process, and waits until it can be connected
 * to at
 * `sessionFolder/keeper.sock`; the desktop is not ready then. `start` is a `KeeperStart` of `contracts/keeper.ts`.
 * Resolves with the keeper's process id; throws KeeperNotStarted.
 */
export async function startKeeper(
  start: {
    readonly sessionFolder: string;
    readonly pamService?: string | undefined;
    readonly pamSeconds?: number | undefined;
  },
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const logPath = join(start.sessionFolder, "keeper.log");
  const log = openSync(
    logPath,
    constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY | constants.O_NOFOLLOW,
    0o600,
  );
  const child = spawn(process.execPath, [...leanNode, programFile("keeper")], {
    cwd: "/",
    // By its folder it is known whose it is, as with every process of a session.
    env: { ...keeperEnvironment(environment), HOLDFAST_RUN: dirname(dirname(start.sessionFolder)) },
    stdio: ["pipe", "pipe", log],
    // A session of its own (setsid): no signal to the service's group reaches it.
    detached: true,
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("spawn gave no pipes");
  stdin.on("error", () => {});
  stdin.end(`${JSON.stringify(start)}\n`);
  const pamSeconds = Math.min(start.pamSeconds ?? limits.pamOpensSeconds, limits.pamOpensSeconds);
  let wait: PamWait | undefined;
  let started: readonly ProcessEntry[] = [];
  // A moment before the keeper is ended by its alarm.
  const look = setTimeout(
    () => {
      if (child.pid === undefined) return;
      wait = pamWaitOf(child.pid, start.pamService ?? "");
      started = descendantsOf(child.pid);
    },
    pamSeconds * 1000 - lookedAtBefore,
  );
  try {
    const over = ownWaits.begin("the keeper of a new session", comesUp);
    await listening(child, stdout, (why, signal) => {
      const pam = signal === "SIGALRM" ? { seconds: pamSeconds, wait } : undefined;
      return new KeeperNotStarted(`${why}${lastLines(logPath)}`, pam);
    }).finally(over);
  } catch (error) {
    child.kill("SIGKILL");
    // Modules start programs with an environment of their own: by no other mark would they be found later.
    for (const entry of started) signalProcess(entry, "SIGKILL");
    throw error;
  } finally {
    clearTimeout(look);
    child.removeAllListeners();
    // Whatever becomes of it later is seen at its socket.
    child.on("error", () => {});
    stdout.destroy();
    child.unref();
  }
  return child.pid ?? 0;
}

/** Until it says so. Rejects with what `failure` makes of its end. */
function listening(
  child: ChildProcess,
  stdout: NodeJS.ReadableStream,
  failure: (why: string, signal: NodeJS.Signals | null) => KeeperNotStarted,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => fail(`not listening after ${comesUp / 1000} s`, null), comesUp);
    const fail = (why: string, signal: NodeJS.Signals | null): void => {
      clearTimeout(deadline);
      reject(failure(why, signal));
    };
    child.on("error", (error) => fail(error.message, null));
    child.on("exit", (code, signal) => fail(`it ended (${signal ?? code})`, signal));
    stdout.once("data", () => {
      clearTimeout(deadline);
      resolve();
    });
  });
}

/**
 * Root's keepers see nothing of the service's environment but where programs are; a user's keeper sees all of his own.
 */
function keeperEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const cache = { NODE_COMPILE_CACHE: environment["NODE_COMPILE_CACHE"] ?? defaultCache };
  if (process.getuid?.() !== 0) return { ...environment, ...cache };
  return { PATH: environment["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...cache };
}

function lastLines(path: string): string {
  const lines = readFileSync(path, "utf8").trim().split("\n").slice(-5).join(" | ");
  return lines === "" ? "" : `: ${lines.slice(-1000)}`;
}

/** What keeps a keeper small. Without the compile cache, taking the types off the sources costs 16 MB more. */
const leanNode = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", "--v8-pool-size=1"] as const;
const defaultCache = fileURLToPath(new URL("../../../.cache/node", import.meta.url));
/** In milliseconds. */
const lookedAtBefore = 1500;
const comesUp = seconds(limits.pamOpensSeconds + 5);
