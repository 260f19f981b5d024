import { after, between, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";
import { LineEstimate } from "./lineEstimate.ts";

/** What this machine knows of its way to the client. */
export interface WireLine {
  /** Bytes that were written and have not left this machine. */
  readonly bytesQueued: number;
  /** What it lets through, in bytes a millisecond; absent: unknown. */
  readonly carries?: number;
  /** Of packets, smoothed; absent: unknown. */
  readonly roundTrip?: Milliseconds;
}

/** What is known of the way to the client, and of the client. */
export interface LineState {
  /** How long frames wait on the way now. */
  readonly waiting: Milliseconds;
  /** What it carries in a second, in kilobits, as far as it was seen; undefined before anything came back. */
  readonly kilobits: number | undefined;
}

/**
 * When the next frame may go: never faster than the limit, never more on the way than the client has shown it can take,
 * in frames and in bytes. A film leaves room for everything else, and what follows an input does not wait for its turn.
 */
export class Pacing {
  readonly #interval: Milliseconds;
  readonly #acknowledged: boolean;
  readonly #line = new LineEstimate();
  #lastAt: Instant | undefined;
  #sentAt: Instant | undefined;
  /** Undefined before the first. */
  #lastFrame: number | undefined;
  #suspended = false;
  /** What changes up to then is what an input has changed. */
  #urgentUntil: Instant | undefined;
  /** Time from sending a frame to its acknowledgement, smoothed; undefined before the first. */
  #roundTrip: Milliseconds | undefined;

  constructor(options: { readonly framesPerSecond: number; readonly acknowledged: boolean }) {
    this.#interval = milliseconds(1000 / options.framesPerSecond);
    this.#acknowledged = options.acknowledged;
  }

  get framesInFlight(): number {
    return this.#line.framesInFlight;
  }

  get roundTrip(): Milliseconds | undefined {
    return this.#roundTrip;
  }

  get line(): LineState {
    const rate = this.#line.rate;
    return { waiting: this.#line.waiting, kilobits: rate === undefined ? undefined : rate * 8 };
  }

  /** How long to wait before the next frame; undefined: until an acknowledgement comes. */
  delay(now: Instant, wire: WireLine): Milliseconds | undefined {
    this.#line.noteWire(wire, now);
    if (!this.#hasRoom(now, queueAllowed)) return undefined;
    const queueTakes = this.#untilSent(wire.bytesQueued, queueAllowed);
    if (this.#lastAt === undefined) return queueTakes;
    const isUrgent = this.#urgentUntil !== undefined && now <= this.#urgentUntil;
    const interval = isUrgent ? Math.min(this.#interval, urgentInterval) : this.#interval;
    return milliseconds(Math.max(queueTakes, interval - between(this.#lastAt, now)));
  }

  /** The same for what can wait: a film's next picture, what is made exact. It has no turn to wait for. */
  delayOfLess(now: Instant, wire: WireLine): Milliseconds | undefined {
    this.#line.noteWire(wire, now);
    if (!this.#hasRoom(now, queueOfLess)) return undefined;
    const queueIsGone = this.#untilGone(now);
    if (0 < queueIsGone) return milliseconds(Math.max(queueCheckMin, queueIsGone));
    return this.#untilSent(wire.bytesQueued, queueOfLess);
  }

  /** How many bytes a frame may have, so that what comes after it waits for a moment at most; Infinity: any number. */
  frameBytes(now: Instant): number {
    const rate = this.#line.rate;
    return rate === undefined || this.#line.mayCarryMore(now) ? Infinity : Math.max(frameBytesMin, rate * queueAllowed);
  }

  noteSent(frame: number, bytes: number, now: Instant): void {
    this.#lastFrame = frame;
    this.#sentAt = now;
    if (this.#acknowledged && !this.#suspended) this.#line.noteSent(frame, bytes, now);
  }

  /** What the desktop shows was taken, and is sent now or a little later. */
  noteTaken(now: Instant): void {
    this.#lastAt = now;
  }

  /** The user has done something, and waits for what it changes. */
  noteInput(now: Instant): void {
    this.#urgentUntil = after(now, urgentFor);
  }

  /** Everything up to `frame` has been shown. A frame that was never sent is ignored. */
  noteAcknowledged(frame: number, now: Instant): void {
    if (this.#lastFrame === undefined || !(frame <= this.#lastFrame)) return;
    const took = this.#line.noteAcknowledged(frame, now);
    if (took === undefined) return;
    this.#roundTrip = milliseconds(this.#roundTrip === undefined ? took : this.#roundTrip * 0.8 + took * 0.2);
  }

  /** The client acknowledges no more until it does again. MS-RDPEGFX 2.2.2.13 */
  noteSuspended(suspended: boolean): void {
    this.#suspended = suspended;
    if (suspended) this.restart();
  }

  /** A desktop of another size begins: what was on the way no longer counts. */
  restart(): void {
    this.#line.giveUpAll();
  }

  /** Whether more may be on the way, of which the last would wait for so long. */
  #hasRoom(now: Instant, queue: Milliseconds): boolean {
    if (!this.#acknowledged || this.#suspended) return true;
    // A client that lies, or lost its tongue, gets a frame every now and then all the same: one for each given up.
    this.#line.giveUpAfter(acknowledgementTakesAtMost, now);
    return this.framesInFlight < this.#window() && this.#line.bytesInFlight <= this.#bytesWindow(queue);
  }

  /**
   * How long until what stood in a queue that nobody on this machine sees has come through. Nothing that was seen of it
   * counts for longer: the kernel learns only by what is sent that it has gone.
   */
  #untilGone(now: Instant): Milliseconds {
    const waits = this.#line.packetsWait;
    if (waits <= queueOfLess || this.#sentAt === undefined) return none;
    return milliseconds(Math.max(0, waits - between(this.#sentAt, now)));
  }

  /** How long until so much of what is queued has left that the rest waits for less than `queue`. */
  #untilSent(bytesQueued: number, queue: Milliseconds): Milliseconds {
    const rate = this.#line.rate;
    if (rate === undefined) return bytesQueued <= unknownQueueBytes ? none : queueCheckMax;
    const allowed = Math.max(queueBytesMin, rate * queue);
    if (bytesQueued <= allowed) return none;
    return milliseconds(Math.min(Math.max(queueCheckMin, (bytesQueued - allowed) / rate), queueCheckMax));
  }

  /** As many frames as fit into a round trip, and one more; two at least, so that the wire never idles. */
  #window(): number {
    const inRoundTrip = Math.ceil((this.#roundTrip ?? 0) / this.#interval) + 1;
    return Math.min(Math.max(2, inRoundTrip), windowMax);
  }

  /** As many bytes as the line holds, and those that it carries in `queue`. */
  #bytesWindow(queue: Milliseconds): number {
    const { rate, shortest } = this.#line;
    if (rate === undefined || shortest === undefined) return unknownWindowBytes;
    // A packet that is lost keeps back the acknowledgements of all frames after it for a round trip.
    return Math.max(windowBytesMin, rate * (2 * shortest + queue));
  }
}

const none = milliseconds(0);
const acknowledgementTakesAtMost = milliseconds(2000);
const windowMax = 16;
/** Nothing that is sent is to wait for longer, a film's next picture even less. */
const queueAllowed = milliseconds(40);
const queueOfLess = milliseconds(20);
/** A few letters always fit. */
const windowBytesMin = 8 * 1024;
const unknownWindowBytes = 256 * 1024;
const queueBytesMin = 2 * 1024;
const unknownQueueBytes = 64 * 1024;
const frameBytesMin = 2 * 1024;
const queueCheckMin = milliseconds(5);
const queueCheckMax = milliseconds(50);
/** Most programs have drawn by then what a key changes. */
const urgentFor = milliseconds(40);
const urgentInterval = 3;
