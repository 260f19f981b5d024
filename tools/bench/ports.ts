import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import type { NetworkEnd } from "../../test/interop/harness/network.ts";

/** Whether somebody listens at the port of that machine. */
export function isTaken(port: number, end?: NetworkEnd): boolean {
  const command = [...(end?.enter ?? []), "ss", "-tlnH", `sport = :${port}`];
  return execFileSync(command[0]!, command.slice(1), { encoding: "utf8" }).trim() !== "";
}

/** One of 127.0.0.1 that nobody listened at a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
