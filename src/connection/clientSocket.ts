import type { Socket } from "node:net";
import { TLSSocket, type SecureContext } from "node:tls";
import type { WireLine } from "#pipeline/pacing.ts";
import { descriptorOf } from "#system/native/descriptorPassing.ts";
import { probeTcpPeer, tcpLine, tcpPeer, type TcpPeer, type TcpProbes } from "#system/native/tcpPeer.ts";
import type { KeptWire } from "./keepAlive.ts";

export interface ClientSocketListener {
  /** Bytes of the client, given. Never called while TLS is being set up. */
  received(bytes: Uint8Array): void;
  /** Whole messages are on their way, as they are before they are secured; lent. */
  wrote(pieces: readonly Uint8Array[]): void;
  /** Everything written has left this process. */
  drained(): void;
  /** The socket is gone; called once. */
  closed(why: string): void;
}

/** The client's wire: plain at first, TLS or standard RDP security from a certain point on. */
export class ClientSocket implements KeptWire {
  readonly #raw: Socket;
  readonly #listener: ClientSocketListener;
  #socket: Socket;
  #seal: ((messages: Uint8Array) => Uint8Array) | undefined;
  #why: string | undefined;
  #awaitsDrain = false;

  constructor(socket: Socket, listener: ClientSocketListener) {
    this.#raw = socket;
    this.#socket = socket;
    this.#listener = listener;
    socket.setNoDelay(true);
    this.#listen(socket);
    socket.on("close", () => listener.closed(this.#why ?? "the connection was closed"));
  }

  get address(): string {
    return this.#raw.remoteAddress ?? "";
  }

  /** What waits to be sent to the client, and what the way there carries. */
  get line(): WireLine {
    // Of a TLS socket that has just gone, the one below it does not know yet.
    const isGone = this.#raw.destroyed || this.#socket.destroyed;
    const kernel = isGone ? undefined : tcpLine(descriptorOf(this.#raw));
    const bytesQueued = this.#socket.writableLength;
    if (kernel === undefined) return { bytesQueued };
    const { bytesUnsent, carries, roundTrip } = kernel;
    return { bytesQueued: bytesQueued + bytesUnsent, carries, roundTrip };
  }

  /** What the kernel knows of the client's machine; undefined once the socket is gone. */
  peer(): TcpPeer | undefined {
    return this.#raw.destroyed ? undefined : tcpPeer(descriptorOf(this.#raw));
  }

  probe(probes: TcpProbes): void {
    if (!this.#raw.destroyed) probeTcpPeer(descriptorOf(this.#raw), probes);
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Whole messages, all of them in one write, so that many small ones cost one TLS record. */
  write(pieces: readonly Uint8Array[]): void {
    const [first] = pieces;
    if (first === undefined || !this.#socket.writable) return;
    this.#listener.wrote(pieces);
    const messages = pieces.length === 1 ? first : Buffer.concat(pieces);
    const bytes = this.#seal === undefined ? messages : this.#seal(messages);
    const backlog = this.#socket.writableLength;
    if (backlogMax < backlog) return this.destroy(`the client does not read: ${backlog} bytes are waiting for it`);
    if (this.#socket.write(bytes) || this.#awaitsDrain) return;
    this.#awaitsDrain = true;
    this.#socket.once("drain", () => {
      this.#awaitsDrain = false;
      this.#listener.drained();
    });
  }

  /** What is written from here on goes through `seal`: standard RDP security. */
  secure(seal: (messages: Uint8Array) => Uint8Array): void {
    this.#seal = seal;
  }

  /** Resolves when the handshake is done; rejects with TLS's reason. */
  startTls(secureContext: SecureContext): Promise<void> {
    this.#raw.removeAllListeners("data");
    const tls = new TLSSocket(this.#raw, { isServer: true, secureContext });
    this.#socket = tls;
    return new Promise((resolve, reject) => {
      tls.once("secure", () => {
        tls.off("error", reject);
        this.#listen(tls);
        resolve();
      });
      tls.once("error", reject);
    });
  }

  /** Sends what is written, says goodbye, and closes; at the latest after two seconds. */
  end(why: string): void {
    this.#why ??= why;
    this.#socket.end();
    setTimeout(() => this.#raw.destroy(), farewell).unref();
  }

  /** Closes at once; what is queued is lost. */
  destroy(why: string): void {
    this.#why ??= why;
    this.#raw.destroy();
  }

  /**
   * Breaks the connection: nothing that is queued is sent any more, and a client that is there after all hears of it.
   */
  reset(why: string): void {
    this.#why ??= why;
    this.#raw.resetAndDestroy();
  }

  #listen(socket: Socket): void {
    socket.on("data", (bytes: Uint8Array) => this.#listener.received(bytes));
    socket.on("error", (error) => (this.#why ??= error.message));
    socket.on("end", () => (this.#why ??= "the client closed the connection"));
  }
}

const farewell = 2000;
/**
 * More than any one picture takes: pictures wait for an empty queue, and answers pile up only for who asks and does not
 * read.
 */
const backlogMax = 160 << 20;
