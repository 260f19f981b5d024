import { after, between, milliseconds, type Instant } from "#base/units.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import type { PipelineFacts } from "#pipeline/pipeline.ts";
import type { InputDelayFacts } from "./inputDelays.ts";

type Report = NonNullable<ConnectionFacts["picture"]>;

/**
 * Tells the service how the picture is sent: with the first frame, and every few seconds from then on, once more after
 * the last. Where nothing is drawn nothing is told.
 */
export class PictureReport {
  readonly #now: () => Instant;
  readonly #facts: () => PipelineFacts | undefined;
  readonly #delays: () => InputDelayFacts;
  readonly #tell: (report: Report) => void;
  #nextAt: Instant | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly now: () => Instant;
    readonly facts: () => PipelineFacts | undefined;
    readonly delays: () => InputDelayFacts;
    readonly tell: (report: Report) => void;
  }) {
    this.#now = options.now;
    this.#facts = options.facts;
    this.#delays = options.delays;
    this.#tell = options.tell;
  }

  /** A frame has been sent. */
  noteFrame(): void {
    if (this.#timer !== undefined) return;
    const now = this.#now();
    if (this.#nextAt === undefined || this.#nextAt <= now) return this.#tellNow();
    this.#timer = setTimeout(() => this.#tellNow(), between(now, this.#nextAt)).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tellNow(): void {
    this.#timer = undefined;
    const facts = this.#facts();
    if (facts === undefined) return;
    this.#nextAt = after(this.#now(), toldEvery);
    const { encoder, frames, bytes, framesInFlight, roundTripMs, operations } = facts;
    const away = roundTripMs === undefined ? {} : { roundTripMs };
    this.#tell({ encoder, frames, bytes, framesInFlight, ...away, ...this.#delays(), operations });
  }
}

const toldEvery = milliseconds(5000);
