import { after, milliseconds, type Instant } from "#base/units.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import type { PipelineFacts } from "#pipeline/pipeline.ts";

type Report = NonNullable<ConnectionFacts["picture"]>;

/**
 * Tells the service how the picture is sent: with the first frame, and with one every few seconds from then on. Where
 * nothing is drawn nothing is told.
 */
export class PictureReport {
  readonly #now: () => Instant;
  readonly #facts: () => PipelineFacts | undefined;
  readonly #tell: (report: Report) => void;
  #nextAt: Instant | undefined;

  constructor(options: {
    readonly now: () => Instant;
    readonly facts: () => PipelineFacts | undefined;
    readonly tell: (report: Report) => void;
  }) {
    this.#now = options.now;
    this.#facts = options.facts;
    this.#tell = options.tell;
  }

  /** A frame has been sent. */
  noteFrame(): void {
    const now = this.#now();
    const facts = this.#facts();
    if (facts === undefined || (this.#nextAt !== undefined && now < this.#nextAt)) return;
    this.#nextAt = after(now, toldEvery);
    const { encoder, frames, bytes, roundTripMs, operations } = facts;
    this.#tell({ encoder, frames, bytes, ...(roundTripMs === undefined ? {} : { roundTripMs }), operations });
  }
}

const toldEvery = milliseconds(5000);
