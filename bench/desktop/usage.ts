import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "#system/processes/processList.ts";
import type { ServerProcesses } from "../../tools/bench/measuredServer.ts";

/** What was used up to now. */
export interface Usage {
  /** Of processors, in milliseconds, by who used it. */
  readonly processor: Readonly<Record<keyof ServerProcesses | "client", number>>;
  /** That the client has received on its connection. */
  readonly bytes: number;
}

/** Reads what a server's processes, with all they have started, and a client have used. */
export function readUsage(server: ServerProcesses, client: { readonly pid: number; readonly port: number }): Usage {
  return {
    processor: {
      connection: sum(server.connection),
      keeper: sum(server.keeper),
      xServer: sum(server.xServer),
      client: sum([client.pid, ...descendantsOf(client.pid).map(({ pid }) => pid)]),
    },
    bytes: bytesReceived(client.port),
  };
}

function sum(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + processorTime(pid), 0);
}

/** In milliseconds, of all threads that it has now. proc(5) */
function processorTime(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const [running = "0"] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ");
    nanoseconds += Number(running);
  }
  return nanoseconds / 1e6;
}

/** By the client's end of the connection to the port; there is one. */
export function bytesReceived(port: number): number {
  const lines = execFileSync("ss", ["-tinOH", "state", "established", `dport = :${port}`], { encoding: "utf8" });
  return Number(/\bbytes_received:(\d+)/u.exec(lines)?.[1] ?? 0);
}
