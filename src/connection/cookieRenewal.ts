import type { Milliseconds } from "#base/units.ts";
import type { Log } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";

/**
 * Gives the client a new auto-reconnect cookie every so often, so that one that was stolen is soon worth nothing.
 * MS-RDPBCGR 3.3.5.10
 */
export class CookieRenewal {
  readonly #ask: () => Promise<string | undefined>;
  readonly #give: (random: string) => void;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: {
    readonly every: Milliseconds;
    /** Random bits from the service, as hexadecimal; undefined: it gives none any more. */
    readonly ask: () => Promise<string | undefined>;
    readonly give: (random: string) => void;
    readonly log: Log;
  }) {
    this.#ask = options.ask;
    this.#give = options.give;
    this.#log = options.log;
    this.#timer = setInterval(() => void this.#renew(), options.every).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  /** Fails without harm: the client has the cookie from before, and is given another the next time. */
  async #renew(): Promise<void> {
    try {
      const random = await this.#ask();
      if (random !== undefined && !this.#isClosed) this.#give(random);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      this.#log.warn("cookieNotRenewed", { why: error.message });
    }
  }
}
