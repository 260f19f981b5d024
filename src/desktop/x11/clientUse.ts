import type { Milliseconds } from "#base/units.ts";
import { X11Connection } from "./x11Connection.ts";

/** What one client of an X server holds there. */
export interface X11ClientUse {
  /** 0: the server does not know. */
  readonly pid: number;
  /** MB. */
  readonly pixmaps: number;
  /** Windows, pixmaps, graphics contexts and so on. */
  readonly resources: number;
}

/** Asks an X server by its X-Resource extension (version 1.2) what its clients hold; our own question is left out. */
export async function readClientUse(options: {
  readonly display: number;
  readonly cookie: string;
  readonly answerWithin: Milliseconds;
}): Promise<readonly X11ClientUse[]> {
  const connection = await X11Connection.open({ ...options, log: () => {} });
  try {
    const res = await connection.extension("res");
    await connection.ask<unknown>("QueryVersion", (answer) => res.QueryVersion(1, 2, answer));
    const clients = await connection.ask<readonly { readonly resourceBase: number; readonly resourceMask: number }[]>(
      "QueryClients",
      (answer) => res.QueryClients(answer),
    );
    const own = connection.client.AllocID();
    const used: X11ClientUse[] = [];
    for (const { resourceBase, resourceMask } of clients.slice(0, mostClients)) {
      if ((own & ~resourceMask) >>> 0 === resourceBase) continue;
      used.push(await useOfClient(connection, res, resourceBase));
    }
    return used;
  } finally {
    connection.close();
  }
}

type Resources = Awaited<ReturnType<typeof X11Connection.prototype.extension<"res">>>;

async function useOfClient(connection: X11Connection, res: Resources, client: number): Promise<X11ClientUse> {
  const [bytes, resources, ids] = await Promise.all([
    connection.ask<number>("QueryClientPixmapBytes", (answer) => res.QueryClientPixmapBytes(client, answer)),
    connection.ask<readonly { readonly count: number }[]>("QueryClientResources", (answer) =>
      res.QueryClientResources(client, answer),
    ),
    connection.ask<readonly { readonly mask: number; readonly value: readonly number[] }[]>(
      "QueryClientIds",
      (answer) => res.QueryClientIds([{ client, mask: res.ClientIdMask.LocalClientPID }], answer),
    ),
  ]);
  return {
    pid: ids.find(({ mask }) => mask === res.ClientIdMask.LocalClientPID)?.value[0] ?? 0,
    pixmaps: bytes / (1 << 20),
    resources: resources.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Xvfb takes 2048 at most. */
const mostClients = 2048;
