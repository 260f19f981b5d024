import { endAuthenticator, startAuthenticator, type Authenticator } from "./authenticate.ts";

/** One authenticator that stands ready, so that nobody waits for a process to start. */
export class SpareAuthenticator {
  #spare: Authenticator | undefined;
  #isClosed = false;

  constructor() {
    this.#standReady();
  }

  /** The one that stood ready, given; the next takes its place a moment later. */
  take(): Authenticator {
    const spare = this.#spare;
    this.#spare = undefined;
    setTimeout(() => this.#standReady(), replacedAfter).unref();
    return spare === undefined || spare.exitCode !== null || spare.signalCode !== null ? startAuthenticator() : spare;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#spare !== undefined) endAuthenticator(this.#spare);
    this.#spare = undefined;
  }

  #standReady(): void {
    if (this.#spare !== undefined || this.#isClosed) return;
    const spare = startAuthenticator();
    this.#spare = spare;
    spare.on("error", () => this.#drop(spare));
    spare.on("exit", () => this.#drop(spare));
    // It ends by itself when this process does: its standard input is closed then.
    spare.unref();
  }

  #drop(spare: Authenticator): void {
    if (this.#spare === spare) this.#spare = undefined;
  }
}

// Not while the sign-in that took the last one is busy.
const replacedAfter = 500;
