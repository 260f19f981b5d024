import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { minutes, seconds } from "#base/units.ts";
import type { Say } from "./setUp.ts";

/**
 * Installs packages by name, the lists of what there is first where they are missing or old. Throws with apt's words
 * when it fails.
 */
export async function install(names: readonly string[], say: Say): Promise<void> {
  const words = ["install", "-y", "--no-install-recommends", ...names];
  const wereFresh = areListsFresh();
  if (!wereFresh) await updateLists(say);
  const first = await aptGet(words, say);
  if (first.code === 0) return;
  // A list can be newer than a week and still name files that the mirror has replaced.
  if (wereFresh) await updateLists(say);
  const { code, output } = wereFresh ? await aptGet(words, say) : first;
  if (code !== 0) throw new Error(`apt-get ${words.join(" ")} failed:\n${lastLines(output)}`);
}

/** A failure is told and survived: what is to be installed may be known already. */
export async function updateLists(say: Say): Promise<void> {
  const { code, output } = await aptGet(["update"], say);
  if (code !== 0) say(`apt-get update failed; going on with the lists that are here:\n${lastLines(output)}`);
}

export function areListsFresh(folder = "/var/lib/apt/lists"): boolean {
  const lists = readdirSync(folder).filter((name) => name.includes("_Packages"));
  const newest = Math.max(0, ...lists.map((name) => statSync(`${folder}/${name}`).mtimeMs));
  return Date.now() - newest < listsAgeMax;
}

interface Finished {
  readonly code: number;
  readonly output: string;
}

/** Runs apt-get; while another one holds its lock, again and again. */
async function aptGet(words: readonly string[], say: Say): Promise<Finished> {
  const giveUpAt = performance.now() + lockWaitMax;
  for (let told = false; ; told = true) {
    const finished = await runToEnd("apt-get", [...quietly, ...words]);
    if (finished.code === 0 || !isLocked(finished.output) || giveUpAt <= performance.now()) return finished;
    if (!told) say(`waiting up to ${lockWaitMax / 60_000} minutes: another apt holds the lock`);
    await delay(lockRetry);
  }
}

export function isLocked(output: string): boolean {
  return /Could not get lock|Unable to (?:acquire|lock)|is another process using it/u.test(output);
}

function runToEnd(program: string, words: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
    const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (bytes: Buffer): void => {
      output = (output + bytes.toString("utf8")).slice(-100_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function lastLines(output: string): string {
  return output.trimEnd().split("\n").slice(-12).join("\n");
}

/** The lock of dpkg itself is waited for by apt. A configuration file that the administrator has changed stays his. */
const quietly = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"];
const lockWaitMax = minutes(5);
const lockRetry = seconds(2);
const listsAgeMax = minutes(7 * 24 * 60);
