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
  readonly #sessions = new Map<SessionId, KnownSession>();
  readonly #connections = new Map<ConnectionId, ConnectionFacts>();
  #counters: Counters = { created: 0, disconnected: 0, reconnected: 0 };

  /** By id, ascending. */
  get sessions(): readonly KnownSession[] {
    return [...this.#sessions.values()].toSorted((a, b) => a.facts.id - b.facts.id);
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
    if (before !== undefined) this.#count(before, known);
    this.sessionChanged?.(known.facts.id);
  }

  receiveConnection(facts: ConnectionFacts): void {
    this.#connections.set(facts.id, facts);
  }

  noteCreated(): void {
    this.#counters = { ...this.#counters, created: this.#counters.created + 1 };
  }

  forgetSession(id: SessionId): void {
    this.#sessions.delete(id);
    this.sessionChanged?.(id);
  }

  forgetConnection(id: ConnectionId): void {
    this.#connections.delete(id);
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
