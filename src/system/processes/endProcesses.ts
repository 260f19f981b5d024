import { milliseconds, seconds, type Milliseconds } from "#base/units.ts";
import { readProcess, type ProcessEntry } from "./processList.ts";

export interface EndProcessesOptions {
  /** Between asking (SIGTERM) and ending (SIGKILL); 0: ends at once. */
  readonly grace: Milliseconds;
  /** Called often while it waits, e.g. to take the exit status of adopted children. */
  readonly meanwhile?: () => void;
}

/**
 * Ends the processes that `find` finds, and those that they start meanwhile. Resolves with those that are still there 2
 * s after SIGKILL (waiting in the kernel, or somebody else's): normally none.
 */
export async function endProcesses(
  find: () => readonly ProcessEntry[],
  options: EndProcessesOptions,
): Promise<readonly ProcessEntry[]> {
  const alive = (): readonly ProcessEntry[] => {
    options.meanwhile?.();
    return find().filter((entry) => !entry.zombie);
  };
  if (0 < options.grace) {
    const asked = new Set<string>();
    const left = await waitUntilNone(alive, options.grace, (entry) => {
      const key = `${entry.pid} ${entry.startedAt}`;
      if (asked.has(key)) return;
      asked.add(key);
      // A shell that is stopped takes SIGTERM only after it goes on.
      signal(entry, "SIGTERM");
      signal(entry, "SIGCONT");
    });
    if (left.length === 0) return [];
  }
  return waitUntilNone(alive, afterKill, (entry) => signal(entry, "SIGKILL"));
}

/** Sends a signal, unless the process has ended or its number belongs to another one now. */
export function signal(entry: ProcessEntry, name: NodeJS.Signals): void {
  if (readProcess(entry.pid)?.startedAt !== entry.startedAt) return;
  try {
    process.kill(entry.pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}

async function waitUntilNone(
  alive: () => readonly ProcessEntry[],
  within: Milliseconds,
  act: (entry: ProcessEntry) => void,
): Promise<readonly ProcessEntry[]> {
  const end = performance.now() + within;
  for (;;) {
    const left = alive();
    if (left.length === 0 || end <= performance.now()) return left;
    for (const entry of left) act(entry);
    await new Promise((resolve) => setTimeout(resolve, poll));
  }
}

const poll = milliseconds(20);
const afterKill = seconds(2);
