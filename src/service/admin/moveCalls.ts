import type { adminContract, OrderReply } from "#contracts/admin.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { KnownSession, Registry } from "../registry.ts";
import type { SessionMoves } from "../sessionMoves.ts";
import { denied, type Caller } from "./caller.ts";

export interface MoveCallsParts {
  readonly registry: Registry;
  readonly moves: Pick<SessionMoves, "move" | "turnOverlay">;
  /** Asks PAM (or the single-user credential) whether this is the user's password. */
  readonly checkPassword: (user: string, password: string) => Promise<boolean>;
}

type Calls = Pick<Handlers<typeof adminContract>, "connectSession" | "overlay">;

/**
 * `tscon`. The connection that gets the session has to be at one of the caller's own; the session is his own, or he
 * knows its user's password. Administrators may move any.
 */
export function moveCalls({ registry, moves, checkPassword }: MoveCallsParts, caller: Caller): Calls {
  const maySession = async (known: KnownSession, password: string | undefined): Promise<OrderReply | undefined> => {
    if (await caller.may(known)) return undefined;
    const { user } = known.facts;
    if (password === undefined)
      return { is: "denied", why: `It is a session of “${user}”: give his password with /password.` };
    if (await checkPassword(user, password)) return undefined;
    return { is: "denied", why: `This is not the password of “${user}”.` };
  };
  return {
    overlay: async ({ connection, shown }) => {
      const facts = registry.connection(connection);
      const there = registry.sessions.find((each) => each.facts.attachment?.connection === connection);
      if (facts === undefined || there === undefined) return { is: "none" };
      if (!(await caller.may(there))) return denied;
      if (moves.turnOverlay(facts, shown)) return { is: "done" };
      return { is: "failed", why: "the process of that connection is of an older version; connect it anew" };
    },
    connectSession: async ({ session, connection, password }) => {
      const known = registry.session(session);
      const to = registry.connection(connection);
      const there = registry.sessions.find(({ facts }) => facts.attachment?.connection === connection);
      if (known === undefined || to === undefined || there === undefined) return { is: "none" };
      if (!(await caller.may(there))) return denied;
      const no = await maySession(known, password);
      if (no !== undefined) return no;
      if (there.facts.id === session) return { is: "done" };
      const by = (await caller.account())?.name ?? String(caller.uid);
      const why = await moves.move(known, to, { by, administrative: there.facts.administrative ?? false });
      return why === undefined ? { is: "done" } : { is: "failed", why };
    },
  };
}
