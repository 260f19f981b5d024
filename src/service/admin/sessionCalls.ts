import { setTimeout as delay } from "node:timers/promises";
import { sessionId, type SessionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import type { adminContract, MessageReply, OrderReply, OtherVersions } from "#contracts/admin.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import type { KnownCause } from "#contracts/keeper.ts";
import { LookupFailed } from "#system/users.ts";
import type { Log } from "#system/log.ts";
import type { ConsoleSeat } from "#system/console/consoleSeat.ts";
import { readConsole } from "#system/console/readConsole.ts";
import { environmentOf } from "#system/processes/processList.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { Chronicle } from "../chronicle/chronicle.ts";
import type { KnownSession, Registry } from "../registry.ts";
import type { SessionMessages } from "../sessionMessages.ts";
import { accessDenied, denied, type Caller } from "./caller.ts";

export interface SessionCallsParts {
  readonly registry: Registry;
  readonly messages: Pick<SessionMessages, "show">;
  /** The host's own seat; undefined: it has none. Default: this host's. */
  readonly console?: () => Promise<ConsoleSeat | undefined>;
  readonly chronicle: Pick<Chronicle, "note">;
  readonly log: Log;
}

type Calls = Pick<
  Handlers<typeof adminContract>,
  "sessions" | "processes" | "message" | "disconnectSession" | "endSession"
>;

/** What concerns sessions: everybody may list them, their users and administrators may act on them. */
export function sessionCalls(parts: SessionCallsParts, caller: Caller): Calls {
  const { registry, messages, chronicle, log, console: findConsole = readConsole } = parts;
  const { uid, pid } = caller;
  const order = async (id: SessionId, act: (session: KnownSession) => Promise<unknown>): Promise<OrderReply> => {
    const session = registry.session(id);
    if (session === undefined) return { is: "none" };
    if (!(await caller.may(session))) return denied;
    await act(session);
    return { is: "done" };
  };
  return {
    sessions: async ({ only, afterSession = -1, afterConnection = -1 }) => {
      const own = sessionOfProcess(pid);
      const sessions = only === "connections" ? [] : registry.sessions.filter(({ facts }) => afterSession < facts.id);
      const connections = only === "sessions" ? [] : registry.connections.filter(({ id }) => afterConnection < id);
      const page = limits.sessionsInPage;
      const seat = only === "connections" || afterSession !== -1 ? undefined : await findConsole();
      return {
        sessions: sessions.slice(0, page).map((each) => each.facts),
        connections: connections.slice(0, page).map(withoutWay),
        otherVersions: otherVersionsOf(sessions.slice(0, page)),
        more: page < Math.max(sessions.length, connections.length),
        counters: registry.counters,
        ...(seat === undefined ? {} : { console: definedIn(seat) }),
        ...(own === undefined ? {} : { own }),
      };
    },
    processes: async ({ session }) => {
      const asked = registry.sessions.filter((each) => session === undefined || each.facts.id === session);
      const lists = await Promise.allSettled(
        asked.map(async (each) => ((await caller.may(each)) ? each.keeper.call("processes", {}) : [])),
      );
      // A keeper that does not answer hides its own processes, not those of the others.
      return lists.flatMap((list) => (list.status === "fulfilled" ? list.value : []));
    },
    message: async ({ session: id, text, seconds, wait }) => {
      const session = registry.session(id);
      if (session === undefined) return { is: "none" };
      if (!(await caller.may(session))) return { is: "denied", why: accessDenied };
      const sender = (await caller.account())?.name ?? String(uid);
      log.info("messageSent", { session: id, uid, wait });
      return sendMessage(messages, id, { title: `Message from ${sender}`, text, seconds, wait });
    },
    disconnectSession: ({ session }) =>
      order(session, async ({ keeper, facts }) => {
        const Source = sessionOfProcess(pid) ?? 0;
        chronicle.note("disconnectedBySession", {
          session,
          user: facts.user,
          data: { TargetSession: session, Source, By: await nameOf(caller) },
        });
        await keeper.call("disconnect", { orderedFor: await orderOf(caller) });
      }),
    endSession: ({ session, how }) => {
      log.info("endOrdered", { session, how, uid });
      return order(session, async ({ keeper }) => keeper.call("end", { how, orderedFor: await orderOf(caller) }));
    },
  };
}

/** By whom a session is ended or disconnected, for its user and for the record. */
async function orderOf(caller: Caller) {
  const by: KnownCause = "order";
  return { by, detail: await nameOf(caller) };
}

/** A directory that is silent holds no order up. */
async function nameOf(caller: Caller): Promise<string> {
  if (caller.uid === 0) return "root";
  const known = caller.account().catch((error: unknown) => {
    if (!(error instanceof LookupFailed)) throw error;
    return undefined;
  });
  const account = await Promise.race([known, delay(namedWithin, undefined, { ref: false })]);
  return account?.name ?? `uid ${caller.uid}`;
}

/** The sessions whose keepers speak another version than we do. */
export function otherVersionsOf(sessions: readonly KnownSession[]): OtherVersions {
  return sessions.flatMap(({ facts: { id }, otherVersion }) =>
    otherVersion === undefined ? [] : [{ session: id, ...otherVersion }],
  );
}

function definedIn({ user, since }: ConsoleSeat) {
  return { ...(user === undefined ? {} : { user }), ...(since === undefined ? {} : { since }) };
}

/** A page of connections with all their ways would be too long for one message; `records` tells them one by one. */
function withoutWay(facts: ConnectionFacts): ConnectionFacts {
  if (facts.journey === undefined) return facts;
  return { ...facts, journey: { record: facts.journey.record, phases: [], waits: [] } };
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

/** In milliseconds: connections say no within this. */
const seenWithin = 300;
const namedWithin = 1000;
