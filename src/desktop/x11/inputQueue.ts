/** Does input in its order: at once while nothing waits, behind what waits otherwise. */
export class InputQueue {
  readonly #steps: (() => void | Promise<void>)[] = [];
  readonly #onFailure: (error: unknown) => void;
  readonly #onOverflow: () => void;
  #busy = false;

  /** `onOverflow`: steps were dropped; told once, when those that were kept are done. */
  constructor(events: { readonly onFailure: (error: unknown) => void; readonly onOverflow: () => void }) {
    this.#onFailure = events.onFailure;
    this.#onOverflow = events.onOverflow;
  }

  run(step: () => void | Promise<void>): void {
    if (this.#busy) {
      if (this.#steps.length < STEPS_MAX) this.#steps.push(step);
      else if (this.#steps.length === STEPS_MAX) this.#steps.push(this.#onOverflow);
      return;
    }
    const wait = step();
    if (wait !== undefined) void this.#drainAfter(wait);
  }

  async #drainAfter(first: Promise<void>): Promise<void> {
    this.#busy = true;
    try {
      await first;
      for (let step = this.#steps.shift(); step !== undefined; step = this.#steps.shift()) await step();
    } catch (error) {
      this.#steps.length = 0;
      this.#onFailure(error);
    } finally {
      this.#busy = false;
    }
  }
}

const STEPS_MAX = 4096;
