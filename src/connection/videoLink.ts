import { Socket } from "node:net";
import type { Rectangle } from "#base/geometry.ts";
import { copyPixelsInto, crop, type Pixels } from "#base/pixels.ts";
import { after, instant, milliseconds, seconds, type Instant, type Milliseconds } from "#base/units.ts";
import { videoAnswerShape, videoMemory, type VideoAnswer, type VideoRequest } from "#contracts/videoEncoder.ts";
import type { VideoStream, VideoStreamOptions, VideoStreams, VideoUnits } from "#pipeline/video/videoStream.ts";
import type { Clock } from "#system/clock.ts";
import { sendDescriptors } from "#system/native/descriptorPassing.ts";
import { SharedMemory } from "#system/native/sharedMemory.ts";
import { SystemCallError } from "#system/native/systemCallError.ts";
import { connectedUnixSocket } from "#system/native/unixSocket.ts";
import { line, LineChannel } from "#system/rpc/lineChannel.ts";

export interface VideoLinkOptions {
  /** `RUN/video.sock`. */
  readonly path: string;
  readonly encoder: Extract<VideoRequest, { readonly is: "open" }>["encoder"];
  readonly clock: Pick<Clock, "now">;
}

/**
 * The encoders of the host, for one connection. One that breaks, hangs or is not there costs nobody more than its
 * pictures: it is asked again after a second, after two, and so on.
 */
export class VideoLink implements VideoStreams {
  readonly #options: VideoLinkOptions;
  #askedAgainAt: Instant = instant(0);
  #pause: Milliseconds = pauseMin;

  constructor(options: VideoLinkOptions) {
    this.#options = options;
  }

  get isAvailable(): boolean {
    return this.#askedAgainAt <= this.#options.clock.now();
  }

  async open(options: VideoStreamOptions): Promise<VideoStream | undefined> {
    if (!this.isAvailable) return undefined;
    try {
      const stream = new LinkedStream(this.#options.path, options, () => this.#lost());
      const opened = await stream.open({ ...options, encoder: this.#options.encoder });
      if (opened.is === "opened") return stream.opened(opened.hasColours === true ? options.colours : undefined);
      stream.close();
      // A library may be installed while the service runs.
      this.#askedAgainAt = after(this.#options.clock.now(), unavailableFor);
    } catch (error) {
      if (!(error instanceof SystemCallError) && !(error instanceof VideoLost)) throw error;
      this.#lost();
    }
    return undefined;
  }

  #lost(): void {
    const now = this.#options.clock.now();
    if (after(this.#askedAgainAt, steadyFor) < now) this.#pause = pauseMin;
    this.#askedAgainAt = after(now, this.#pause);
    this.#pause = milliseconds(Math.min(this.#pause * 2, pauseMax));
  }
}

/** The encoder has ended, or was late. */
class VideoLost extends Error {}

class LinkedStream implements VideoStream {
  readonly #memory: SharedMemory;
  readonly #picture: Pixels;
  readonly #codedAt: number;
  readonly #channel: LineChannel;
  readonly #lost: () => void;
  #answer: PromiseWithResolvers<VideoAnswer> | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #number = 0;
  #colours: VideoStream["colours"];
  #isOver = false;
  readonly #first: (request: VideoRequest) => void;

  /** Throws SystemCallError. `lost` is called once, unless it is closed before. */
  constructor(path: string, { width, height }: VideoStreamOptions, lost: () => void) {
    this.#lost = lost;
    const { codedAt, length } = videoMemory({ width, height });
    this.#codedAt = codedAt;
    const descriptor = connectedUnixSocket("stream", path);
    const socket = new Socket({ fd: descriptor });
    this.#channel = new LineChannel(socket, {
      received: (message) => this.#receive(videoAnswerShape.parse(message)),
      closed: (why) => this.#fail(why),
    });
    try {
      this.#memory = new SharedMemory("holdfast-video", length);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    this.#picture = { width, height, data: this.#memory.bytes, offset: 0, stride: width * 4 };
    this.#first = (request) => sendDescriptors(descriptor, line(request), [this.#memory.descriptor]);
  }

  /** Rejects with VideoLost. */
  open(options: VideoStreamOptions & Pick<VideoLinkOptions, "encoder">) {
    const { width, height, framesPerSecond, kilobits, encoder, colours } = options;
    const wanted = colours === undefined ? {} : { colours };
    this.#first({ is: "open", width, height, framesPerSecond, kilobits, encoder, ...wanted });
    return this.#awaitAnswer(openedWithin);
  }

  opened(colours: VideoStream["colours"]): this {
    this.#colours = colours;
    return this;
  }

  get colours(): VideoStream["colours"] {
    return this.#colours;
  }

  async encode(
    pixels: Pixels,
    region: Rectangle,
    { kilobits, withoutColours = false }: Parameters<VideoStream["encode"]>[2],
  ): Promise<VideoUnits | undefined> {
    if (this.#isOver) throw new VideoLost("the stream is over");
    copyPixelsInto(this.#picture, crop(pixels, region));
    return this.#ask({ kilobits, ...(withoutColours ? { views: "main" } : {}) });
  }

  async encodeColours(kilobits: number): Promise<VideoUnits | undefined> {
    if (this.#isOver) throw new VideoLost("the stream is over");
    return this.#ask({ kilobits, views: "chroma" });
  }

  async #ask(
    what: Omit<Extract<VideoRequest, { readonly is: "encode" }>, "is" | "number">,
  ): Promise<VideoUnits | undefined> {
    this.#channel.send({ is: "encode", number: ++this.#number, ...what } satisfies VideoRequest);
    const answer = await this.#awaitAnswer(encodedWithin);
    if (answer.is !== "encoded" || answer.number !== this.#number) throw new VideoLost("an answer to nothing");
    const { bytes, chromaBytes = 0 } = answer;
    if (this.#isOver || bytes + chromaBytes === 0) return undefined;
    const [from, to] = [this.#codedAt, this.#codedAt + bytes];
    return {
      ...(0 < bytes ? { main: this.#memory.bytes.slice(from, to) } : {}),
      ...(0 < chromaBytes ? { chroma: this.#memory.bytes.slice(to, to + chromaBytes) } : {}),
    };
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#answer?.reject(new VideoLost("the stream was closed"));
    this.#channel.end("the stream was closed");
    this.#memory.close();
  }

  #awaitAnswer(within: Milliseconds): Promise<VideoAnswer> {
    this.#answer = Promise.withResolvers();
    this.#deadline = setTimeout(() => this.#fail("it was late"), within);
    return this.#answer.promise;
  }

  #receive(answer: VideoAnswer): void {
    clearTimeout(this.#deadline);
    this.#answer?.resolve(answer);
    this.#answer = undefined;
  }

  #fail(why: string): void {
    if (this.#isOver) return;
    const answer = this.#answer;
    this.#answer = undefined;
    this.close();
    this.#lost();
    answer?.reject(new VideoLost(why));
  }
}

/** A process has to be started for the first one. */
const openedWithin = seconds(10);
/** Longer, and nobody would call it a film. */
const encodedWithin = seconds(1);
const pauseMin = seconds(1);
const pauseMax = seconds(60);
const steadyFor = seconds(60);
const unavailableFor = seconds(600);
