import type { Milliseconds } from "#base/units.ts";

/** Lets only so many do something at the same time; the others wait in the order in which they came. */
export class Turns {
  readonly atOnce: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(atOnce: number) {
    this.atOnce = atOnce;
  }

  /** Answers how the turn is given back, which may be called more than once; undefined: none came free in time. */
  async take(within: Milliseconds): Promise<(() => void) | undefined> {
    if (this.#taken < this.atOnce) this.#taken++;
    else if (!(await this.#wait(within))) return undefined;
    let isHeld = true;
    return () => {
      if (isHeld) this.#pass();
      isHeld = false;
    };
  }

  #wait(within: Milliseconds): Promise<boolean> {
    return new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(late);
        resolve(true);
      };
      const late = setTimeout(() => {
        this.#waiting.delete(begin);
        resolve(false);
      }, within);
      this.#waiting.add(begin);
    });
  }

  /** To the one who waits longest. */
  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) return void this.#taken--;
    this.#waiting.delete(next);
    next();
  }
}
