import type { ConnectionId, SessionId } from "#base/ids.ts";
import type { KnownCause } from "#contracts/keeper.ts";
import type { SeatChosen, SeatOffer } from "#contracts/service.ts";
import type { Arriving } from "#policy/seats.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Log } from "#system/log.ts";
import type { KnownSession, Registry } from "./registry.ts";
import type { Seats } from "./seats.ts";
import type { SessionMessages } from "./sessionMessages.ts";

type Chosen = Extract<SeatChosen, { is: "session" }>;

export interface SeatChoicesOptions {
  readonly registry: Pick<Registry, "session">;
  readonly seats: Seats;
  readonly messages: Pick<SessionMessages, "show">;
  readonly settings: () => HostSettings;
  readonly log: Log;
}

/** Does what somebody for whom there is no seat has chosen about another's session. */
export class SeatChoices {
  readonly #options: SeatChoicesOptions;
  readonly #asked = new Set<SessionId>();
  readonly #asking = new Map<ConnectionId, AbortController>();

  constructor(options: SeatChoicesOptions) {
    this.#options = options;
  }

  /**
   * Answers with what the one who has chosen is to be told; undefined: nothing, it is done. A seat that comes free by
   * it is kept for him. Rejects with CallFailed when the session's keeper does not obey.
   */
  async carryOut(
    { session, how }: Chosen,
    {
      connection,
      arriving,
      from,
    }: { readonly connection: ConnectionId; readonly arriving: Arriving; readonly from: string },
  ): Promise<SeatOffer["notice"]> {
    const { registry, seats, log } = this.#options;
    const known = registry.session(session);
    if (known === undefined) return undefined;
    if (!seats.may(arriving, known, how))
      return { text: `That cannot be done about session ${session} now.`, refused: true };
    if (how === "returnTo") return undefined;
    if (how === "ask") return this.#ask(known, connection, arriving, from);
    log.info("seatTaken", { session, of: known.facts.user, how, user: arriving.user });
    seats.promise(connection, arriving);
    const by: KnownCause = "order";
    const orderedFor = { by, detail: arriving.user };
    await (how === "disconnect"
      ? known.keeper.call("disconnect", { orderedFor })
      : known.keeper.call("end", { how: "signOut", orderedFor }));
    return undefined;
  }

  /** The one who asked has gone: the question goes, too. */
  abandon(connection: ConnectionId): void {
    this.#asking.get(connection)?.abort();
  }

  async #ask(
    { facts, keeper }: KnownSession,
    connection: ConnectionId,
    arriving: Arriving,
    from: string,
  ): Promise<SeatOffer["notice"]> {
    const { seats, messages, settings, log } = this.#options;
    const { AskSeconds, SilenceGivesWay } = settings();
    if (this.#asked.has(facts.id)) {
      return { text: `“${facts.user}” is being asked by somebody else at this moment.`, refused: false };
    }
    this.#asked.add(facts.id);
    const withdrawn = new AbortController();
    this.#asking.set(connection, withdrawn);
    log.info("holderAsked", { session: facts.id, of: facts.user, by: arriving.user });
    const question = questionOf({ arriving, from, settings: settings() });
    const outcome = await messages.show(facts.id, { ...question, seconds: AskSeconds }, withdrawn.signal);
    this.#asked.delete(facts.id);
    this.#asking.delete(connection);
    log.info("holderAnswered", { session: facts.id, by: arriving.user, ...outcome });
    const givesWay = outcome.is === "answered" ? outcome.button === "yes" : outcome.is === "silence" && SilenceGivesWay;
    if (givesWay) {
      seats.promise(connection, arriving);
      const orderedFor: { readonly by: KnownCause; readonly detail: string } = {
        by: "placeGiven",
        detail: arriving.user,
      };
      const leaves = settings().DisconnectedCount
        ? keeper.call("end", { how: "signOut", orderedFor })
        : keeper.call("disconnect", { orderedFor });
      await leaves;
      return undefined;
    }
    switch (outcome.is) {
      case "answered":
        return { text: `“${facts.user}” said no.`, refused: true };
      case "silence":
        return { text: `“${facts.user}” did not answer within ${AskSeconds} s.`, refused: false };
      default:
        return undefined;
    }
  }
}

function questionOf({ arriving, from, settings }: { arriving: Arriving; from: string; settings: HostSettings }) {
  const { DisconnectedCount, SilenceGivesWay, AskSeconds } = settings;
  const means = DisconnectedCount
    ? "Yes ends your session: save your work first, programs are closed."
    : "Yes disconnects you; your session and its programs go on, and you can return when a seat is free.";
  const silence = SilenceGivesWay ? `No answer within ${AskSeconds} seconds means yes.` : "No answer means no.";
  return {
    title: "Somebody asks for your place",
    text: `All seats of this host are taken. “${arriving.user}” at ${from} asks for yours. ${means} ${silence}`,
    buttons: [
      { id: "yes", label: "Yes, I leave" },
      { id: "no", label: "No, I stay" },
    ],
  };
}
