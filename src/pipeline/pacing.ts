import { between, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";

/**
 * When the next frame may go: never faster than the limit, never more on the way than the client has shown it can take.
 */
export class Pacing {
  readonly #interval: Milliseconds;
  readonly #acknowledged: boolean;
  readonly #inFlight = new Map<number, Instant>();
  #lastAt: Instant | undefined;
  /** Undefined before the first. */
  #lastFrame: number | undefined;
  #suspended = false;
  /** Time from sending a frame to its acknowledgement, smoothed; undefined before the first. */
  #roundTrip: Milliseconds | undefined;

  constructor(options: { readonly framesPerSecond: number; readonly acknowledged: boolean }) {
    this.#interval = milliseconds(1000 / options.framesPerSecond);
    this.#acknowledged = options.acknowledged;
  }

  get framesInFlight(): number {
    return this.#inFlight.size;
  }

  get roundTrip(): Milliseconds | undefined {
    return this.#roundTrip;
  }

  /** How long to wait before the next frame; undefined: until an acknowledgement comes. */
  delay(now: Instant): Milliseconds | undefined {
    if (this.#acknowledged && !this.#suspended) {
      this.#giveUpOldest(now);
      if (!(this.#inFlight.size < this.#window())) return undefined;
    }
    if (this.#lastAt === undefined) return milliseconds(0);
    return milliseconds(Math.max(0, this.#interval - between(this.#lastAt, now)));
  }

  noteSent(frame: number, now: Instant): void {
    this.#lastAt = now;
    this.#lastFrame = frame;
    if (!this.#acknowledged || this.#suspended) return;
    this.#inFlight.set(frame, now);
  }

  /** What the desktop shows was taken, and will be sent a little later. */
  noteTaken(now: Instant): void {
    this.#lastAt = now;
  }

  /** Everything up to `frame` has been shown. A frame that was never sent is ignored. */
  noteAcknowledged(frame: number, now: Instant): void {
    if (this.#lastFrame === undefined || this.#lastFrame < frame) return;
    const sent = this.#inFlight.get(frame);
    if (sent !== undefined) {
      const took = between(sent, now);
      this.#roundTrip = milliseconds(this.#roundTrip === undefined ? took : this.#roundTrip * 0.8 + took * 0.2);
    }
    for (const id of this.#inFlight.keys()) if (id <= frame) this.#inFlight.delete(id);
  }

  /** The client acknowledges no more until it does again. MS-RDPEGFX 2.2.2.13 */
  noteSuspended(suspended: boolean): void {
    this.#suspended = suspended;
    if (suspended) this.#inFlight.clear();
  }

  /** A desktop of another size begins: what was on the way no longer counts. */
  restart(): void {
    this.#inFlight.clear();
  }

  /**
   * A client that lies, or lost its tongue, gets a frame every now and then all the same: one for each that is given
   * up.
   */
  #giveUpOldest(now: Instant): void {
    for (const [id, sentAt] of this.#inFlight) {
      if (now - sentAt < acknowledgementTakesAtMost) break;
      this.#inFlight.delete(id);
    }
  }

  /** As many frames as fit into a round trip, and one more; two at least, so that the wire never idles. */
  #window(): number {
    const inRoundTrip = Math.ceil((this.#roundTrip ?? 0) / this.#interval) + 1;
    return Math.min(Math.max(2, inRoundTrip), windowMax);
  }
}

const acknowledgementTakesAtMost = 2000;
const windowMax = 16;
