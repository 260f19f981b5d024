import type { ConnectionId, SessionId } from "#base/ids.ts";
import { serviceContract, type ConnectionFacts, type SignInReply } from "#contracts/service.ts";
import type { Log } from "#system/log.ts";
import { CallRefused } from "#system/rpc/failures.ts";
import type { Handlers, Peer } from "#system/rpc/serveContract.ts";
import type { ConnectionProcesses } from "./connectionProcesses.ts";
import type { OpenSessions } from "./openSession.ts";
import type { Reconnects } from "./reconnect.ts";
import type { ReconnectCookies } from "./reconnectCookies.ts";
import type { Registry } from "./registry.ts";
import type { SessionMessages } from "./sessionMessages.ts";
import type { SessionMoves } from "./sessionMoves.ts";
import type { SignIns } from "./signIn.ts";

export interface ConnectionApiParts {
  readonly registry: Registry;
  readonly processes: Pick<ConnectionProcesses, "noteAnnounced">;
  readonly signIns: Pick<SignIns, "signIn" | "answer" | "abandon" | "offersNla" | "verifyNtlm">;
  readonly reconnects: Pick<Reconnects, "reconnect">;
  readonly openSessions: Pick<OpenSessions, "open" | "abandon">;
  /** Absent: clients are given no cookie. */
  readonly cookies: Pick<ReconnectCookies, "giveNext"> | undefined;
  readonly messages: SessionMessages;
  readonly moves: Pick<SessionMoves, "receiveConnection" | "receiveAnswer" | "forgetConnection">;
  readonly nlaRequired: boolean;
  /** Told when a connection's client vanished without a word. */
  readonly broken: (connection: ConnectionId) => void;
  /** Told when a connection has announced itself, signed in or ended: somebody may be waiting for its place. */
  readonly placeFreed: () => void;
  readonly log: Log;
}

/**
 * What the service does for one connection process. INVARIANT: a process, which may be in its client's hands, tells of
 * itself alone: of one connection, and not of one that another process has.
 */
export function connectionApi(parts: ConnectionApiParts) {
  return (peer: Peer<typeof serviceContract>): Handlers<typeof serviceContract> => {
    const { registry, processes, signIns, reconnects, openSessions } = parts;
    let own: ConnectionId | undefined;
    let isGone = false;
    const questions = new Set<string>();
    const addressOf = () => (own === undefined ? "" : (registry.connection(own)?.client.address ?? ""));
    const mayAnnounce = ({ id }: ConnectionFacts): boolean => {
      const known = registry.connection(id);
      return (own ?? id) === id && (known === undefined || known.pid === peer.credentials.processId);
    };
    /** Questions that stand when the connection ends are given up with it. */
    const noted = (reply: SignInReply): SignInReply => {
      if (reply.is !== "prompt") return reply;
      if (isGone) signIns.abandon(reply.conversation);
      else questions.add(reply.conversation);
      return reply;
    };
    return {
      announce: async (facts) => {
        if (!mayAnnounce(facts)) throw new CallRefused("notPermitted", `connection ${facts.id} is another process's`);
        own = facts.id;
        registry.receiveConnection({ ...facts, pid: peer.credentials.processId });
        processes.noteAnnounced(facts.id);
        parts.messages.receiveConnection(facts.id, peer.tell);
        parts.moves.receiveConnection(facts.id, peer.tell);
        parts.placeFreed();
        return {};
      },
      offersNla: async ({ cookie }) => ({
        nla: parts.nlaRequired || (cookie !== undefined && signIns.offersNla(cookie)),
      }),
      verifyNtlm: (request) => signIns.verifyNtlm(request, addressOf()),
      signIn: async (request) => noted(await signIns.signIn(request)),
      answer: async ({ conversation, answer }) => {
        questions.delete(conversation);
        return noted(await signIns.answer(conversation, answer));
      },
      reconnect: (request) => reconnects.reconnect(request),
      openSession: (request) => openSessions.open(request),
      renewCookie: async ({ session }) => renewedCookie(parts, own, session),
      changed: (facts) => {
        if (facts.id !== own) return;
        registry.receiveConnection({ ...facts, pid: peer.credentials.processId });
        if (facts.authenticated) parts.placeFreed();
      },
      messageBoxAnswered: ({ id, answer }) => {
        if (own !== undefined) parts.messages.receiveAnswer(own, id, answer);
      },
      sessionTaken: ({ id, problem }) => {
        if (own !== undefined) parts.moves.receiveAnswer(own, id, problem);
      },
      ended: ({ refusal, how, broken }) => {
        if (broken === true && own !== undefined) parts.broken(own);
        parts.log.info("connectionEnded", { connection: own, how, code: refusal?.code });
      },
      closed: () => {
        isGone = true;
        for (const conversation of questions) signIns.abandon(conversation);
        if (own !== undefined) {
          for (const each of [registry, parts.messages, parts.moves]) each.forgetConnection(own);
          openSessions.abandon(own);
        }
        parts.placeFreed();
      },
    };
  };
}

/** Another cookie for the session that this connection is at. Throws CallRefused. */
function renewedCookie({ registry, cookies }: ConnectionApiParts, own: ConnectionId | undefined, session: SessionId) {
  if (own === undefined || registry.session(session)?.facts.attachment?.connection !== own) {
    throw new CallRefused("notPermitted", `this connection is not at session ${session}`);
  }
  return cookies === undefined ? {} : { reconnectRandom: cookies.giveNext(session) };
}
