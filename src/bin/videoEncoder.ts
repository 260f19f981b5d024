import { readSync, writeSync, closeSync } from "node:fs";
import { Socket } from "node:net";
import { flushCompileCache } from "node:module";
import koffi from "koffi";
import { milliseconds } from "#base/units.ts";
import type { Pixels } from "#base/pixels.ts";
import { framePixels, kernelYuv420, yuv420FrameBytes } from "#codecs/kernels/kernels.ts";
import { referenceYuv420 } from "#codecs/yuv420/yuv420.ts";
import {
  videoMemory,
  videoPoolSays,
  videoRequestShape,
  videoStartShape,
  type VideoAnswer,
  type VideoRequest,
} from "#contracts/videoEncoder.ts";
import { h264Encoders, openH264Encoder, type H264Encoder } from "#system/h264/h264Encoder.ts";
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
  #readYuv: (() => ReturnType<typeof referenceYuv420>) | undefined;

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
    const { width, height, encoder: wanted } = this.#open;
    const [name] = h264Encoders(wanted === "auto" ? undefined : wanted);
    if (name === undefined) return this.#say({ is: "unavailable", why: "there is no library for H.264 on this host" });
    try {
      this.#encoder = openH264Encoder(name, this.#open);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return this.#say({ is: "unavailable", why: error.message });
    }
    this.#readYuv = yuvReader(this.#memory, { width, height });
    this.#say({ is: "opened", encoder: name });
    this.#channel.receiveBytes(rest);
    this.#channel.socket.resume();
  }

  #receive(request: VideoRequest): void {
    const [encoder, readYuv] = [this.#encoder, this.#readYuv];
    if (request.is === "open" || encoder === undefined || readYuv === undefined) throw new Error("it is open already");
    const { number, kilobits } = request;
    if (kilobits !== this.#kilobits) encoder.setRate(kilobits);
    this.#kilobits = kilobits;
    const { luma, blue, red } = readYuv();
    const planes = { luma: koffi.address(luma), blue: koffi.address(blue), red: koffi.address(red) };
    const coded = encoder.encode(planes);
    if (this.#length - this.#codedAt < coded.length) throw new Error("a picture has become larger than it was");
    for (let at = 0; at < coded.length;) {
      at += writeSync(this.#memory, coded, at, coded.length - at, this.#codedAt + at);
    }
    this.#say({ is: "encoded", number, bytes: coded.length });
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

/** Reads the picture straight into the kernels' memory, where they have been built. */
function yuvReader(memory: number, size: { readonly width: number; readonly height: number }) {
  const bytes = size.width * size.height * 4;
  const instance = kernels === undefined ? undefined : startKernels(kernels, { frameBytes: yuv420FrameBytes(size) });
  const pixels: Pixels =
    instance === undefined
      ? { ...size, data: new Uint8Array(bytes), offset: 0, stride: size.width * 4 }
      : framePixels(instance, size);
  return () => {
    readSync(memory, pixels.data, pixels.offset, bytes, 0);
    return instance === undefined ? referenceYuv420(pixels) : kernelYuv420(instance, pixels);
  };
}

function tellPool(): void {
  // A service that has just gone away is noticed by `disconnect`.
  if (process.connected) process.send?.(videoPoolSays.parse({ streams: streams.size }), undefined, {}, () => {});
}

function leaveWhenIdle(): void {
  if (!process.connected && streams.size === 0) process.exit(0);
}

const firstLine = { bytesMax: 4096, descriptorsMax: 4, within: milliseconds(5000) };
