import { adminContract, type OrderReply } from "#contracts/admin.ts";
import type { SessionId } from "#base/ids.ts";
import type { Log } from "#system/log.ts";
import { sessionOfProcess } from "#system/processes.ts";
import { findUserById, isMember } from "#system/users.ts";
import type { Handlers, Peer } from "#system/rpc/serveContract.ts";
import type { Authority } from "./authority.ts";
import type { KnownSession, Registry } from "./registry.ts";

export interface AdminApiParts {
  readonly registry: Registry;
  readonly authority: Authority;
  /** Asks PAM (or the single-user credential) whether this is the user's password. */
  readonly checkPassword: (user: string, password: string) => Promise<boolean>;
  readonly administrators: string;
  readonly status: () => {
    version: string;
    pid: number;
    listening: readonly string[];
    fingerprint: string;
    singleUser: boolean;
    hostName: string;
  };
  readonly log: Log;
}

/** What the service does for one who has connected to the admin socket; his uid decides what he may do. */
export function adminApi(parts: AdminApiParts) {
  return (peer: Peer<typeof adminContract>): Handlers<typeof adminContract> => {
    const { registry } = parts;
    const { uid, pid } = peer.credentials;
    const isAdministrator = uid === 0 || uid === process.getuid?.() || isMember(uid, parts.administrators);
    const may = (session: KnownSession) => isAdministrator || session.facts.uid === uid;
    const order = async (id: SessionId, act: (session: KnownSession) => Promise<unknown>): Promise<OrderReply> => {
      const session = registry.session(id);
      if (session === undefined) return { is: "none" };
      if (!may(session)) return denied;
      await act(session);
      return { is: "done" };
    };
    return {
      status: async () => parts.status(),
      sessions: async () => {
        const own = sessionOfProcess(pid);
        return {
          sessions: registry.sessions.map((each) => each.facts),
          connections: registry.connections,
          counters: registry.counters,
          ...(own === undefined ? {} : { own }),
        };
      },
      processes: async ({ session }) => {
        const asked = registry.sessions.filter((each) => session === undefined || each.facts.id === session);
        const lists = await Promise.all(asked.filter(may).map((each) => each.keeper.call("processes", {})));
        return lists.flat();
      },
      disconnectSession: ({ session }) => order(session, ({ keeper }) => keeper.call("disconnect", {})),
      endSession: ({ session, how }) => {
        parts.log.info("endOrdered", { session, how, uid });
        return order(session, ({ keeper }) => keeper.call("end", { how }));
      },
      enroll: async ({ user, password }) => {
        if (!isAdministrator && findUserById(uid)?.name !== user) return denied;
        if (!(await parts.checkPassword(user, password))) {
          return { is: "failed", why: `this is not the password of “${user}”` };
        }
        parts.authority.enroll(user, password);
        return { is: "done" };
      },
      forget: async ({ user }) => {
        if (!isAdministrator && findUserById(uid)?.name !== user) return denied;
        return parts.authority.forget(user) ? { is: "done" } : { is: "none" };
      },
      closed: () => {},
    };
  };
}

const denied: OrderReply = { is: "denied", why: "Access is denied." };
