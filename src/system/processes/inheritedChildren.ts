import { seconds } from "#base/units.ts";
import { reap } from "../native/processControl.ts";
import { listProcesses } from "./processList.ts";

/**
 * Takes the exit status of the children that an earlier image of this process has started, one after the other as they
 * end: Node reaps those alone that it started itself.
 */
export function reapInheritedChildren(): void {
  const left = new Set(
    listProcesses()
      .filter(({ parentPid }) => parentPid === process.pid)
      .map(({ pid }) => pid),
  );
  const timer = setInterval(() => {
    for (const pid of left) if (reap(pid) !== "running") left.delete(pid);
    if (left.size === 0) clearInterval(timer);
  }, lookEvery);
  timer.unref();
}

const lookEvery = seconds(2);
