import type { ConnectionId, SessionId } from "#base/ids.ts";
import { between, wallTime, type Instant, type WallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { Cause } from "#contracts/keeper.ts";
import { timeLimitsOf, type DueAction, type DueWarning, type TimeLimits } from "#policy/timeLimits.ts";
import type { Log } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { limitWarning } from "./limitWarning.ts";
import type { KnownSession, Registry } from "./registry.ts";
import type { SessionMessages } from "./sessionMessages.ts";

export interface TimeLimitWatchOptions {
  readonly registry: Registry;
  readonly messages: Pick<SessionMessages, "show">;
  /** From what is known of the user; asked anew each time. */
  readonly limitsOf: (user: string) => TimeLimits;
  /** Finds out what is to be known of him, before something is done to his session. Never rejects. */
  readonly refresh: (user: string) => Promise<void>;
  readonly wallTime: () => WallTime;
  /** For how long it has waited, whatever the clock says. */
  readonly now: () => Instant;
  readonly log: Log;
}

/** A warning that stands, or has been answered, for this one end. */
interface Warned {
  readonly limit: string;
  readonly at: WallTime;
  readonly withdrawn: AbortController;
}

/**
 * Warns, disconnects and ends sessions when their limits say so. One timer, at the next instant that matters; before
 * anything is done the keeper is asked how things stand now.
 */
export class TimeLimitWatch {
  readonly #options: TimeLimitWatchOptions;
  readonly #lookAt = new Map<SessionId, WallTime>();
  readonly #warned = new Map<SessionId, Warned>();
  readonly #beingAsked = new Set<SessionId>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #clockWas: { readonly wall: WallTime; readonly at: Instant } | undefined;
  #isClosed = false;

  constructor(options: TimeLimitWatchOptions) {
    this.#options = options;
    options.registry.sessionChanged = (id) => this.#look(id);
    for (const { facts } of options.registry.sessions) this.#look(facts.id);
  }

  /** A connection's client vanished without a word. With fResetBroken its session goes, too. */
  async receiveBroken(connection: ConnectionId): Promise<void> {
    const { registry, limitsOf, refresh, log } = this.#options;
    const id = registry.connection(connection)?.session;
    const known = id === undefined ? undefined : registry.session(id);
    if (known === undefined) return;
    await refresh(known.facts.user);
    if (limitsOf(known.facts.user).fResetBroken !== 1) return;
    try {
      const { attachment, user } = await known.keeper.call("facts", {});
      // He is back already, from there or from elsewhere.
      if (attachment !== undefined && attachment.connection !== connection) return;
      log.info("brokenSessionEnded", { session: id, user, connection });
      await this.#order(known, "end", { by: "broken" });
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      log.warn("brokenSessionNotEnded", { session: id, why: error.message });
    }
  }

  /** What holds for this user may have become other. */
  review(user: string): void {
    for (const { facts } of this.#options.registry.sessions) if (facts.user === user) this.#look(facts.id);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#options.registry.sessionChanged = undefined;
  }

  #look(id: SessionId): void {
    const known = this.#options.registry.session(id);
    if (known === undefined) return this.#forget(id);
    const { due, lookAgainAt } = this.#judge(known.facts);
    this.#plan(id, lookAgainAt);
    if (due?.is !== "warn" || !this.#isWarned(id, due)) this.#takeBack(id);
    if (due === undefined || (due.is === "warn" && this.#isWarned(id, due))) return;
    void this.#act(known);
  }

  /** Something seems to be due; news of input may be ten seconds old. */
  async #act(known: KnownSession): Promise<void> {
    const { id } = known.facts;
    if (this.#beingAsked.has(id) || this.#isClosed) return;
    this.#beingAsked.add(id);
    try {
      await this.#options.refresh(known.facts.user);
      const facts = await known.keeper.call("facts", {});
      if (this.#isClosed || this.#options.registry.session(id) === undefined) return;
      const { due, lookAgainAt } = this.#judge(facts);
      this.#plan(id, lookAgainAt);
      if (due?.is === "warn") this.#warn(facts, due);
      else if (due !== undefined) await this.#end(known, due);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      this.#options.log.warn("limitNotApplied", { session: id, why: error.message });
      this.#plan(id, wallTime(this.#options.wallTime() + triedAgainAfter));
    } finally {
      this.#beingAsked.delete(id);
    }
  }

  #warn(facts: SessionFacts, due: DueWarning): void {
    const { id, user } = facts;
    if (this.#isWarned(id, due)) return;
    this.#takeBack(id);
    const withdrawn = new AbortController();
    this.#warned.set(id, { limit: due.limit, at: due.at, withdrawn });
    this.#options.log.info("limitWarning", { session: id, user, limit: due.limit });
    const left = Math.max(1000, due.at - this.#options.wallTime());
    void this.#options.messages.show(id, limitWarning(due, left), withdrawn.signal);
  }

  async #end(known: KnownSession, due: DueAction): Promise<void> {
    const { id, user } = known.facts;
    this.#options.log.info("limitReached", {
      session: id,
      user,
      limit: due.limit,
      allowed: due.allowed,
      action: due.is,
    });
    await this.#order(known, due.is, { by: due.limit, detail: String(due.allowed) });
  }

  async #order({ keeper }: KnownSession, what: DueAction["is"], orderedFor: Cause): Promise<void> {
    if (what === "disconnect") await keeper.call("disconnect", { orderedFor });
    else await keeper.call("end", { how: "signOut", orderedFor });
  }

  #judge(facts: SessionFacts) {
    return timeLimitsOf(facts, this.#options.limitsOf(facts.user), this.#options.wallTime());
  }

  #isWarned(id: SessionId, due: DueWarning): boolean {
    const warned = this.#warned.get(id);
    return warned?.limit === due.limit && warned.at === due.at;
  }

  #takeBack(id: SessionId): void {
    this.#warned.get(id)?.withdrawn.abort();
    this.#warned.delete(id);
  }

  #forget(id: SessionId): void {
    this.#takeBack(id);
    this.#lookAt.delete(id);
  }

  #plan(id: SessionId, at: WallTime | undefined): void {
    if (at === undefined) this.#lookAt.delete(id);
    else {
      this.#lookAt.set(id, at);
      if (at < this.#timerAt) this.#setTimer(at);
    }
  }

  #setTimer(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    if (this.#isClosed || at === Infinity) return;
    const { now, wallTime: clock } = this.#options;
    const wait = Math.min(Math.max(0, at - clock()), longestWait);
    this.#clockWas = { wall: clock(), at: now() };
    this.#timer = setTimeout(() => this.#wake(), wait).unref();
  }

  #wake(): void {
    const now = this.#options.wallTime();
    this.#timerAt = Infinity;
    this.#lookAtClock(now);
    const due = [...this.#lookAt].filter(([, at]) => at <= now).map(([id]) => id);
    for (const id of due) {
      this.#lookAt.delete(id);
      this.#look(id);
    }
    this.#setTimer(Math.min(...this.#lookAt.values()));
  }

  /** Whose clock was set back has times of sessions that are still to come: their keepers know them as they are now. */
  #lookAtClock(now: WallTime): void {
    const { registry, now: monotonic, log } = this.#options;
    const moved =
      this.#clockWas === undefined ? 0 : now - this.#clockWas.wall - between(this.#clockWas.at, monotonic());
    if (Math.abs(moved) < clockIsSet) return;
    log.warn("clockWasSet", { byMs: Math.round(moved) });
    for (const known of registry.sessions) {
      known.keeper.call("facts", {}).then(
        (facts) => registry.session(facts.id) === known && registry.receiveSession({ ...known, facts }),
        (error: unknown) => log.warn("limitNotApplied", { session: known.facts.id, why: String(error) }),
      );
    }
  }
}

/** In milliseconds. Clocks are set and hosts sleep: nobody is forgotten for longer than this. */
const longestWait = 60_000;
/** A host that is busy wakes us late. */
const clockIsSet = 5000;
const triedAgainAfter = 5000;
