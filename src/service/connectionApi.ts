import type { ConnectionId } from "#base/ids.ts";
import { serviceContract } from "#contracts/service.ts";
import type { Log } from "#system/log.ts";
import type { Handlers, Peer } from "#system/rpc/serveContract.ts";
import type { ConnectionProcesses } from "./connectionProcesses.ts";
import type { OpenSessions } from "./openSession.ts";
import type { Reconnects } from "./reconnect.ts";
import type { Registry } from "./registry.ts";
import type { SignIns } from "./signIn.ts";

export interface ConnectionApiParts {
  readonly registry: Registry;
  readonly processes: ConnectionProcesses;
  readonly signIns: SignIns;
  readonly reconnects: Reconnects;
  readonly openSessions: OpenSessions;
  readonly nlaRequired: boolean;
  /** Told when a connection has announced itself, signed in or ended: somebody may be waiting for its place. */
  readonly placeFreed: () => void;
  readonly log: Log;
}

/** What the service does for one connection process. */
export function connectionApi(parts: ConnectionApiParts) {
  return (_peer: Peer<typeof serviceContract>): Handlers<typeof serviceContract> => {
    const { registry, processes, signIns, reconnects, openSessions } = parts;
    let own: ConnectionId | undefined;
    const addressOf = () => (own === undefined ? "" : (registry.connection(own)?.client.address ?? ""));
    return {
      announce: async (facts) => {
        own = facts.id;
        registry.receiveConnection(facts);
        processes.noteAnnounced(facts.id);
        parts.placeFreed();
        return {};
      },
      offersNla: async ({ cookie }) => ({
        nla: parts.nlaRequired || (cookie !== undefined && signIns.offersNla(cookie)),
      }),
      verifyNtlm: (request) => signIns.verifyNtlm(request, addressOf()),
      signIn: (request) => signIns.signIn(request),
      answer: ({ conversation, answer }) => signIns.answer(conversation, answer),
      reconnect: (request) => reconnects.reconnect(request),
      openSession: (request) => openSessions.open(request),
      changed: (facts) => {
        registry.receiveConnection(facts);
        if (facts.authenticated) parts.placeFreed();
      },
      ended: ({ refusal, how }) => {
        parts.log.info("connectionEnded", { connection: own, how, code: refusal?.code });
      },
      closed: () => {
        if (own !== undefined) registry.forgetConnection(own);
        parts.placeFreed();
      },
    };
  };
}
