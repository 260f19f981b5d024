import { setTimeout as delay } from "node:timers/promises";
import { adminContract, type LogonMode, type MessageReply, type OrderReply } from "#contracts/admin.ts";
import { sessionId, type SessionId } from "#base/ids.ts";
import type { WallTime } from "#base/units.ts";
import type { Log } from "#system/log.ts";
import { environmentOf } from "#system/processes/processList.ts";
import { systemUsers } from "#system/users.ts";
import type { Handlers, Peer } from "#system/rpc/serveContract.ts";
import type { Authority } from "./authority.ts";
import type { ReconnectTotals } from "./reconnect.ts";
import type { KnownSession, Registry } from "./registry.ts";
import type { SessionMessages } from "./sessionMessages.ts";

export interface AdminApiParts {
  readonly registry: Registry;
  readonly authority: Authority;
  readonly messages: Pick<SessionMessages, "show">;
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
    startedAt: WallTime;
    seats: { used: number; limit?: number; because: string };
    cookies: ReconnectTotals;
    logonMode: LogonMode;
  };
  /** Begins soon; or why not. */
  readonly restart: () => Promise<string | undefined>;
  /** Throws the system's error when it cannot be kept. */
  readonly setLogonMode: (mode: LogonMode) => void;
  readonly log: Log;
}

/** What the service does for one who has connected to the admin socket; his uid decides what he may do. */
export function adminApi(parts: AdminApiParts) {
  return (peer: Peer<typeof adminContract>): Handlers<typeof adminContract> => {
    const { registry } = parts;
    const { userId: uid, processId: pid } = peer.credentials;
    // Asked when it is needed: a directory that is silent must fail the one call, and nothing else.
    const account = () => systemUsers.byId(uid);
    const isAdministrator = async () => {
      if (uid === 0 || uid === process.getuid?.()) return true;
      const user = await account();
      return user !== undefined && systemUsers.isMember(user, parts.administrators);
    };
    const may = async (session: KnownSession) => session.facts.uid === uid || isAdministrator();
    const mayEnroll = async (user: string) => (await isAdministrator()) || (await account())?.name === user;
    const order = async (id: SessionId, act: (session: KnownSession) => Promise<unknown>): Promise<OrderReply> => {
      const session = registry.session(id);
      if (session === undefined) return { is: "none" };
      if (!(await may(session))) return denied;
      await act(session);
      return { is: "done" };
    };
    return {
      status: async () => parts.status(),
      restart: async () => ((await isAdministrator()) ? restartBy(uid, parts) : denied),
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
        const lists = await Promise.allSettled(
          asked.map(async (each) => ((await may(each)) ? each.keeper.call("processes", {}) : [])),
        );
        // A keeper that does not answer hides its own processes, not those of the others.
        return lists.flatMap((list) => (list.status === "fulfilled" ? list.value : []));
      },
      message: async ({ session: id, text, seconds, wait }) => {
        const session = registry.session(id);
        if (session === undefined) return { is: "none" };
        if (!(await may(session))) return { is: "denied", why: accessDenied };
        const sender = (await account())?.name ?? String(uid);
        parts.log.info("messageSent", { session: id, uid, wait });
        return sendMessage(parts.messages, id, { title: `Message from ${sender}`, text, seconds, wait });
      },
      disconnectSession: ({ session }) => order(session, ({ keeper }) => keeper.call("disconnect", {})),
      endSession: ({ session, how }) => {
        parts.log.info("endOrdered", { session, how, uid });
        return order(session, ({ keeper }) => keeper.call("end", { how }));
      },
      enroll: async ({ user, password }) => {
        if (!(await mayEnroll(user))) return denied;
        if (!(await parts.checkPassword(user, password))) {
          return { is: "failed", why: `this is not the password of “${user}”` };
        }
        parts.authority.enroll(user, password);
        return { is: "done" };
      },
      forget: async ({ user }) => {
        if (!(await mayEnroll(user))) return denied;
        return parts.authority.forget(user) ? { is: "done" } : { is: "none" };
      },
      setLogonMode: async ({ mode }) => {
        if (!(await isAdministrator())) return denied;
        try {
          parts.setLogonMode(mode);
        } catch (error) {
          // A full disk, say: the one who orders it is to know.
          return { is: "failed", why: error instanceof Error ? error.message : String(error) };
        }
        parts.log.info("logonModeChanged", { mode, uid });
        return { is: "done" };
      },
      closed: () => {},
    };
  };
}

async function restartBy(uid: number, { log, restart }: AdminApiParts): Promise<OrderReply> {
  log.info("restartOrdered", { uid });
  const why = await restart();
  return why === undefined ? { is: "done" } : { is: "failed", why };
}

/** The session whose mark this process bears; undefined: none, or it has ended meanwhile. */
function sessionOfProcess(pid: number): SessionId | undefined {
  const mark = Number(environmentOf(pid)?.["HOLDFAST_SESSION"] ?? NaN);
  return Number.isInteger(mark) && 0 < mark && mark <= 65535 ? sessionId(mark) : undefined;
}

/** Who does not wait is told at once, unless it turns out at once that nobody sees it. */
async function sendMessage(
  messages: Pick<SessionMessages, "show">,
  session: SessionId,
  { wait, ...box }: { title: string; text: string; seconds: number; wait: boolean },
): Promise<MessageReply> {
  const shown = messages.show(session, { ...box, buttons: [{ id: "ok", label: "OK" }] });
  const outcome = wait ? await shown : await Promise.race([shown, delay(seenWithin, undefined)]);
  if (outcome === undefined) return { is: "sent" };
  if (outcome.is === "silence" || outcome.is === "notShown") return outcome;
  return { is: "answered" };
}

const accessDenied = "Access is denied.";
const denied: OrderReply = { is: "denied", why: accessDenied };
/** In milliseconds: connections say no within this. */
const seenWithin = 300;
