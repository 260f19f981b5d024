import type { ConnectionId, SessionId } from "#base/ids.ts";
import { serviceContract, type ConnectionFacts } from "#contracts/service.ts";
import type { Log } from "#system/log.ts";
import { CallRefused } from "#system/rpc/failures.ts";
import type { Handlers, Peer } from "#system/rpc/serveContract.ts";
import type { ConnectionChronicle } from "./chronicle/connectionChronicle.ts";
import type { ConnectionProcesses } from "./connectionProcesses.ts";
import type { Insides } from "./insides.ts";
import type { OpenSessions } from "./openSession.ts";
import type { ReconnectCookies } from "./reconnectCookies.ts";
import type { Registry } from "./registry.ts";
import type { RejectedCodecs } from "./rejectedCodecs.ts";
import type { SessionMessages } from "./sessionMessages.ts";
import type { SessionMoves } from "./sessionMoves.ts";
import type { Traces } from "./traces/traces.ts";
import { signInCalls, type SignInCallsParts } from "./signInCalls.ts";

export interface ConnectionApiParts extends SignInCallsParts {
  readonly registry: Registry;
  readonly processes: Pick<ConnectionProcesses, "noteAnnounced">;
  readonly openSessions: Pick<OpenSessions, "open" | "abandon">;
  /** Absent: clients are given no cookie. */
  readonly cookies: Pick<ReconnectCookies, "giveNext"> | undefined;
  readonly messages: SessionMessages;
  readonly moves: Pick<SessionMoves, "receiveConnection" | "receiveAnswer" | "forgetConnection">;
  readonly insides: Pick<Insides, "receiveConnection" | "receiveAnswer" | "forgetConnection">;
  /** Writes down what becomes of it. */
  readonly witness: Omit<ConnectionChronicle, "receiveArrival" | "receiveDied" | "reasonOf" | "close">;
  /** Told when a connection's client vanished without a word. */
  readonly broken: (connection: ConnectionId) => void;
  /** Told when a connection has announced itself, signed in or ended: somebody may be waiting for its place. */
  readonly placeFreed: () => void;
  /** Collects what connections have recorded. */
  readonly traces: Pick<Traces, "receiveConnection" | "forgetConnection" | "receiveData" | "receiveLeft">;
  readonly codecs: Pick<RejectedCodecs, "of" | "receiveEnd">;
  readonly log: Log;
}

/**
 * What the service does for one connection process. INVARIANT: a process, which may be in its client's hands, tells of
 * itself alone: of one connection, and not of one that another process has.
 */
export function connectionApi(parts: ConnectionApiParts) {
  return (peer: Peer<typeof serviceContract>): Handlers<typeof serviceContract> => {
    const { registry, processes, openSessions, witness } = parts;
    let own: ConnectionId | undefined;
    const mayAnnounce = ({ id }: ConnectionFacts): boolean => {
      const known = registry.connection(id);
      return (own ?? id) === id && (known === undefined || known.pid === peer.credentials.processId);
    };
    const { calls, abandon } = signInCalls(parts, () => ({
      id: own,
      address: own === undefined ? "" : (registry.connection(own)?.client.address ?? ""),
    }));
    return {
      announce: async (facts) => {
        if (!mayAnnounce(facts)) throw new CallRefused("notPermitted", `connection ${facts.id} is another process's`);
        own = facts.id;
        registry.receiveConnection({ ...facts, pid: peer.credentials.processId });
        processes.noteAnnounced(facts.id);
        witness.receiveAnnounced(facts);
        parts.messages.receiveConnection(facts.id, peer.tell);
        parts.moves.receiveConnection(facts.id, peer.tell);
        parts.insides.receiveConnection(facts.id, peer.tell);
        parts.traces.receiveConnection(facts.id, peer.tell);
        parts.placeFreed();
        return {};
      },
      ...calls,
      openSession: async (request) => {
        witness.receiveDecisionAsked(own);
        const reply = await openSessions.open(request);
        if (reply.is !== "choose") witness.receiveDecided(own, reply.is === "attach" ? reply.session : undefined);
        return reply;
      },
      ...beside(parts, () => own),
      renewCookie: async ({ session }) => renewedCookie(parts, own, session),
      changed: (facts) => {
        if (facts.id !== own) return;
        registry.receiveConnection({ ...facts, pid: peer.credentials.processId });
        witness.receiveChanged(facts);
        if (facts.authenticated) parts.placeFreed();
      },
      messageBoxAnswered: ({ id, answer }) => {
        if (own !== undefined) parts.messages.receiveAnswer(own, id, answer);
      },
      inside: ({ id, inside }) => {
        if (own !== undefined) parts.insides.receiveAnswer(own, id, inside);
      },
      sessionTaken: ({ id, problem }) => {
        if (own !== undefined) parts.moves.receiveAnswer(own, id, problem);
      },
      refused: ({ refusal }) => witness.receiveRefused(own, refusal),
      ended: ({ refusal, how, broken }) => {
        witness.receiveEnded(own, { refusal, how });
        if (broken === true && own !== undefined) parts.broken(own);
        parts.log.info("connectionEnded", { connection: own, how, code: refusal?.code });
      },
      closed: () => {
        abandon();
        if (own !== undefined) {
          const last = registry.connection(own);
          for (const each of [registry, parts.messages, parts.moves, parts.insides, parts.traces])
            each.forgetConnection(own);
          openSessions.abandon(own);
          witness.receiveClosed(last);
        }
        parts.placeFreed();
      },
    };
  };
}

/** What it tells beside its way: what it has recorded, and what its client has rejected. */
function beside(parts: ConnectionApiParts, own: () => ConnectionId | undefined) {
  return { ...traceHandlers(parts, own), ...codecHandlers(parts, own) };
}

function traceHandlers(
  { traces, registry }: ConnectionApiParts,
  own: () => ConnectionId | undefined,
): Pick<Handlers<typeof serviceContract>, "traceData" | "traceLeft"> {
  return {
    traceData: async (data) => {
      const id = own();
      return id === undefined ? { goOn: false } : traces.receiveData(id, data);
    },
    traceLeft: ({ data }) => {
      const id = own();
      const facts = id === undefined ? undefined : registry.connection(id);
      if (facts !== undefined) traces.receiveLeft(facts, Buffer.from(data, "base64"));
    },
  };
}

function codecHandlers(
  { codecs, registry }: ConnectionApiParts,
  own: () => ConnectionId | undefined,
): Pick<Handlers<typeof serviceContract>, "rejectedCodecs" | "graphicsEnded"> {
  return {
    rejectedCodecs: async ({ client }) => ({ codecs: codecs.of(client) }),
    graphicsEnded: (end) => {
      const id = own();
      const facts = id === undefined ? undefined : registry.connection(id);
      if (facts !== undefined) codecs.receiveEnd(facts, end);
    },
  };
}

/** Another cookie for the session that this connection is at. Throws CallRefused. */
function renewedCookie({ registry, cookies }: ConnectionApiParts, own: ConnectionId | undefined, session: SessionId) {
  if (own === undefined || registry.session(session)?.facts.attachment?.connection !== own) {
    throw new CallRefused("notPermitted", `this connection is not at session ${session}`);
  }
  return cookies === undefined ? {} : { reconnectRandom: cookies.giveNext(session) };
}
