import type { WireLine } from "./pacing.ts";
import { between, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";

/**
 * What the way to the client and back can, seen by when the client acknowledges frames: how long it is while nothing
 * waits on it, and how many bytes it carries. Each sample is what was acknowledged between a frame's sending and its
 * acknowledgement, so that acknowledgements which come in heaps, after a loss, do not deceive it.
 */
export class LineEstimate {
  readonly #onTheWay = new Map<number, Sent>();
  /** Bytes of the frames that were acknowledged or given up. */
  #delivered = 0;
  #deliveredAt: Instant | undefined;
  #bytesInFlight = 0;
  readonly #shortest = new Lately(shortestPeriod, Math.min);
  readonly #fastest = new Lately(fastestPeriod, Math.max);
  /** The shortest round trip of this moment: what the frames of a moment all waited for is a queue. */
  readonly #present = new Lately(presentPeriod, Math.min);
  readonly #packetsShortest = new Lately(shortestPeriod, Math.min);
  #packets: Milliseconds | undefined;
  #carries: number | undefined;
  /** When something was last seen to wait on the way. */
  #fullAt: Instant | undefined;
  /** What was measured while nothing waited: it may carry more. */
  #atLeast = 0;

  get framesInFlight(): number {
    return this.#onTheWay.size;
  }

  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  /** In bytes a millisecond; undefined before anything is known. */
  get rate(): number | undefined {
    if (this.#carries !== undefined) return this.#carries;
    const rate = Math.max(this.#fastest.value ?? 0, this.#atLeast);
    return rate === 0 ? undefined : rate;
  }

  /** Without a queue, as far as it was seen lately; undefined before the first acknowledgement. */
  get shortest(): Milliseconds | undefined {
    return this.#shortest.value === undefined ? undefined : milliseconds(this.#shortest.value);
  }

  /** How long frames wait on the way now. */
  get waiting(): Milliseconds {
    return milliseconds(Math.max(0, (this.#present.value ?? 0) - (this.#shortest.value ?? 0)));
  }

  /** How long packets wait on the way now, as far as this machine sees it. */
  get packetsWait(): Milliseconds {
    return milliseconds(Math.max(0, (this.#packets ?? 0) - (this.#packetsShortest.value ?? 0)));
  }

  /** What this machine knows of the way: of packets, and so nearer to the truth than frames. */
  noteWire({ carries, roundTrip }: WireLine, now: Instant): void {
    this.#carries = carries;
    this.#packets = roundTrip;
    if (roundTrip !== undefined) this.#packetsShortest.add(roundTrip, now);
  }

  /** Whether nothing says that it carries no more than was seen so far. */
  mayCarryMore(now: Instant): boolean {
    return this.#fullAt === undefined || fullFor < between(this.#fullAt, now);
  }

  noteSent(frame: number, bytes: number, now: Instant): void {
    const since = this.#bytesInFlight === 0 ? now : (this.#deliveredAt ?? now);
    this.#onTheWay.set(frame, { at: now, bytes, before: this.#delivered, since });
    this.#bytesInFlight += bytes;
  }

  /** Everything up to `frame` has been shown; gives how long that one took, unless it was no longer on the way. */
  noteAcknowledged(frame: number, now: Instant): Milliseconds | undefined {
    const sent = this.#onTheWay.get(frame);
    for (const [id, { bytes }] of this.#onTheWay) {
      if (frame < id) break;
      this.#delivered += bytes;
      this.#forget(id, bytes);
    }
    if (sent === undefined) return undefined;
    this.#deliveredAt = now;
    const took = between(sent.at, now);
    this.#shortest.add(took, now);
    this.#present.add(took, now);
    const rate = (this.#delivered - sent.before) / Math.max(1, between(sent.since, now));
    if (took <= (this.#shortest.value ?? 0) + fullAbove) this.#atLeast = Math.max(this.#atLeast, rate);
    else {
      // It has waited, so this is all that comes through: what was seen otherwise is of another time.
      this.#fullAt = now;
      this.#fastest.add(rate, now);
      this.#atLeast = 0;
    }
    return took;
  }

  /** Nobody waits any more for the acknowledgements of frames that have been on the way for so long. */
  giveUpAfter(long: Milliseconds, now: Instant): void {
    for (const [id, { at, bytes }] of this.#onTheWay) {
      if (between(at, now) < long) break;
      this.#forget(id, bytes);
    }
  }

  giveUpAll(): void {
    this.#onTheWay.clear();
    this.#bytesInFlight = 0;
  }

  #forget(frame: number, bytes: number): void {
    this.#onTheWay.delete(frame);
    this.#bytesInFlight -= bytes;
  }
}

interface Sent {
  readonly at: Instant;
  readonly bytes: number;
  /** What was delivered when it was sent, and since when it was that. */
  readonly before: number;
  readonly since: Instant;
}

/** The most, or least, of what was seen in this period and the one before. */
class Lately {
  readonly #period: Milliseconds;
  readonly #best: (a: number, b: number) => number;
  #now: number | undefined;
  #before: number | undefined;
  #since: Instant | undefined;

  constructor(period: Milliseconds, best: (a: number, b: number) => number) {
    this.#period = period;
    this.#best = best;
  }

  get value(): number | undefined {
    if (this.#now === undefined || this.#before === undefined) return this.#now ?? this.#before;
    return this.#best(this.#now, this.#before);
  }

  add(value: number, now: Instant): void {
    this.#since ??= now;
    if (this.#period < between(this.#since, now)) {
      this.#since = now;
      this.#before = this.#now;
      this.#now = undefined;
    }
    this.#now = this.#now === undefined ? value : this.#best(this.#now, value);
  }
}

const shortestPeriod = milliseconds(5000);
const fastestPeriod = milliseconds(1500);
/** Milliseconds on the way that are more than a client's or a scheduler's mood. */
const fullAbove = milliseconds(25);
const fullFor = milliseconds(10_000);
const presentPeriod = milliseconds(200);
