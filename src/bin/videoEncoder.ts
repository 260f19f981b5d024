import { readSync, writeSync, closeSync } from "node:fs";
import { Socket } from "node:net";
import { flushCompileCache } from "node:module";
import koffi from "koffi";
import { milliseconds } from "#base/units.ts";
import {
  videoMemory,
  videoPoolSays,
  videoRequestShape,
  videoStartShape,
  type VideoAnswer,
  type VideoRequest,
} from "#contracts/videoEncoder.ts";
import type { Yuv420 } from "#codecs/yuv420/yuv420.ts";
import { openYuvReader, type YuvReader } from "#codecs/yuv420/yuvReader.ts";
import {
  canEncodeDual,
  h264Encoders,
  openH264Encoder,
  type H264Encoder,
  type H264View,
} from "#system/h264/h264Encoder.ts";
import { loadKernels, startKernels } from "#system/kernels.ts";
import { descriptorOf, receiveLine } from "#system/native/descriptorPassing.ts";
import { forbidDumps, forbidNewPrivileges, setProcessName } from "#system/native/processControl.ts";
import { SystemCallError } from "#system/native/systemCallError.ts";
import { setOomScore } from "#system/oomScore.ts";
import { LineChannel } from "#system/rpc/lineChannel.ts";

// Pictures to H.264, for several connections: a socket is a stream. The service hands the sockets over, and asks now
// and then whether this process still answers. When it goes away, the streams that are there come to their end.
const kernels = loadKernels();
const streams = new Set<Stream>();
let isStarted = false;
process.on("SIGHUP", () => {});
process.on("SIGINT", () => {});
process.on("message", (message: unknown, handle: unknown) => {
  if (!isStarted) start(message);
  else if (handle instanceof Socket) void receiveStream(handle);
  else tellPool();
});
process.on("disconnect", leaveWhenIdle);
// It may have happened while the program was being loaded.
if (!process.connected) process.exit(0);

function start(message: unknown): void {
  const { runAs } = videoStartShape.parse(message);
  isStarted = true;
  flushCompileCache();
  setProcessName("video encoder");
  if (runAs !== undefined) {
    // The service is kept; what can be done without is not.
    setOomScore(0);
    process.setgroups?.([runAs.gid]);
    process.setgid?.(runAs.gid);
    process.setuid?.(runAs.uid);
  }
  forbidNewPrivileges();
  forbidDumps();
}

/** Its first line brings the memory of the pictures, which Node would throw away. */
async function receiveStream(socket: Socket): Promise<void> {
  try {
    const descriptor = descriptorOf(socket);
    const { line, rest, descriptors } = await receiveLine(descriptor, firstLine);
    const [memory, ...others] = descriptors;
    for (const other of others) closeSync(other);
    const request = videoRequestShape.parse(JSON.parse(Buffer.from(line).toString("utf8")));
    if (memory === undefined || request.is !== "open") throw new Error("a stream begins with its memory");
    const stream = new Stream(socket, memory, request);
    streams.add(stream);
    tellPool();
    stream.begin(Buffer.from(rest));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Whoever it was is told by the end of the socket, and tries again.
    socket.destroy(error instanceof SystemCallError ? undefined : error);
  }
}

class Stream {
  readonly #channel: LineChannel;
  readonly #memory: number;
  readonly #open: Extract<VideoRequest, { readonly is: "open" }>;
  readonly #codedAt: number;
  readonly #length: number;
  #encoder: H264Encoder | undefined;
  #kilobits: number;
  #reader: YuvReader | undefined;

  constructor(socket: Socket, memory: number, open: Extract<VideoRequest, { readonly is: "open" }>) {
    this.#memory = memory;
    this.#open = open;
    this.#kilobits = open.kilobits;
    ({ codedAt: this.#codedAt, length: this.#length } = videoMemory(open));
    this.#channel = new LineChannel(socket, {
      received: (message) => this.#receive(videoRequestShape.parse(message)),
      closed: () => this.#closed(),
    });
  }

  begin(rest: Buffer): void {
    const { width, height, encoder: wanted, colours } = this.#open;
    const [name] = h264Encoders(wanted === "auto" ? undefined : wanted);
    if (name === undefined) return this.#say({ is: "unavailable", why: "there is no library for H.264 on this host" });
    const isDual = colours !== undefined && canEncodeDual(name);
    try {
      this.#encoder = openH264Encoder(name, { ...this.#open, isDual });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return this.#say({ is: "unavailable", why: error.message });
    }
    const start = kernels === undefined ? undefined : (frameBytes: number) => startKernels(kernels, { frameBytes });
    this.#reader = openYuvReader({ width, height }, { start, form: isDual ? colours : undefined });
    this.#say({ is: "opened", encoder: name, hasColours: isDual });
    this.#channel.receiveBytes(rest);
    this.#channel.socket.resume();
  }

  #receive(request: VideoRequest): void {
    const [encoder, reader] = [this.#encoder, this.#reader];
    if (request.is === "open" || encoder === undefined || reader === undefined) throw new Error("it is open already");
    const { number, kilobits, views } = request;
    if (kilobits !== this.#kilobits) encoder.setRate(kilobits);
    this.#kilobits = kilobits;
    reader.read((target) => readSync(this.#memory, target, 0, target.length, 0));
    const bytes = views === "chroma" ? 0 : this.#encode(encoder, reader.main(), "main", 0);
    // Its colours belong to this picture: one without the other is nothing.
    const hasChroma = views !== "main" && (views === "chroma" || 0 < bytes) && reader.isColourful;
    const chromaBytes = hasChroma ? this.#encode(encoder, reader.chroma(), "chroma", bytes) : 0;
    this.#say({ is: "encoded", number, bytes, ...(0 < chromaBytes ? { chromaBytes } : {}) });
  }

  /** Puts it so many bytes behind the picture; how long it is. */
  #encode(encoder: H264Encoder, { luma, blue, red }: Yuv420, view: H264View, behind: number): number {
    const planes = { luma: koffi.address(luma), blue: koffi.address(blue), red: koffi.address(red) };
    const coded = encoder.encode(planes, view);
    const start = this.#codedAt + behind;
    if (this.#length - start < coded.length) throw new Error("a picture has become larger than it was");
    for (let at = 0; at < coded.length;) at += writeSync(this.#memory, coded, at, coded.length - at, start + at);
    return coded.length;
  }

  #say(answer: VideoAnswer): void {
    this.#channel.send(answer);
  }

  #closed(): void {
    this.#encoder?.[Symbol.dispose]();
    this.#encoder = undefined;
    closeSync(this.#memory);
    streams.delete(this);
    tellPool();
    leaveWhenIdle();
  }
}

function tellPool(): void {
  // A service that has just gone away is noticed by `disconnect`.
  if (process.connected) process.send?.(videoPoolSays.parse({ streams: streams.size }), undefined, {}, () => {});
}

function leaveWhenIdle(): void {
  if (!process.connected && streams.size === 0) process.exit(0);
}

const firstLine = { bytesMax: 4096, descriptorsMax: 4, within: milliseconds(5000) };
