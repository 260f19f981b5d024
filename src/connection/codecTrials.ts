import type { RejectableCodec } from "#base/rejectableCodec.ts";
import { between, type Instant } from "#base/units.ts";
import type { GraphicsEndNews } from "#contracts/service.ts";

interface Trial {
  readonly frame: number;
  readonly sentAt: Instant;
  acknowledged: boolean;
}

/** Which codecs a client was sent, and whether it has acknowledged them: what its end may mean. */
export class CodecTrials {
  readonly #firstFrames: ReadonlyMap<RejectableCodec, number>;
  readonly #now: () => Instant;
  readonly #trials = new Map<RejectableCodec, Trial>();
  /** It has said that it acknowledges nothing any more. */
  #isSilent = false;

  /** `firstFrames`: the first frame that had each codec, of all that have been sent by then. */
  constructor(options: { readonly firstFrames: ReadonlyMap<RejectableCodec, number>; readonly now: () => Instant }) {
    this.#firstFrames = options.firstFrames;
    this.#now = options.now;
  }

  /** Something was sent. */
  noteSent(): void {
    if (this.#firstFrames.size === this.#trials.size) return;
    for (const [codec, frame] of this.#firstFrames) {
      if (!this.#trials.has(codec)) this.#trials.set(codec, { frame, sentAt: this.#now(), acknowledged: false });
    }
  }

  /** Everything up to `frame` was shown; `sent`: the last one that was sent. */
  noteAcknowledged(frame: number, sent: number): void {
    if (sent < frame) return;
    for (const trial of this.#trials.values()) if (trial.frame <= frame) trial.acknowledged = true;
  }

  noteSuspended(suspended: boolean): void {
    this.#isSilent ||= suspended;
  }

  /** As they stand now; none where they say nothing. */
  get trials(): GraphicsEndNews["trials"] {
    if (this.#isSilent) return [];
    const now = this.#now();
    return Array.from(this.#trials, ([codec, { sentAt, acknowledged }]) => {
      return { codec, acknowledged, sentFor: between(sentAt, now) };
    });
  }
}
