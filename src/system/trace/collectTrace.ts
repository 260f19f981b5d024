import { spawn } from "node:child_process";
import { seconds } from "#base/units.ts";

/** What the collecting program is to do with a trace's folder. */
export type CollectStep = "before" | "pack";

/**
 * Runs `bin/collect.ts` for a trace's folder, at low priority: the hosts' facts are gathered and packed beside the
 * service, not in it. Resolves with what it printed; rejects with why not.
 */
export function collectTrace(program: string, step: CollectStep, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, step, folder], {
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let problems = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out = (out + text).slice(-saidMax)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (problems = (problems + text).slice(-saidMax)));
    const deadline = setTimeout(() => child.kill("SIGKILL"), collectTakesAtMost).unref();
    child.on("error", (error) => reject(error));
    child.on("close", (code) => {
      clearTimeout(deadline);
      if (code === 0) resolve(out.trim());
      else reject(new Error(problems.trim() || `the collecting program ended with ${code ?? "a signal"}`));
    });
  });
}

const saidMax = 4096;
/** Longer than the archive of the largest trace takes, and shorter than whoever waits for it. */
const collectTakesAtMost = seconds(150);
