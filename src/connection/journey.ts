import { limits } from "#base/limits.ts";
import { between, type Instant, type Milliseconds } from "#base/units.ts";
import type { ConnectionPhase, Journey, Wait } from "#contracts/record.ts";
import { ownWaits } from "#system/inside/openWaits.ts";
import type { AcceptState } from "#protocol/sequences/accept/acceptState.ts";

interface Waited {
  count: number;
  took: number;
  open: number;
  /** When the first of those that are open began. */
  openSince: Instant;
}

/**
 * How far a connection has come, when, and what it waited for on the way. Nothing here is touched once the desktop is
 * seen, but for waits.
 */
export class ConnectionJourney {
  readonly #record: string;
  readonly #now: () => Instant;
  readonly #acceptedAt: Instant;
  readonly #phases: { readonly phase: ConnectionPhase; readonly at: number }[] = [{ phase: "accept", at: 0 }];
  readonly #waits = new Map<string, Waited>();
  /** Told when a phase begins. */
  readonly #changed: (journey: Journey) => void;
  /** Told of every wait that is over. */
  readonly #waited: (what: string, took: Milliseconds) => void;

  /** `acceptedAt`: on the clock of `now`; it may lie before the start of this process. */
  constructor(options: {
    readonly record: string;
    readonly now: () => Instant;
    readonly acceptedAt: Instant;
    readonly changed: (journey: Journey) => void;
    readonly waited?: (what: string, took: Milliseconds) => void;
  }) {
    this.#record = options.record;
    this.#now = options.now;
    this.#acceptedAt = options.acceptedAt;
    this.#changed = options.changed;
    this.#waited = options.waited ?? (() => {});
  }

  get journey(): Journey {
    const now = this.#now();
    const waits = Array.from(this.#waits, ([what, { count, took, open, openSince }]): Wait => {
      if (open === 0) return { for: what, count, took: Math.round(took) };
      return { for: what, count: count + open, took: Math.round(took + between(openSince, now)), open: true };
    });
    return { record: this.#record, phases: [...this.#phases], waits };
  }

  /** The phase that it is in. */
  get phase(): ConnectionPhase {
    return this.#phases.at(-1)?.phase ?? "accept";
  }

  /** A phase begins, and the one before is over. A phase that has been is not begun again. */
  enter(phase: ConnectionPhase): void {
    if (this.#begin(phase)) this.#changed(this.journey);
  }

  /** The sequence stands there now; whoever calls tells the journey himself. */
  receiveStep(at: AcceptState["at"]): void {
    const phase = phaseOf(at);
    if (phase !== undefined) this.#begin(phase);
  }

  /** Something was waited for before this process had the connection. */
  noteWait(what: string, took: Milliseconds): void {
    const waited = this.#waitedFor(what);
    if (waited === undefined) return;
    waited.count++;
    waited.took += took;
  }

  /** Waits, and remembers for how long. */
  async waitFor<T>(what: string, waited: Promise<T>): Promise<T> {
    const wait = this.#waitedFor(what);
    const since = this.#now();
    if (wait !== undefined && wait.open++ === 0) wait.openSince = since;
    try {
      return await ownWaits.during(what, undefined, waited);
    } finally {
      this.#waited(what, between(since, this.#now()));
      if (wait !== undefined) {
        wait.open--;
        wait.count++;
        wait.took += between(since, this.#now());
      }
    }
  }

  #begin(phase: ConnectionPhase): boolean {
    if (limits.journeyPhases <= this.#phases.length || this.#phases.some((each) => each.phase === phase)) return false;
    this.#phases.push({ phase, at: Math.round(between(this.#acceptedAt, this.#now())) });
    return true;
  }

  #waitedFor(what: string): Waited | undefined {
    const known = this.#waits.get(what);
    if (known !== undefined || limits.journeyWaits <= this.#waits.size) return known;
    const waited: Waited = { count: 0, took: 0, open: 0, openSince: this.#now() };
    this.#waits.set(what, waited);
    return waited;
  }
}

/** undefined: what follows is told by others. */
function phaseOf(at: AcceptState["at"]): ConnectionPhase | undefined {
  switch (at) {
    case "awaitingNegotiation":
    case "choosingSecurity":
      return "negotiation";
    case "awaitingTls":
      return "tls";
    case "awaitingNla":
    case "awaitingAdmission":
      return "nla";
    case "awaitingConnectInitial":
    case "awaitingErectDomain":
    case "awaitingAttachUser":
    case "joiningChannels":
    case "awaitingSecurityExchange":
    case "awaitingClientInfo":
      return "settings";
    case "awaitingConfirmActive":
    case "finalizing":
      return "capabilities";
    case "active":
    case "ended":
      return undefined;
  }
}
