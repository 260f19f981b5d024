import type { SessionFacts } from "#contracts/facts.ts";
import type { keeperContract } from "#contracts/keeper.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import type { ConnectionId, SessionId } from "#base/ids.ts";
import type { ContractClient } from "#system/rpc/connectContract.ts";

/** A session as its keeper tells it, and the way to the keeper. */
export interface KnownSession {
  readonly facts: SessionFacts;
  readonly keeper: ContractClient<typeof keeperContract>;
  /** Where its keeper listens. */
  readonly keeperPath: string;
  /** Its keeper is of another version of the contract; absent: of ours. */
  readonly otherVersion?: OtherVersion;
}

export interface OtherVersion {
  readonly version: number;
  /** Clients can be shown the session. If not, it can be listed, disconnected and ended, and nothing else. */
  readonly attachable: boolean;
}

export interface Counters {
  readonly created: number;
  readonly disconnected: number;
  readonly reconnected: number;
}

/**
 * What the service knows of sessions and connections; rebuilt at every start from those who know: keepers and
 * connections. Nothing here is counted up or down but the totals since the start that `query session /counter` shows.
 */
export class Registry {
  /** Told when the facts of a session are new, or when it is no more; set once by the one who watches. */
  sessionChanged: ((id: SessionId) => void) | undefined;
  /** Told what a keeper says of its session; set once by the one who writes it down. */
  sessionTold: ((facts: SessionFacts) => void) | undefined;
  readonly #sessions = new Map<SessionId, KnownSession>();
  readonly #connections = new Map<ConnectionId, ConnectionFacts>();
  /** The same by id: a decision looks at all of them several times, and to sort 10,000 takes 2 ms. */
  #sorted: readonly KnownSession[] = [];
  #counters: Counters = { created: 0, disconnected: 0, reconnected: 0 };

  /** By id, ascending. */
  get sessions(): readonly KnownSession[] {
    return this.#sorted;
  }

  get connections(): readonly ConnectionFacts[] {
    return [...this.#connections.values()].toSorted((a, b) => a.id - b.id);
  }

  get counters(): Counters {
    return this.#counters;
  }

  session(id: SessionId): KnownSession | undefined {
    return this.#sessions.get(id);
  }

  sessionOf(user: string): KnownSession | undefined {
    return this.sessions.find((each) => each.facts.user === user);
  }

  connection(id: ConnectionId): ConnectionFacts | undefined {
    return this.#connections.get(id);
  }

  receiveSession(known: KnownSession): void {
    const before = this.#sessions.get(known.facts.id)?.facts;
    this.#sessions.set(known.facts.id, known);
    this.#sorted = this.#sorted.toSpliced(this.#place(known.facts.id), before === undefined ? 0 : 1, known);
    if (before !== undefined) this.#count(before, known);
    this.sessionTold?.(known.facts);
    this.sessionChanged?.(known.facts.id);
  }

  receiveConnection(facts: ConnectionFacts): void {
    this.#connections.set(facts.id, facts);
  }

  noteCreated(): void {
    this.#counters = { ...this.#counters, created: this.#counters.created + 1 };
  }

  forgetSession(id: SessionId): void {
    if (this.#sessions.delete(id)) this.#sorted = this.#sorted.toSpliced(this.#place(id), 1);
    this.sessionChanged?.(id);
  }

  forgetConnection(id: ConnectionId): void {
    this.#connections.delete(id);
  }

  /** Where the session with this id stands among the sorted ones, or would stand. */
  #place(id: SessionId): number {
    let [from, to] = [0, this.#sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#sorted[middle]?.facts.id ?? Infinity) < id) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #count(before: SessionFacts, known: KnownSession): void {
    const { disconnected, reconnected } = this.#counters;
    if (before.attachment !== undefined && known.facts.attachment === undefined) {
      this.#counters = { ...this.#counters, disconnected: disconnected + 1 };
    }
    const returns = before.attachment === undefined && before.detachedAt !== undefined;
    if (returns && known.facts.attachment !== undefined) {
      this.#counters = { ...this.#counters, reconnected: reconnected + 1 };
    }
  }
}
