import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Milliseconds } from "#base/units.ts";
import { ProbeFailed, type UnreachableAddress } from "./probeFailure.ts";

/** The addresses of a name as this host resolves it, in its order; an address is its own. Throws ProbeFailed. */
export async function resolveName(host: string, within: Milliseconds): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const cancel = new AbortController();
  const tooLong = delay(within, "timeout" as const, { signal: cancel.signal, ref: false });
  try {
    const found = await Promise.race([lookup(host, { all: true }), tooLong]);
    if (found === "timeout") throw new ProbeFailed({ is: "noName", step: "name", code: "timeout" });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    if (error instanceof ProbeFailed) throw error;
    throw new ProbeFailed({ is: "noName", step: "name", code: codeOf(error) });
  } finally {
    cancel.abort();
    tooLong.catch(() => undefined);
  }
}

export interface Reached {
  readonly socket: Socket;
  readonly address: string;
  /** Those before it that could not be reached. */
  readonly passed: readonly UnreachableAddress[];
}

/** A TCP connection to the first address that takes one; each may take as long as `within`. Throws ProbeFailed. */
export async function openSocket(addresses: readonly string[], port: number, within: Milliseconds): Promise<Reached> {
  const passed: UnreachableAddress[] = [];
  for (const address of addresses) {
    const opened = await openOne(address, port, within);
    if (typeof opened !== "string") return { socket: opened, address, passed };
    passed.push({ address, code: opened });
  }
  throw new ProbeFailed({ is: "unreachable", step: "tcp", tried: passed, after: within });
}

/** The socket, without a listener for errors; or why not. */
function openOne(address: string, port: number, within: Milliseconds): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve("timeout");
    }, within);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
    // It stays until then: a socket may fail more than once.
    socket.on("error", (error) => {
      clearTimeout(timer);
      resolve(codeOf(error));
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}
