import { sameSize, type Rectangle, type Size } from "#base/geometry.ts";
import type { Instant } from "#base/units.ts";
import type { SeenDesktop } from "#desktop/desktop.ts";
import type { Encoder, Outgoing } from "#pipeline/encoder.ts";
import type { OfferedTile } from "#pipeline/encoders/tileCache.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { Pipeline, type FrameSink, type PipelineFacts } from "#pipeline/pipeline.ts";
import type { StartFrameKernels } from "#pipeline/frameWork.ts";
import type { WireLine } from "#pipeline/pacing.ts";
import type { PointerPainter } from "./pointerPainter.ts";

export interface PictureOwner {
  /**
   * The desktop has a size other than the client was told: a client without RDPGFX must be told anew before pictures go
   * on.
   */
  reactivate(size: Size): void;
  desktopEnded(why: string): void;
  failed(error: unknown): void;
}

/** What the client sees: one desktop at a time, by one encoder. */
export class Picture {
  readonly #owner: PictureOwner;
  readonly #encoder: Encoder;
  readonly #sink: FrameSink;
  readonly #pointer: Pick<PointerPainter, "show">;
  readonly #framesPerSecond: number;
  readonly #startKernels: StartFrameKernels | undefined;
  readonly #now: () => Instant;
  /** What the client believes the desktop's size to be. */
  #toldSize: Size;
  #desktop: SeenDesktop | undefined;
  #pipeline: Pipeline | undefined;
  #hidden = false;
  /** The client acknowledges no frames; it says so once, and means all that follow. */
  #suspended = false;
  /** The share is down: the client is being told another size, and takes neither pictures nor pointers. */
  #awaitsShare = false;

  constructor(options: {
    readonly owner: PictureOwner;
    readonly encoder: Encoder;
    readonly sink: FrameSink;
    readonly pointer: Pick<PointerPainter, "show">;
    readonly framesPerSecond: number;
    readonly startKernels?: StartFrameKernels | undefined;
    readonly now: () => Instant;
    readonly toldSize: Size;
  }) {
    this.#owner = options.owner;
    this.#encoder = options.encoder;
    this.#sink = options.sink;
    this.#pointer = options.pointer;
    this.#framesPerSecond = options.framesPerSecond;
    this.#startKernels = options.startKernels;
    this.#now = options.now;
    this.#toldSize = options.toldSize;
  }

  get facts(): PipelineFacts | undefined {
    return this.#pipeline?.facts;
  }

  /** From now on the client sees this desktop; the one before is its owner's to close. */
  show(desktop: SeenDesktop): void {
    const before = this.#pipeline;
    before?.close();
    if (this.#desktop !== undefined) this.#desktop.listener = undefined;
    this.#desktop = desktop;
    const pipeline = new Pipeline({
      desktop,
      encoder: this.#encoder,
      sink: this.#sink,
      framesPerSecond: this.#framesPerSecond,
      startKernels: this.#startKernels,
      now: this.#now,
      lastFrame: before?.facts.frames ?? 0,
      failed: (error) => this.#owner.failed(error),
    });
    pipeline.hide(this.#hidden);
    pipeline.receiveSuspended(this.#suspended);
    this.#pipeline = pipeline;
    this.#listen(desktop, pipeline);
    this.#begin();
  }

  /** The same screen by another desktop, with something more or less on it: the client is sent what differs. */
  exchange(desktop: SeenDesktop): void {
    const pipeline = this.#pipeline;
    if (pipeline === undefined || this.#desktop === undefined) return this.show(desktop);
    if (desktop === this.#desktop) return;
    this.#desktop.listener = undefined;
    this.#desktop = desktop;
    pipeline.exchange(desktop);
    this.#listen(desktop, pipeline);
    this.#showPointer();
  }

  /** The client has taken the share up again at this size. */
  reactivated(size: Size): void {
    this.#toldSize = size;
    this.#awaitsShare = false;
    this.#begin();
  }

  acknowledged(frame: number): void {
    this.#pipeline?.receiveAcknowledged(frame);
  }

  /** The user has done something, and waits for what it changes. */
  touched(): void {
    this.#pipeline?.receiveInput();
  }

  suspended(suspended: boolean): void {
    this.#suspended = suspended;
    this.#pipeline?.receiveSuspended(suspended);
  }

  /** Says something on the graphics channel, in its place among pictures. False: pictures do not go there. */
  say(command: GraphicsCommand): boolean {
    const message = this.#encoder.say?.(command);
    if (message === undefined) return false;
    this.#sink.send([message]);
    return true;
  }

  /** The client has kept these tiles from earlier connections. False: pictures do not go where it could show them. */
  offered(tiles: readonly OfferedTile[]): boolean {
    const answers = this.#encoder.offer?.(tiles);
    if (answers !== undefined && 0 < answers.length) this.#sink.send(answers);
    return answers !== undefined;
  }

  drained(): void {
    this.#pipeline?.receiveDrained();
  }

  /** `area` undefined: the client shows nothing now. */
  allow(area: Rectangle | undefined): void {
    if (area !== undefined && this.#hidden) this.#pipeline?.refresh([area]);
    this.#hidden = area === undefined;
    this.#pipeline?.hide(this.#hidden);
  }

  refresh(areas: readonly Rectangle[]): void {
    this.#pipeline?.refresh(areas);
  }

  close(): void {
    this.#pipeline?.close();
    if (this.#desktop !== undefined) this.#desktop.listener = undefined;
  }

  #listen(desktop: SeenDesktop, pipeline: Pipeline): void {
    desktop.listener = {
      damaged: () => pipeline.receiveDamaged(),
      resized: () => this.#begin(),
      cursorChanged: () => this.#showPointer(),
      ended: (why) => this.#owner.desktopEnded(why),
    };
  }

  #begin(): void {
    const size = this.#desktop?.size;
    if (size === undefined || this.#awaitsShare) return;
    // RDPGFX tells sizes itself; everybody else has to go through a deactivation.
    if (!this.#encoder.tellsSize && !sameSize(size, this.#toldSize)) {
      this.#awaitsShare = true;
      this.#pipeline?.pause();
      return this.#owner.reactivate(size);
    }
    this.#pipeline?.begin();
    this.#showPointer();
  }

  #showPointer(): void {
    if (!this.#awaitsShare) this.#pointer.show(this.#desktop?.cursor);
  }
}

/** Sends what goes to the wire to the wire, and the rest to the graphics channel, in order. */
export function sinkOf(options: {
  readonly write: (pieces: readonly Uint8Array[]) => void;
  readonly graphics: (message: Uint8Array) => void;
  readonly line: () => WireLine;
  /** A frame, or what comes before one, was handed on. */
  readonly sent: () => void;
}): FrameSink {
  return {
    send: (messages: readonly Outgoing[]) => {
      const pieces: Uint8Array[] = [];
      for (const { to, bytes } of messages) {
        if (to === "wire") pieces.push(bytes);
        else options.graphics(bytes);
      }
      options.write(pieces);
      options.sent();
    },
    get line() {
      return options.line();
    },
  };
}
