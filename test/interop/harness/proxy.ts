import { connect, createServer, type Socket } from "node:net";

/** A network between client and host, which can break. Closed with `await using`. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that came through until now. */
  readonly count: number;
  /** Every connection breaks, without a word of either side's protocol; new ones are taken again. */
  cut(): void;
}

/** Leads to a port of 127.0.0.1. The host sees clients come from `address`, which is any of 127.0.0.0/8. */
export async function startProxy(host: { readonly port: number }, address = "127.0.0.1"): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ noDelay: true }, (client) => {
    count++;
    const onward = connect({ host: "127.0.0.1", port: host.port, localAddress: address, noDelay: true });
    const both = [client, onward];
    for (const socket of both) {
      sockets.add(socket);
      socket.on("error", () => both.forEach((each) => each.destroy()));
      socket.on("close", () => {
        sockets.delete(socket);
        both.forEach((each) => each.end());
      });
    }
    client.pipe(onward).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof at === "object" && at !== null ? at.port : 0,
    get count() {
      return count;
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
