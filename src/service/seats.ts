import type { ConnectionId, SessionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import { between, seconds, type Instant, type WallTime } from "#base/units.ts";
import type { SeatOffer } from "#contracts/service.ts";
import { seatLimit, shortageOf, type HostRoom, type SeatLimit } from "#policy/seatLimit.ts";
import {
  another,
  choicesAbout,
  decideSeat,
  seatsUsed,
  type Arriving,
  type LogonMode,
  type SeatChoice,
  type SeatDecision,
  type SeatedSession,
  type SeatFacts,
  type SeatRules,
} from "#policy/seats.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { KnownSession, OtherVersion, Registry } from "./registry.ts";

export interface SeatsOptions {
  readonly registry: Registry;
  readonly settings: () => HostSettings;
  readonly room: () => HostRoom;
  readonly logonMode: () => LogonMode;
  readonly now: () => Instant;
  readonly wallTime: () => WallTime;
}

/** A seat that one has been told he gets, and has not taken yet. */
interface Promised {
  readonly user: string;
  readonly administrative: boolean;
  /** Of a session that he returns to. */
  readonly session: SessionId | undefined;
  readonly at: Instant;
}

/**
 * Who has a seat and who waits for one. The seats are counted whenever somebody asks: sessions as the registry has
 * them, and what was promised in the moments before. INVARIANT: between a decision and its promise nothing is awaited.
 */
export class Seats {
  readonly #options: SeatsOptions;
  readonly #promised = new Map<ConnectionId, Promised>();
  /** Connections that were told that all seats are taken, in the order of their arrival, and when they last asked. */
  readonly #waiting = new Map<ConnectionId, Instant>();

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** Counted from this moment's facts. */
  get taken(): SeatLimit & { readonly used: number } {
    const { sessions, starting, rules } = this.#facts(undefined);
    return { ...this.#limit(), used: seatsUsed({ sessions, starting, rules }) };
  }

  /** What he gets; what he gets is kept for him. `another`: one more session than he has. */
  decide(
    connection: ConnectionId,
    arriving: Arriving,
    wish: { readonly another?: boolean; readonly session?: SessionId } = {},
  ): SeatDecision {
    const facts = this.#facts(connection);
    const chosen =
      wish.session === undefined ? facts : { ...facts, sessions: onlyOwn(facts.sessions, arriving, wish.session) };
    const rules = wish.session === undefined ? facts.rules : { ...facts.rules, singleSessionPerUser: true };
    const decision = wish.another === true ? another(arriving, facts) : decideSeat(arriving, { ...chosen, rules });
    if (decision.is === "full") {
      // What was given up for him was no seat, or somebody has come between.
      this.#promised.delete(connection);
      this.#waiting.set(connection, this.#options.now());
    } else this.#waiting.delete(connection);
    if (decision.is === "own") this.promise(connection, arriving, decision);
    if (decision.is === "free") this.promise(connection, arriving, { administrative: decision.administrative });
    return decision;
  }

  /** Keeps a seat for this connection: one that somebody gave up for it, say. */
  promise(
    connection: ConnectionId,
    { user }: Arriving,
    { administrative = false, session }: { readonly administrative?: boolean; readonly session?: SessionId } = {},
  ): void {
    this.#promised.set(connection, { user, administrative, session, at: this.#options.now() });
  }

  /** Nothing came of it, or the connection has gone. */
  forget(connection: ConnectionId): void {
    this.#promised.delete(connection);
    this.#waiting.delete(connection);
  }

  /** What somebody for whom there is no seat, or who has several sessions, can do. */
  offer(arriving: Arriving, sessions: readonly SessionId[]): Pick<SeatOffer, "used" | "limit" | "holders"> {
    const { registry, wallTime } = this.#options;
    const facts = this.#facts(undefined);
    const holding = new Set(sessions);
    const all = registry.sessions.filter(({ facts: { id, user } }) => holding.has(id) || user === arriving.user);
    const holders = shown(all, arriving.user).map(({ facts: each, otherVersion }) => ({
      session: each.id,
      user: each.user,
      isAttached: each.attachment !== undefined,
      ...(each.attachment === undefined
        ? {}
        : { idleSeconds: Math.max(0, Math.floor((wallTime() - each.lastInputAt) / 1000)) }),
      since: each.attachment?.since ?? each.detachedAt ?? each.createdAt,
      may: possible(choicesAbout(seated(each), arriving, facts.rules), otherVersion),
    }));
    const { limit } = this.#limit();
    return { used: seatsUsed(facts), limit: Math.min(limit, 0xffffffff), holders };
  }

  /** Whether he may do that about this session, by the rules of this moment. */
  may(arriving: Arriving, { facts, otherVersion }: KnownSession, how: SeatChoice): boolean {
    const choices = choicesAbout(seated(facts), arriving, this.#facts(undefined).rules);
    return possible(choices, otherVersion).includes(how);
  }

  #limit(): SeatLimit {
    return seatLimit(this.#options.settings(), this.#options.room());
  }

  /** `asking`: what was promised to it does not stand in its own way. */
  #facts(asking: ConnectionId | undefined): SeatFacts {
    const { registry, settings, room, logonMode } = this.#options;
    const sessions = registry.sessions.map(({ facts }) => seated(facts));
    const { limit } = this.#limit();
    const { DisconnectedCount, fSingleSessionPerUser, UsersMayEndDisconnected } = settings();
    const rules: SeatRules = {
      limit,
      disconnectedCount: DisconnectedCount,
      singleSessionPerUser: fSingleSessionPerUser === 1,
      usersMayEndDisconnected: UsersMayEndDisconnected,
    };
    const starting = this.#open(asking).filter(({ session }) => !takesOneAnyway(sessions, session, rules));
    return {
      sessions,
      starting,
      rules,
      waitingBefore: asking !== undefined && this.#promised.has(asking) ? 0 : this.#waitingBefore(asking),
      logonMode: logonMode(),
      shortage: shortageOf(settings(), room()),
    };
  }

  /** Promises that stand: not taken yet, and not too old. */
  #open(asking: ConnectionId | undefined): readonly Promised[] {
    const { registry, now } = this.#options;
    if (this.#promised.size === 0) return [];
    const attached = new Set(registry.sessions.map(({ facts }) => facts.attachment?.connection));
    for (const [connection, { at }] of this.#promised) {
      if (attached.has(connection) || promiseStands < between(at, now())) this.#promised.delete(connection);
    }
    return [...this.#promised].filter(([connection]) => connection !== asking).map(([, promised]) => promised);
  }

  /** How many came before and still wait: they ask again every second. */
  #waitingBefore(asking: ConnectionId | undefined): number {
    const now = this.#options.now();
    for (const [connection, at] of this.#waiting)
      if (waiterAsksWithin < between(at, now)) this.#waiting.delete(connection);
    const order = [...this.#waiting.keys()];
    const own = asking === undefined ? -1 : order.indexOf(asking);
    return own === -1 ? order.length : own;
  }
}

/** As many as a list can be read for: his own, then those that are missed least. */
function shown(all: readonly KnownSession[], user: string): readonly KnownSession[] {
  if (all.length <= limits.seatHoldersShown) return all;
  const rank = ({ facts }: KnownSession) => (facts.user === user ? 0 : facts.attachment === undefined ? 1 : 2);
  const order = all.toSorted((a, b) => rank(a) - rank(b) || a.facts.lastInputAt - b.facts.lastInputAt);
  return order.slice(0, limits.seatHoldersShown);
}

function seated(facts: KnownSession["facts"]): SeatedSession {
  const { id, user, attachment, awaited = false, administrative = false, byDoor = false } = facts;
  // Who has a ticket may come at any moment, also when the promise to him went with an earlier service.
  return { id, user, isAttached: attachment !== undefined || awaited, administrative, byDoor };
}

/** Without what the session's keeper, of another version, does not let us do: nobody can be shown it or asked in it. */
function possible(choices: readonly SeatChoice[], otherVersion: OtherVersion | undefined): SeatChoice[] {
  const isShowable = otherVersion?.attachable ?? true;
  return choices.filter((choice) => isShowable || (choice !== "returnTo" && choice !== "ask"));
}

/** A promise for a session that holds a seat by itself is none more. */
function takesOneAnyway(sessions: readonly SeatedSession[], id: SessionId | undefined, rules: SeatRules): boolean {
  const session = sessions.find((each) => each.id === id);
  return session !== undefined && (session.administrative || session.isAttached || rules.disconnectedCount);
}

/** The others' sessions, and of his own the chosen one. */
function onlyOwn(sessions: readonly SeatedSession[], { user }: Arriving, chosen: SessionId): readonly SeatedSession[] {
  return sessions.filter((each) => each.user !== user || each.id === chosen);
}

/** As long as an X server may take to start, and a ticket is good. */
const promiseStands = seconds(90);
const waiterAsksWithin = seconds(10);
