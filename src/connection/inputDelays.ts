import { between, type Instant } from "#base/units.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import type { InputEvent } from "#protocol/share/input/inputEvent.ts";

type Delays = NonNullable<NonNullable<ConnectionFacts["picture"]>["inputDelay"]>;

export interface InputDelayFacts {
  readonly inputDelay?: Delays;
  readonly keyToFrame?: Delays;
}

/** How long a client's input is on its way inside this process, and how long a key waits for its picture. */
export class InputDelays {
  readonly #now: () => Instant;
  readonly #toScreen = new Samples();
  readonly #toFrame = new Samples();
  #arrivedAt: Instant;
  /** One is awaited; others that come meanwhile are not measured. */
  #isAwaiting = false;
  /** Of the first key that no frame has followed yet. */
  #keyAt: Instant | undefined;

  constructor(now: () => Instant) {
    this.#now = now;
    this.#arrivedAt = now();
  }

  get facts(): InputDelayFacts {
    const [inputDelay, keyToFrame] = [this.#toScreen.facts, this.#toFrame.facts];
    return { ...(inputDelay === undefined ? {} : { inputDelay }), ...(keyToFrame === undefined ? {} : { keyToFrame }) };
  }

  /** These events have been read from the client. */
  noteArrived(events: readonly InputEvent[]): void {
    this.#arrivedAt = this.#now();
    const hasKey = events.some((event) => (event.is === "key" || event.is === "unicode") && event.down);
    if (!hasKey) return;
    const isForgotten = this.#keyAt !== undefined && frameAwaitedFor < between(this.#keyAt, this.#arrivedAt);
    if (this.#keyAt === undefined || isForgotten) this.#keyAt = this.#arrivedAt;
  }

  /** `given` resolves when the screen has them; undefined: there is none. */
  awaitGiven(given: Promise<void> | undefined): void {
    const arrivedAt = this.#arrivedAt;
    if (given === undefined || this.#isAwaiting) return;
    this.#isAwaiting = true;
    // Input that was dropped is never given.
    const giveUp = setTimeout(() => (this.#isAwaiting = false), frameAwaitedFor).unref();
    void given.then(() => {
      clearTimeout(giveUp);
      this.#isAwaiting = false;
      this.#toScreen.add(between(arrivedAt, this.#now()));
    });
  }

  /** A frame goes to the client. */
  noteFrame(): void {
    if (this.#keyAt === undefined) return;
    const took = between(this.#keyAt, this.#now());
    this.#keyAt = undefined;
    if (took <= frameAwaitedFor) this.#toFrame.add(took);
  }
}

/** The last few of them. */
class Samples {
  readonly #last: number[] = [];
  #count = 0;

  get facts(): Delays | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#last.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { count: this.#count, medianMs: at(0.5), p99Ms: at(0.99) };
  }

  add(milliseconds: number): void {
    this.#last[this.#count++ % samplesKept] = milliseconds;
  }
}

const samplesKept = 256;
/** In milliseconds: what is drawn later has another cause. */
const frameAwaitedFor = 1000;
