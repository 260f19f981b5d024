import { milliseconds } from "#base/units.ts";
import type { KnockOptions } from "./knock.ts";
import { ProbeFailed, type ProbeFailure } from "./probeFailure.ts";
import { openSocket } from "./reachHost.ts";
import { secure } from "./secureSocket.ts";

/**
 * A server that says nothing to an RDP client may have waited for TLS, as web servers do: the failure again, or a
 * better one.
 */
export async function explainSilence(failure: ProbeFailure, options: DirectTlsOptions): Promise<ProbeFailure> {
  const isSilent = (failure.is === "silent" || failure.is === "closed") && failure.got === 0;
  if (!isSilent || failure.step !== "negotiation") return failure;
  const speaks = "TLS from the first byte (HTTPS, or an RD Gateway)";
  return (await takesTls(options)) ? { is: "otherProtocol", step: failure.step, speaks, words: "" } : failure;
}

type DirectTlsOptions = Pick<KnockOptions, "addresses" | "port" | "host" | "within">;

async function takesTls({ addresses, port, host, within }: DirectTlsOptions): Promise<boolean> {
  try {
    const { socket } = await openSocket(addresses, port, within);
    try {
      await secure(socket, { host, within: milliseconds(Math.min(within, patience)) });
      return true;
    } finally {
      socket.destroy();
    }
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    // An alert is TLS too.
    return error.failure.is === "tlsFailed" && error.failure.problem.includes("alert");
  }
}

/** In milliseconds: who speaks TLS answers at once. */
const patience = 3000;
