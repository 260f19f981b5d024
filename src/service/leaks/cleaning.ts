import { rmSync } from "node:fs";
import { seconds } from "#base/units.ts";
import type { Cleaned } from "#contracts/leaks.ts";
import type { OrphanFinding } from "#policy/leaks/finding.ts";
import { endProcesses } from "#system/processes/endProcesses.ts";
import { displaySocket, removeDisplay } from "#system/keepers/displayFiles.ts";
import { endAbandonedSession } from "#system/keepers/endAbandonedSession.ts";
import { readProcess } from "#system/processes/processList.ts";
import { removeSegment } from "#system/watch/removeSegment.ts";

/** Removes an orphan that was found to be one a moment ago. Never throws: what stays says why. */
export async function removeOrphan(orphan: OrphanFinding): Promise<Cleaned> {
  const { id } = orphan;
  if (orphan.kept !== undefined) return { id, removed: false, why: orphan.kept };
  try {
    const why = await remove(orphan);
    return why === undefined ? { id, removed: true } : { id, removed: false, why };
  } catch (error) {
    return { id, removed: false, why: error instanceof Error ? error.message : String(error) };
  }
}

async function remove({ thing, name, process }: OrphanFinding): Promise<string | undefined> {
  switch (thing) {
    case "process":
    case "xServer":
      return process === undefined ? "it has no process" : endProcess(process, thing === "xServer" ? name : undefined);
    case "display":
    case "displayLock":
    case "sharedMemoryFile":
      rmSync(name, { recursive: true, force: true });
      return undefined;
    case "segment":
      return removeSegment(Number(name));
    case "sessionFolder":
      await endAbandonedSession(name);
      return undefined;
    case "logindSession":
    case "mount":
      return "it has to be removed by hand";
  }
}

/** This very process, and nothing that has got its number since. */
async function endProcess(
  { pid, startedAt }: { readonly pid: number; readonly startedAt: number },
  display: string | undefined,
): Promise<string | undefined> {
  const find = () => {
    const entry = readProcess(pid);
    return entry === undefined || entry.startedAt !== startedAt ? [] : [entry];
  };
  const number = /^:(\d{1,5})$/u.exec(display ?? "")?.[1];
  const socket = number === undefined ? undefined : displaySocket(Number(number));
  const left = await endProcesses(find, { grace: asked });
  if (0 < left.length) return "it does not end";
  if (socket !== undefined) removeDisplay(socket, "anybody");
  return undefined;
}

const asked = seconds(2);
