import type { ConnectionId } from "#base/ids.ts";
import type { adminContract } from "#contracts/admin.ts";
import type { Log } from "#system/log.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { Insides } from "../insides.ts";
import { accessDenied, denied, type Caller } from "./caller.ts";

export interface InsideCallsParts {
  readonly insides: Pick<Insides, "ask" | "waits" | "sendDump" | "hold" | "rooms">;
  readonly log: Log;
}

type Calls = Pick<Handlers<typeof adminContract>, "waits" | "inside" | "sendDump" | "holdRefusal">;

/** What is inside of Holdfast's processes; `released`: the caller is gone, and what he has held goes its way. */
export function insideCalls({ insides, log }: InsideCallsParts, caller: Caller): Calls & { released(): void } {
  const { uid } = caller;
  const held = new Set<ConnectionId>();
  return {
    waits: async () => {
      if (!(await caller.isAdministrator())) return { is: "denied", why: accessDenied };
      return { is: "found", ...(await insides.waits()) };
    },
    inside: async (which) => {
      if (!(await caller.isAdministrator())) return { is: "denied", why: accessDenied };
      return insides.ask(which);
    },
    sendDump: async ({ path, ...which }) => {
      if (!caller.isOwner) return denied;
      log.info("dumpOrdered", { uid, connection: which.connection, session: which.session });
      return insides.sendDump(which, path);
    },
    holdRefusal: async ({ connection, seconds }) => {
      if (!(await caller.isAdministrator())) return denied;
      const reply = insides.hold(connection, seconds);
      if (reply.is !== "done") return reply;
      if (seconds === 0) held.delete(connection);
      else held.add(connection);
      log.info(seconds === 0 ? "refusalLetGo" : "refusalHeld", { uid, connection, seconds });
      return reply;
    },
    released: () => {
      for (const connection of held) insides.hold(connection, 0);
    },
  };
}
