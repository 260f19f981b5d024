import { intersect, sameSize, type Rectangle } from "#base/geometry.ts";
import { after, instant, milliseconds, type Instant } from "#base/units.ts";
import type { SeenDesktop } from "#desktop/desktop.ts";
import type { Encoder, Frame, Outgoing } from "./encoder.ts";
import type { OperationCount } from "./encoders/operations.ts";
import { FrameContents, type FrameChanges } from "./frameContents.ts";
import type { StartFrameKernels } from "./frameWork.ts";
import { Pacing, type WireLine } from "./pacing.ts";
import { Portion } from "./portion.ts";
import { VideoLayer } from "./video/videoLayer.ts";

/** Where frames go. */
export interface FrameSink {
  send(messages: readonly Outgoing[]): void;
  readonly line: WireLine;
}

/** What an operator sees of a pipeline. */
export interface PipelineFacts {
  readonly encoder: string;
  readonly frames: number;
  readonly bytes: number;
  readonly framesInFlight: number;
  readonly roundTripMs: number | undefined;
  /** By what was done, those with most bytes first; empty where the encoder does not count. */
  readonly operations: readonly OperationCount[];
}

/** From a desktop's damage to the client's pixels: compares, encodes, paces. One per connection and desktop. */
export class Pipeline {
  #desktop: SeenDesktop;
  readonly #encoder: Encoder;
  readonly #sink: FrameSink;
  readonly #pacing: Pacing;
  readonly #now: () => Instant;
  readonly #failed: (error: unknown) => void;
  readonly #startKernels: StartFrameKernels | undefined;
  #contents: FrameContents;
  readonly #video: VideoLayer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDamaged = true;
  /** Another desktop stands there, whose damage nobody has told: all of it is compared. */
  #isExchanged = false;
  /** From `begin` to `pause`: the client takes pictures of the shadow's size. */
  #isBegun = false;
  #isWorking = false;
  #isHidden = false;
  #isClosed = false;
  #lastFrame: number;
  /** When something that stood still was last sent exactly. */
  #refinedAt = instant(0);
  #bytes = 0;
  readonly #portion = new Portion();
  readonly #refined = new Portion();

  constructor(options: {
    readonly desktop: SeenDesktop;
    readonly encoder: Encoder;
    readonly sink: FrameSink;
    readonly framesPerSecond: number;
    readonly now: () => Instant;
    /**
     * The last frame of the client's pipeline before this one; 0: there was none. What it acknowledges late is not ours
     * then.
     */
    readonly lastFrame?: number;
    /** For what touches many pixels; absent: it is done without. */
    readonly startKernels?: StartFrameKernels | undefined;
    /** Our own mistake, or the desktop's end, met while making a frame. */
    readonly failed: (error: unknown) => void;
  }) {
    this.#desktop = options.desktop;
    this.#encoder = options.encoder;
    this.#sink = options.sink;
    this.#now = options.now;
    this.#lastFrame = options.lastFrame ?? 0;
    this.#failed = options.failed;
    this.#pacing = new Pacing({ framesPerSecond: options.framesPerSecond, acknowledged: options.encoder.acknowledged });
    this.#startKernels = options.startKernels;
    this.#contents = this.#newContents();
    this.#video = this.#videoLayer(options.framesPerSecond);
  }

  get facts(): PipelineFacts {
    return {
      encoder: this.#encoder.name,
      frames: this.#lastFrame,
      bytes: this.#bytes,
      framesInFlight: this.#pacing.framesInFlight,
      roundTripMs: this.#pacing.roundTrip,
      operations: this.#encoder.operations ?? [],
    };
  }

  /** The desktop has changed somewhere. */
  receiveDamaged(): void {
    this.#isDamaged = true;
    this.#schedule();
  }

  receiveAcknowledged(frame: number): void {
    this.#pacing.noteAcknowledged(frame, this.#now());
    this.#schedule();
  }

  receiveSuspended(suspended: boolean): void {
    this.#pacing.noteSuspended(suspended);
    this.#schedule();
  }

  /** The user has done something. */
  receiveInput(): void {
    this.#pacing.noteInput(this.#now());
    if (this.#isDamaged) this.#schedule();
  }

  /** The queue to the client is empty again. */
  receiveDrained(): void {
    this.#schedule();
  }

  /** Starts, or starts anew at the desktop's present size. */
  begin(): void {
    this.#contents.close();
    this.#contents = this.#newContents();
    this.#pacing.restart();
    this.#video?.restart(this.#desktop.size);
    this.#isBegun = true;
    this.#sink.send(this.#encoder.begin(this.#desktop.size, this.#desktop.monitors));
    this.#schedule();
  }

  /** The same screen, shown by another desktop of the same size: only what looks different is sent. */
  exchange(desktop: SeenDesktop): void {
    this.#desktop = desktop;
    this.#isExchanged = true;
    this.receiveDamaged();
  }

  /** Nothing is sent until it begins anew: the client has another size, or is being told one. */
  pause(): void {
    this.#isBegun = false;
    clearTimeout(this.#timer);
  }

  /** Nothing is sent while the client shows nothing. */
  hide(hidden: boolean): void {
    this.#isHidden = hidden;
    this.#schedule();
  }

  /** The client asks for these areas again. */
  refresh(areas: readonly Rectangle[]): void {
    for (const area of areas) this.#contents.forget(area);
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#video?.close();
    this.#contents.close();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isWorking || !this.#isBegun || this.#isHidden || this.#isClosed) return;
    clearTimeout(this.#timer);
    const now = this.#now();
    const isAwaited = this.#isDamaged || this.#contents.isIncomplete;
    const [due, isLess] = isAwaited
      ? [now, false]
      : [this.#video?.isWaiting === true ? now : this.#contents.stillAt, true];
    if (due === undefined) return;
    const line = this.#sink.line;
    const pause = isLess ? this.#pacing.delayOfLess(now, line) : this.#pacing.delay(now, line);
    const wait = Math.max(pause ?? acknowledgementCheck, due - now);
    if (wait <= 0) void this.#frame();
    else this.#timer = setTimeout(() => this.#schedule(), wait);
  }

  async #frame(): Promise<void> {
    this.#isWorking = true;
    try {
      this.#isDamaged = false;
      const desktop = this.#desktop;
      const damage = await desktop.takeDamage();
      // The desktop has another size and has not said so yet: asked again at once, it would never come to it.
      if (!sameSize(this.#contents.pixels, this.#desktop.size)) this.pause();
      if (this.#isBegun && !this.#isClosed && desktop === this.#desktop) this.#encode(damage);
    } catch (error) {
      this.#failed(error);
      this.close();
    }
    this.#isWorking = false;
    this.#schedule();
  }

  #encode(damage: readonly Rectangle[]): void {
    const now = this.#now();
    const compared = this.#isExchanged ? [{ x: 0, y: 0, ...this.#desktop.size }] : damage;
    this.#isExchanged = false;
    // A page that is scrolled moves its pictures, which the client can do itself.
    const moved = this.#contents.onlyMoved(this.#desktop, compared, this.#video?.regions ?? []);
    for (const region of moved) this.#video?.end(region);
    const changes = this.#contents.takeChanges(this.#desktop, compared, now, this.#video?.regions);
    let pictures: readonly Rectangle[] = [];
    if (changes === undefined || changes.areas.length + changes.copies.length === 0) this.#refine(now, refinedAtOnce);
    else {
      pictures = this.#sendChanges(changes, damage, now);
      // What stands still beside something that never does would otherwise wait for its end.
      if (after(this.#refinedAt, refinedBesideEvery) <= now) this.#refine(now, refinedBeside);
    }
    if (changes === undefined) return this.#video?.pump();
    this.#pacing.noteTaken(now);
    this.#video?.noteTaken({ ...changes, pictures });
  }

  /**
   * Sends as much of it as the line takes at once, small things first; gives the areas that are pictures. What keeps
   * changing without having its turn is a film as likely as not.
   */
  #sendChanges(changes: FrameChanges, damage: readonly Rectangle[], now: Instant): readonly Rectangle[] {
    const { sent, left } = this.#portion.of(changes.areas, this.#pacing.frameBytes(now));
    const bytesBefore = this.#bytes;
    const encoded = this.#encoder.encode(this.#nextFrame({ copies: changes.copies, areas: sent }, false));
    this.#contents.noteSent(sent, encoded, now);
    this.#send(encoded.messages, now);
    this.#portion.noteSent(sent, this.#bytes - bytesBefore);
    for (const area of left) this.#contents.forget(area);
    const moved = changes.copies.filter(({ ground }) => ground !== "aside");
    const targets = moved.map(({ source, target }) => ({ ...source, ...target }));
    this.#video?.noteWritten([...sent, ...targets, ...(encoded.settled ?? [])]);
    return [...encoded.lossy, ...left.filter((area) => damage.some((each) => intersect(area, each) !== undefined))];
  }

  /** What was sent nearly and has stood still is sent exactly, up to so many tiles. */
  #refine(now: Instant, atMost: number): void {
    if (this.#pacing.delayOfLess(now, this.#sink.line) !== 0) return;
    const tiles = this.#refined.tiles(this.#pacing.frameBytes(now));
    const still = this.#contents.takeStill(now, Math.min(atMost, tiles));
    if (still.length === 0) return;
    this.#refinedAt = now;
    this.#pacing.noteTaken(now);
    const bytesBefore = this.#bytes;
    this.#send(this.#encoder.encode(this.#nextFrame({ copies: [], areas: still }, true)).messages, now);
    this.#refined.noteSent(still, this.#bytes - bytesBefore);
    this.#video?.noteWritten(still);
  }

  #newContents(): FrameContents {
    const { size, pixelFile } = this.#desktop;
    return new FrameContents(size, this.#encoder, { startKernels: this.#startKernels, file: pixelFile });
  }

  #videoLayer(framesPerSecond: number): VideoLayer | undefined {
    const shower = this.#encoder.video;
    if (shower === undefined) return undefined;
    const [contents, pacing, sink] = [() => this.#contents, this.#pacing, this.#sink];
    const now = this.#now;
    const takesFrames = () => this.#isBegun && !this.#isHidden && !this.#isClosed;
    return new VideoLayer({
      shower,
      framesPerSecond,
      host: {
        get pixels() {
          return contents().pixels;
        },
        get line() {
          return pacing.line;
        },
        get mayBegin() {
          return takesFrames() && pacing.delayOfLess(now(), sink.line) === 0;
        },
        now,
        nextFrame: () => ++this.#lastFrame,
        send: (messages, { isFrame }) => {
          if (isFrame) this.#send(messages, now());
          else sink.send(messages);
        },
        noteNearly: (areas) => contents().noteMoving(areas, now()),
        forget: (area) => {
          contents().forget(area);
          this.#schedule();
        },
      },
    });
  }

  #nextFrame({ copies, areas }: Omit<FrameChanges, "moving">, exact: boolean): Frame {
    const contents = this.#contents;
    const isNearly = (tile: Rectangle): boolean => contents.isNearly(tile);
    return { id: ++this.#lastFrame, pixels: contents.pixels, copies, areas, isNearly, exact };
  }

  #send(messages: readonly Outgoing[], now: Instant): void {
    const bytes = messages.reduce((sum, message) => sum + message.bytes.length, 0);
    this.#bytes += bytes;
    this.#pacing.noteSent(this.#lastFrame, bytes, now);
    this.#sink.send(messages);
  }
}

const acknowledgementCheck = milliseconds(250);
/** Tiles made exact in one frame, so that a change never waits long behind them. */
const refinedAtOnce = 48;
/** The same while something else moves: a whole screen of 1080p within 1.5 s, in portions of a few milliseconds. */
const refinedBeside = 24;
const refinedBesideEvery = milliseconds(66);
