import { connect as connectTcp, type Socket } from "node:net";
import { between } from "#base/units.ts";
import { ClientFailed } from "./clientFailed.ts";
import { chooseOptions, type ChosenOptions, type ClientOptions } from "./clientOptions.ts";
import { StepWatch } from "./clientTimings.ts";
import { RdpClient } from "./rdpClient.ts";

/**
 * Connects as an RDP client; resolves when the desktop is there (before its first picture). Rejects with ClientFailed.
 */
export async function connectClient(options: ClientOptions): Promise<RdpClient> {
  const chosen = chooseOptions(options);
  const start = chosen.clock.now();
  const watch = new StepWatch(start);
  const socket = await openSocket(chosen);
  watch.mark("connected", chosen.clock.now());
  const client = new RdpClient(socket, chosen, watch);
  const left = chosen.deadline - between(start, chosen.clock.now());
  const timer = setTimeout(
    () => client.giveUp({ is: "timedOut", at: client.at, after: chosen.deadline }),
    Math.max(0, left),
  );
  try {
    await client.activated;
    return client;
  } finally {
    clearTimeout(timer);
  }
}

function openSocket({ host, port, deadline }: ChosenOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connectTcp({ host, port });
  const timer = setTimeout(() => {
    socket.destroy();
    reject(new ClientFailed({ is: "timedOut", at: "connecting", after: deadline }));
  }, deadline);
  socket.once("connect", () => {
    clearTimeout(timer);
    socket.removeAllListeners("error");
    resolve(socket);
  });
  socket.once("error", (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    reject(new ClientFailed({ is: "unreachable", code: error.code ?? "", problem: error.message }));
  });
  return promise;
}
