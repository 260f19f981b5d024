import { after, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";

/** Things that are good once, for a while, for the one who knows the token. */
export class Tokens<T> {
  readonly #held = new Map<string, { readonly value: T; readonly until: Instant }>();
  readonly #life: Milliseconds;
  readonly #random: () => string;
  readonly #now: () => Instant;

  /** `random` gives a new secret each time. */
  constructor(options: { readonly life: Milliseconds; readonly random: () => string; readonly now: () => Instant }) {
    this.#life = milliseconds(options.life);
    this.#random = options.random;
    this.#now = options.now;
  }

  give(value: T): string {
    const now = this.#now();
    for (const [token, { until }] of this.#held) if (until < now) this.#held.delete(token);
    const token = this.#random();
    this.#held.set(token, { value, until: after(now, this.#life) });
    return token;
  }

  /** The value, once; undefined for a token that was never given, was used, or is too old. */
  take(token: string): T | undefined {
    const found = this.#held.get(token);
    this.#held.delete(token);
    return found === undefined || found.until < this.#now() ? undefined : found.value;
  }
}
