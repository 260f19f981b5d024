import { execFileSync } from "node:child_process";

/** Removes a System V shared memory segment. Gives why it could not be; ipcrm(1) is part of every Linux. */
export function removeSegment(id: number): string | undefined {
  try {
    execFileSync("ipcrm", ["-m", String(id)], { stdio: ["ignore", "ignore", "pipe"], timeout: 2000 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
