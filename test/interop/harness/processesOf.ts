import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { environmentOf, listProcesses, type ProcessEntry } from "../../../src/system/processes/processList.ts";

/**
 * The processes that have to do with a folder: by their command line, their environment or their open files. Needs
 * root.
 */
export function processesOf(folder: string): readonly ProcessEntry[] {
  return listProcesses().filter((entry) => !entry.zombie && entry.pid !== process.pid && concerns(entry.pid, folder));
}

function concerns(pid: number, folder: string): boolean {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(folder)) return true;
    if (Object.values(environmentOf(pid) ?? {}).some((value) => value.includes(folder))) return true;
    return readdirSync(`/proc/${pid}/fd`).some((each) => readlinkSync(`/proc/${pid}/fd/${each}`).includes(folder));
  } catch (error) {
    if (error instanceof Error && "code" in error && goneOrHidden.has(String(error.code))) return false;
    throw error;
  }
}

const goneOrHidden = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);
