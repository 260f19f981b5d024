import type { ChildProcess } from "node:child_process";
import { eventually } from "../../test/interop/harness/eventually.ts";

/** Ends a program that is measured beside ours, `name`, and resolves when it is gone; it has three seconds to go. */
export async function endPeer(child: ChildProcess, name: string): Promise<void> {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  child.kill("SIGTERM");
  await eventually(`${name} has ended`, isOver, { within: 3000 }).catch(() => child.kill("SIGKILL"));
  await eventually(`${name} is gone`, isOver);
}
