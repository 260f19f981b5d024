import type { ConnectionId } from "#base/ids.ts";
import type { ConnectionFacts, serviceContract } from "#contracts/service.ts";
import type { Log } from "#system/log.ts";
import type { Tell } from "#system/rpc/contractForm.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { ReconnectCookies } from "./reconnectCookies.ts";
import type { KnownSession } from "./registry.ts";

export interface SessionMovesOptions {
  /** Absent: clients are given no cookie. */
  readonly cookies: Pick<ReconnectCookies, "giveFirst"> | undefined;
  /** This many random bytes, as hexadecimal. */
  readonly randomHex: (bytes: number) => string;
  readonly log: Log;
}

interface UnderWay {
  readonly connection: ConnectionId;
  end(problem: string | undefined): void;
}

/**
 * Brings sessions to connections that are at another one (`tscon`). When this process goes, what is under way goes on.
 */
export class SessionMoves {
  readonly #options: SessionMovesOptions;
  readonly #connections = new Map<ConnectionId, Tell<(typeof serviceContract)["serverNews"]>>();
  readonly #underWay = new Map<string, UnderWay>();

  constructor(options: SessionMovesOptions) {
    this.#options = options;
  }

  /** Draws over the screen of a connection how it is sent, or does so no more. False: it cannot. */
  turnOverlay({ id, showsOverlay }: ConnectionFacts, shown: boolean): boolean {
    const tell = this.#connections.get(id);
    if (tell === undefined || showsOverlay !== true) return false;
    tell("overlay", { shown });
    return true;
  }

  /**
   * Moves it there, on account of `by`: who was at it is told so and disconnected, and the session that was there is
   * `Disc`. `administrative`: who is there came by the administrator's door. Resolves with one sentence why it could
   * not be, without its capital and full stop; never rejects.
   */
  async move(
    known: KnownSession,
    to: ConnectionFacts,
    { by, administrative }: { readonly by: string; readonly administrative: boolean },
  ): Promise<string | undefined> {
    const tell = this.#connections.get(to.id);
    if (tell === undefined) return "its connection has just ended";
    if (to.takesSessions !== true) return "the process of that connection is of an older version; connect it anew";
    const { otherVersion } = known;
    if (otherVersion?.attachable === false) return `the session's keeper speaks contract ${otherVersion.version}`;
    if (!known.facts.ready) return "the session's desktop is being started, or is ending";
    const [id, ticket] = [this.#options.randomHex(16), this.#options.randomHex(16)];
    const { id: session, user } = known.facts;
    try {
      await known.keeper.call("expect", { ticket, connection: to.id, client: to.client, administrative, movedBy: by });
    } catch (error) {
      if (error instanceof CallFailed) return `the session's keeper does not obey: ${error.message}`;
      throw error;
    }
    const { promise: answer, resolve: end } = Promise.withResolvers<string | undefined>();
    this.#underWay.set(id, { connection: to.id, end });
    tell("takeSession", { id, session, user, keeperPath: known.keeperPath, ticket, ...this.#cookie(known, to) });
    const late = setTimeout(() => end("its connection does not answer"), connectionAnswersWithin);
    const problem = await answer;
    clearTimeout(late);
    this.#underWay.delete(id);
    this.#options.log.info("sessionMoved", {
      session,
      connection: to.id,
      by,
      ...(problem === undefined ? {} : { problem }),
    });
    return problem;
  }

  /** The connection has announced itself: it can be told something. */
  receiveConnection(id: ConnectionId, tell: Tell<(typeof serviceContract)["serverNews"]>): void {
    this.#connections.set(id, tell);
  }

  /** INVARIANT: a connection answers for itself alone. */
  receiveAnswer(connection: ConnectionId, id: string, problem: string | undefined): void {
    const underWay = this.#underWay.get(id);
    if (underWay?.connection === connection) underWay.end(problem);
  }

  forgetConnection(id: ConnectionId): void {
    this.#connections.delete(id);
    for (const each of this.#underWay.values()) if (each.connection === id) each.end("its connection has just ended");
  }

  /** Somebody else at the session, an administrator say, comes back to his own when his network breaks. */
  #cookie({ facts }: KnownSession, to: ConnectionFacts): { readonly reconnectRandom?: string } {
    const { cookies } = this.#options;
    if (cookies === undefined || to.user !== facts.user) return {};
    return { reconnectRandom: cookies.giveFirst(facts.id, to.client.name) };
  }
}

/** In milliseconds: an X server may be slow to take another size. */
const connectionAnswersWithin = 15_000;
