import type { ChildProcess } from "node:child_process";
import { chmodSync, chownSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { milliseconds } from "#base/units.ts";
import { videoPoolSays } from "#contracts/videoEncoder.ts";
import type { Clock } from "#system/clock.ts";
import type { Log } from "#system/log.ts";

interface Encoder {
  readonly child: ChildProcess;
  streams: number;
  /** When it was last heard of. */
  heardAt: number;
  idleSince: number | undefined;
}

/**
 * The processes that make H.264: none while nobody watches anything that moves, few when many do. A connection's socket
 * is a stream, handed to the process that has fewest; from then on the service has no part in it. Whoever hangs is
 * killed; his connections notice at their own deadlines, and come again.
 */
export class VideoEncoders {
  readonly #options: VideoEncodersOptions;
  readonly #encoders = new Set<Encoder>();
  readonly #server: Server;
  readonly #watch: NodeJS.Timeout;

  constructor(options: VideoEncodersOptions) {
    this.#options = options;
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#receive(socket));
    this.#server.on("error", (error) => options.log.error("videoNotServed", { why: error.message }));
    rmSync(options.path, { force: true });
    this.#server.listen(options.path, () => {
      if (options.group !== undefined) chownSync(options.path, 0, options.group);
      chmodSync(options.path, 0o660);
    });
    this.#watch = setInterval(() => this.#review(), reviewedEvery).unref();
  }

  /** The processes that are there. */
  get processes(): readonly number[] {
    return [...this.#encoders].flatMap(({ child: { pid } }) => (pid === undefined ? [] : [pid]));
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Takes no new streams. Those that are there go on, and their processes with them. */
  close(): void {
    clearInterval(this.#watch);
    this.#server.close();
    for (const { child } of this.#encoders) if (child.connected) child.disconnect();
  }

  #receive(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    const encoder = this.#choose();
    if (encoder === undefined) return void socket.destroy();
    encoder.streams++;
    encoder.idleSince = undefined;
    encoder.child.send({}, socket, (error) => {
      if (error !== null) socket.destroy();
    });
  }

  /** The one with fewest streams, or another one where all have enough. */
  #choose(): Encoder | undefined {
    const [least] = [...this.#encoders].toSorted((a, b) => a.streams - b.streams);
    const isEnough =
      least !== undefined && (least.streams < streamsEach || this.#encoders.size === this.#options.atMost);
    return isEnough ? least : (this.#start() ?? least);
  }

  #start(): Encoder | undefined {
    const { fork, clock, log } = this.#options;
    let child: ChildProcess;
    try {
      child = fork();
    } catch (error) {
      log.error("videoEncoderNotStarted", { why: String(error) });
      return undefined;
    }
    const now = clock.now();
    const encoder: Encoder = { child, streams: 0, heardAt: now, idleSince: now };
    this.#encoders.add(encoder);
    child.on("message", (message: unknown) => {
      const { streams } = videoPoolSays.parse(message);
      encoder.heardAt = clock.now();
      encoder.streams = streams;
      encoder.idleSince = streams === 0 ? (encoder.idleSince ?? clock.now()) : undefined;
    });
    child.once("error", (error) => log.error("videoEncoderNotStarted", { why: error.message }));
    child.once("exit", (code, signal) => {
      this.#encoders.delete(encoder);
      if (code !== 0) log.warn("videoEncoderCrashed", { code: code ?? undefined, signal: signal ?? undefined });
    });
    return encoder;
  }

  /** Those that have had nothing to do for a while go; those that do not answer are killed. */
  #review(): void {
    const now = this.#options.clock.now();
    for (const encoder of this.#encoders) {
      const { child, heardAt, idleSince } = encoder;
      if (answersWithin < now - heardAt) {
        this.#options.log.warn("videoEncoderHangs", { pid: child.pid });
        child.kill("SIGKILL");
      } else if (idleSince !== undefined && idleFor < now - idleSince) {
        this.#encoders.delete(encoder);
        if (child.connected) child.disconnect();
      } else if (child.connected) child.send({});
    }
  }
}

export interface VideoEncodersOptions {
  /** The socket that connections come to. */
  readonly path: string;
  /** The group that may; absent: only ourselves. */
  readonly group: number | undefined;
  /** Starts one process with a channel for messages and sockets, and tells it how to start. */
  readonly fork: () => ChildProcess;
  /** Processes. */
  readonly atMost: number;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** From so many on another process is better, where one may be started. */
const streamsEach = 3;
const reviewedEvery = milliseconds(5000);
/** A start on a host that has much to do takes its time. */
const answersWithin = milliseconds(20_000);
const idleFor = milliseconds(30_000);
