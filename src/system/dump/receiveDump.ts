import { chmodSync, chownSync, closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { descriptorOf } from "../native/descriptorPassing.ts";
import { peerCredentials } from "../native/processControl.ts";
import { DumpFrames, type DumpFrame } from "./dumpFrames.ts";

export interface ReceivedDump {
  /** Bytes of the heap snapshot. */
  readonly bytes: number;
  /** For how long the process did nothing else, in milliseconds. */
  readonly paused: number;
}

export interface ReceiveDumpOptions {
  /** The Unix socket to listen at, until the dump is there. */
  readonly socketPath: string;
  /** Who may connect besides our own user. */
  readonly group: number | undefined;
  /** The process whose dump it is: nobody else's is taken. */
  readonly pid: number;
  /** Where the heap snapshot and the report are written; what is written by halves is removed. */
  readonly heapPath: string;
  readonly reportPath: string;
  /** Bytes that it may have at most. */
  readonly atMost: number;
  /** Milliseconds in which it must have come as a whole. */
  readonly within: number;
  /** Has the process send it, once somebody listens; rejects when it cannot be told to. */
  readonly order: () => Promise<void>;
}

/**
 * Takes the dump that a process of ours sends of itself. Rejects with why there is none; then no file of it is left.
 */
export async function receiveDump(options: ReceiveDumpOptions): Promise<ReceivedDump> {
  const { socketPath, group, within, order } = options;
  const { promise: received, resolve, reject } = Promise.withResolvers<ReceivedDump>();
  const file = new DumpFile(options, resolve);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", reject);
    // Whoever else comes is not listened to.
    if (peerCredentials(descriptorOf(socket)).processId !== options.pid) return void socket.destroy();
    socket.on("data", (piece: Buffer) => {
      try {
        file.receive(piece);
      } catch (error) {
        reject(error);
        socket.destroy();
      }
    });
    socket.on("close", () => reject(new Error("the process ended before its dump was whole")));
  });
  const late = setTimeout(() => reject(new Error(`it sent no whole dump within ${within / 1000} s`)), within);
  received.catch(() => {});
  try {
    await listen(server, socketPath, group);
    await order();
    return await received;
  } catch (error) {
    file.remove();
    throw error;
  } finally {
    clearTimeout(late);
    file.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** The two files of a dump as they are written. */
class DumpFile {
  readonly #options: ReceiveDumpOptions;
  readonly #whole: (received: ReceivedDump) => void;
  readonly #frames = new DumpFrames();
  #descriptor: number | undefined;
  #bytes = 0;

  constructor(options: ReceiveDumpOptions, whole: (received: ReceivedDump) => void) {
    this.#options = options;
    this.#whole = whole;
    this.#descriptor = openSync(options.heapPath, "wx", 0o600);
  }

  receive(piece: Buffer): void {
    for (const frame of this.#frames.receive(piece)) this.#take(frame);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  remove(): void {
    for (const path of [this.#options.heapPath, this.#options.reportPath]) rmSync(path, { force: true });
  }

  #take({ is, bytes }: DumpFrame): void {
    if (is === "report") return writeFileSync(this.#options.reportPath, bytes, { mode: 0o600 });
    if (is === "end") return this.#whole({ bytes: this.#bytes, paused: pausedOf(bytes) });
    this.#bytes += bytes.length;
    if (this.#options.atMost < this.#bytes) {
      throw new Error(`its heap snapshot is larger than ${Math.round(this.#options.atMost / 1e6)} MB`);
    }
    if (this.#descriptor === undefined) return;
    for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
  }
}

function listen(server: ReturnType<typeof createServer>, path: string, group: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const umask = process.umask(0o177);
    server.listen(path, () => {
      if (group !== undefined) {
        chownSync(path, -1, group);
        chmodSync(path, 0o660);
      }
      resolve();
    });
    process.umask(umask);
  });
}

function pausedOf(bytes: Buffer): number {
  const end: unknown = JSON.parse(bytes.toString("utf8"));
  return typeof end === "object" && end !== null && "paused" in end ? Number(end.paused) : 0;
}
