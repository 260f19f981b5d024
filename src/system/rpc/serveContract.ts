import { chownSync, chmodSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { limits } from "#base/limits.ts";
import { descriptorOf, sendDescriptors } from "../native/descriptorPassing.ts";
import { peerCredentials, type PeerCredentials } from "../native/processControl.ts";
import type { CallName, ContractForm, NewsHandlers, ReplyFrom, RequestTo, Tell } from "./contractForm.ts";
import { CallRefused } from "./failures.ts";
import { LineChannel, line } from "./lineChannel.ts";
import { helloShape, messageShape, type Message } from "./messages.ts";
import { disagreement, helloOf } from "./versions.ts";

/** One who has connected and speaks a version that this side understands. */
export interface Peer<C extends ContractForm> {
  /** Who connected, as the kernel noted it. */
  readonly credentials: PeerCredentials;
  readonly tell: Tell<C["serverNews"]>;
  /** Closes the socket when the peer has read what it was told, or after `limits.contractFarewell`. */
  close(why: string): void;
}

/**
 * What a server does for one peer: a function per call, one per piece of news, and `closed`. A call answers no by
 * CallRefused.
 */
export type Handlers<C extends ContractForm> = {
  readonly [K in CallName<C>]: (
    request: RequestTo<C, K>,
  ) => Promise<ReplyFrom<C, K> | ReplyWithDescriptor<ReplyFrom<C, K>>>;
} & NewsHandlers<C["clientNews"]> & {
    /** The socket is gone; called once, after everything else. */
    closed(why: string): void;
  };

export interface ServeOptions {
  /** Where the socket is made; a socket that nobody listens at any more is replaced. */
  readonly path: string;
  /** Default 0o600. */
  readonly mode?: number;
  /** Group id that owns the socket. */
  readonly group?: number;
  /** A call was answered, or refused; `took` in whole milliseconds. */
  readonly answered?: (call: string, took: number) => void;
  /** A handler threw something else than CallRefused, which is our mistake. Default: a line on stderr. */
  readonly handlerFailed?: (call: string, error: unknown) => void;
}

export interface ContractServer<C extends ContractForm> {
  /** Those connected now. */
  readonly peers: ReadonlySet<Peer<C>>;
  /** Tells everyone. */
  readonly tell: Tell<C["serverNews"]>;
  /** Takes nobody new and removes the socket; those connected stay. */
  stopListening(): void;
  /** Lets everyone go, removes the socket, and waits until it is done: at most `limits.contractFarewell`. */
  close(why: string): Promise<void>;
}

/** A reply that carries an open file (SCM_RIGHTS). */
export class ReplyWithDescriptor<T> {
  readonly value: T;
  readonly descriptor: number;
  readonly sent: () => void;

  /** `sent` is called once the descriptor has left or never will: then the sender may close it. */
  constructor(value: T, descriptor: number, sent: () => void = () => {}) {
    this.value = value;
    this.descriptor = descriptor;
    this.sent = sent;
  }
}

/** Listens at a Unix socket. Throws the system's error (EADDRINUSE: somebody else listens there). */
export async function serveContract<C extends ContractForm>(
  contract: C,
  options: ServeOptions,
  accept: (peer: Peer<C>) => Handlers<C>,
): Promise<ContractServer<C>> {
  const peers = new Set<Peer<C>>();
  const handlerFailed = options.handlerFailed ?? reportHandler;
  // With those who have not yet said which contract they speak.
  const connected = new Map<Socket, ServedPeer<C>>();
  const server = createServer((socket) => {
    const served = new ServedPeer(contract, socket, accept, peers, {
      handlerFailed,
      answered: options.answered ?? (() => {}),
    });
    connected.set(socket, served);
    socket.on("close", () => connected.delete(socket));
  });
  await listen(server, options);
  // One peer could not be accepted (no memory, say): it sees that by itself, and the others go on.
  server.on("error", (error) => handlerFailed(`${contract.name}: accept`, error));
  const gone = new Promise<void>((resolve) => server.once("close", resolve));
  const stopListening = (): void => {
    if (server.listening) server.close();
  };
  return {
    peers,
    tell: (name, value) => {
      for (const peer of peers) peer.tell(name, value);
    },
    stopListening,
    close: async (why) => {
      for (const peer of connected.values()) peer.close(why);
      stopListening();
      await gone;
    },
  };
}

type Told = Required<Pick<ServeOptions, "handlerFailed" | "answered">>;

class ServedPeer<C extends ContractForm> implements Peer<C> {
  readonly credentials: PeerCredentials;
  readonly #contract: C;
  readonly #channel: LineChannel;
  readonly #accept: (peer: Peer<C>) => Handlers<C>;
  readonly #peers: Set<Peer<C>>;
  readonly #told: Told;
  readonly #helloDeadline: NodeJS.Timeout;
  #handlers: Handlers<C> | undefined;
  #callsOpen = 0;

  constructor(contract: C, socket: Socket, accept: (peer: Peer<C>) => Handlers<C>, peers: Set<Peer<C>>, told: Told) {
    this.#contract = contract;
    this.#accept = accept;
    this.#peers = peers;
    this.#told = told;
    this.credentials = peerCredentials(descriptorOf(socket));
    this.#channel = new LineChannel(socket, {
      received: (message) => this.#received(message),
      closed: (why) => this.#closed(why),
    });
    this.#helloDeadline = setTimeout(() => this.#channel.end("the other side said nothing"), limits.contractHello);
    this.#channel.send(helloOf(contract));
  }

  tell: Tell<C["serverNews"]> = (name, value) => this.#channel.send({ news: name, value });

  close(why: string): void {
    this.#channel.finish(why);
  }

  #received(message: unknown): void {
    if (this.#handlers !== undefined) return this.#act(messageShape.parse(message));
    const hello = helloShape.parse(message);
    clearTimeout(this.#helloDeadline);
    // The other side sees the same from our hello, and says so to whoever asked it.
    if (disagreement(this.#contract, hello) !== undefined) {
      return this.close(`the other side speaks ${hello.hello} version ${hello.version}`);
    }
    this.#peers.add(this);
    this.#handlers = this.#accept(this);
  }

  #act(message: Message): void {
    if (message.news !== undefined) return this.#takeNews(message.news, message.value);
    const { call, id } = message;
    if (call === undefined || id === undefined) throw new Error("it is neither a call nor news");
    if (!(this.#callsOpen < limits.contractCallsOpen)) {
      return this.#refuse(id, "tooManyCalls", `${this.#callsOpen} calls are being answered`);
    }
    void this.#answer(call, id, message.value);
  }

  #takeNews(name: string, value: unknown): void {
    // News that a newer peer tells is not for us.
    if (!Object.hasOwn(this.#contract.clientNews, name)) return;
    const parsed: unknown = this.#contract.clientNews[name]?.parse(value, name);
    Reflect.get(this.#handlers ?? {}, name)(parsed);
  }

  async #answer(name: string, id: number, value: unknown): Promise<void> {
    const form = Object.hasOwn(this.#contract.calls, name) ? this.#contract.calls[name] : undefined;
    if (form === undefined) return this.#refuse(id, "unknownCall", `there is no call "${name}"`);
    let request: unknown;
    try {
      request = form.request.parse(value, name);
    } catch (error) {
      return this.#refuse(id, "wrongRequest", error instanceof Error ? error.message : String(error));
    }
    this.#callsOpen++;
    const since = performance.now();
    try {
      const reply: unknown = await Reflect.get(this.#handlers ?? {}, name)(request);
      if (reply instanceof ReplyWithDescriptor) this.#sendWithDescriptor(id, reply);
      else this.#channel.send({ reply: id, value: reply });
    } catch (error) {
      if (error instanceof CallRefused) return this.#refuse(id, error.code, error.message);
      this.#told.handlerFailed(`${this.#contract.name}.${name}`, error);
      this.#refuse(id, "handlerFailed", error instanceof Error ? error.message : String(error));
    } finally {
      this.#callsOpen--;
      this.#told.answered(`${this.#contract.name}.${name}`, Math.round(performance.now() - since));
    }
  }

  #sendWithDescriptor(id: number, reply: ReplyWithDescriptor<unknown>): void {
    const { socket } = this.#channel;
    socket.once("close", reply.sent);
    this.#channel.whenFlushed(() => {
      socket.off("close", reply.sent);
      try {
        sendDescriptors(descriptorOf(socket), line({ reply: id, value: reply.value }), [reply.descriptor]);
      } catch (error) {
        this.#channel.end(error instanceof Error ? error.message : String(error));
      }
      reply.sent();
    });
  }

  #refuse(id: number, code: string, message: string): void {
    this.#channel.send({ reply: id, refused: { code, message } });
  }

  #closed(why: string): void {
    clearTimeout(this.#helloDeadline);
    this.#peers.delete(this);
    this.#handlers?.closed(why);
  }
}

async function listen(server: Server, options: ServeOptions): Promise<void> {
  try {
    await listenOnce(server, options.path);
  } catch (error) {
    if (!(isSystemError(error, "EADDRINUSE") && (await isAbandoned(options.path)))) throw error;
    unlinkSync(options.path);
    await listenOnce(server, options.path);
  }
  if (options.group !== undefined) chownSync(options.path, -1, options.group);
  chmodSync(options.path, options.mode ?? 0o600);
}

function listenOnce(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Node binds during the call: nobody can connect before the mode is what was asked for.
    const umask = process.umask(0o177);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
    process.umask(umask);
  });
}

function isAbandoned(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", (error) => resolve(isSystemError(error, "ECONNREFUSED")));
  });
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function reportHandler(call: string, error: unknown): void {
  process.stderr.write(`${call} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
