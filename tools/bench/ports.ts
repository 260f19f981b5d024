import { execFileSync } from "node:child_process";
import type { NetworkEnd } from "../../test/interop/harness/network.ts";

/** Whether somebody listens at the port of that machine. */
export function isTaken(port: number, end?: NetworkEnd): boolean {
  const command = [...(end?.enter ?? []), "ss", "-tlnH", `sport = :${port}`];
  return execFileSync(command[0]!, command.slice(1), { encoding: "utf8" }).trim() !== "";
}
