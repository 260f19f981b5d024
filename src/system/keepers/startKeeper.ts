import { spawn } from "node:child_process";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { seconds } from "#base/units.ts";
import { ownWaits } from "../inside/openWaits.ts";
import { programFile } from "../programs.ts";

/** The keeper's process did not come up; nothing of it is left but its folder. */
export class KeeperNotStarted extends Error {
  constructor(why: string) {
    super(`the keeper did not start: ${why}`);
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
  start: { readonly sessionFolder: string },
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
  try {
    const over = ownWaits.begin("the keeper of a new session", comesUp);
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => fail(`not listening after ${comesUp / 1000} s`), comesUp);
      const fail = (why: string): void => {
        clearTimeout(deadline);
        reject(new KeeperNotStarted(`${why}${lastLines(logPath)}`));
      };
      child.on("error", (error) => fail(error.message));
      child.on("exit", (code, signal) => fail(`it ended (${signal ?? code})`));
      stdout.once("data", () => {
        clearTimeout(deadline);
        resolve();
      });
    }).finally(over);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    child.removeAllListeners();
    // Whatever becomes of it later is seen at its socket.
    child.on("error", () => {});
    stdout.destroy();
    child.unref();
  }
  return child.pid ?? 0;
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
/** PAM modules may mount a home folder from the network meanwhile. */
const comesUp = seconds(45);
