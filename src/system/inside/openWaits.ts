import type { Milliseconds } from "#base/units.ts";

/** Something that this process waits for. Times in milliseconds. */
export interface OpenWait {
  readonly what: string;
  readonly waited: number;
  /** What is left until its deadline, 0 when that has come; absent: it has none of its own. */
  readonly left?: number;
}

interface Begun {
  readonly what: string;
  readonly at: number;
  readonly deadline: number | undefined;
}

/** The waits of one process that are not over yet. */
export class OpenWaits {
  readonly #now: () => number;
  readonly #begun = new Set<Begun>();

  /** `now`: a clock that only goes forward, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A wait begins; what is returned ends it. */
  begin(what: string, within?: Milliseconds): () => void {
    const at = this.#now();
    const wait: Begun = { what, at, deadline: within === undefined ? undefined : at + within };
    this.#begun.add(wait);
    return () => void this.#begun.delete(wait);
  }

  /** Waits for a promise, by the name of what it is. */
  async during<T>(what: string, within: Milliseconds | undefined, waited: Promise<T>): Promise<T> {
    const over = this.begin(what, within);
    try {
      return await waited;
    } finally {
      over();
    }
  }

  /** The longest first. */
  list(atMost: number): readonly OpenWait[] {
    const now = this.#now();
    // A set keeps the order in which they began.
    return [...this.#begun].slice(0, atMost).map(({ what, at, deadline }) => ({
      what,
      waited: Math.round(now - at),
      ...(deadline === undefined ? {} : { left: Math.max(0, Math.round(deadline - now)) }),
    }));
  }
}

/** Of this process: there is one list, since a process is what is asked for what it waits for. */
export const ownWaits = new OpenWaits(() => performance.now());
