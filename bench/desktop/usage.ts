import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "#system/processes/processList.ts";
import type { ServerProcesses } from "../../tools/bench/measuredServer.ts";

/** What was used up to now. */
export interface Usage {
  /** Of processors, in milliseconds by process, by who used it. */
  readonly processor: Readonly<Record<keyof ServerProcesses | "client", ReadonlyMap<number, number>>>;
  /** That the client has received on its connection. */
  readonly bytes: number;
}

/** Reads what a server's processes, with all they have started, and a client have used. */
export function readUsage(server: ServerProcesses, client: { readonly pid: number; readonly port: number }): Usage {
  return {
    processor: {
      connection: times(server.connection),
      keeper: times(server.keeper),
      xServer: times(server.xServer),
      client: times([client.pid, ...descendantsOf(client.pid).map(({ pid }) => pid)]),
    },
    bytes: bytesReceived(client.port),
  };
}

/** Of processors between two readings, in milliseconds. What a process used that has ended since is not known. */
export function processorUsed(before: Usage, after: Usage, who: keyof Usage["processor"]): number {
  let used = 0;
  for (const [pid, time] of after.processor[who]) used += time - (before.processor[who].get(pid) ?? time);
  return used;
}

function times(pids: readonly number[]): ReadonlyMap<number, number> {
  return new Map(
    pids.flatMap((pid) => {
      const time = processorTime(pid);
      return time === undefined ? [] : [[pid, time]];
    }),
  );
}

/** In milliseconds, of all threads that it has now; undefined: it has ended. proc(5) */
function processorTime(pid: number): number | undefined {
  let nanoseconds = 0;
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const [running = "0"] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ");
      nanoseconds += Number(running);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")))
      throw error;
    return undefined;
  }
  return nanoseconds / 1e6;
}

/** By the client's end of the connection to the port; there is one. */
export function bytesReceived(port: number): number {
  const lines = execFileSync("ss", ["-tinOH", "state", "established", `dport = :${port}`], { encoding: "utf8" });
  return Number(/\bbytes_received:(\d+)/u.exec(lines)?.[1] ?? 0);
}
