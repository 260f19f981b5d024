import { connect } from "node:net";
import { limits } from "#base/limits.ts";
import { ShapeError } from "#base/shape/shape.ts";
import type { CallName, ContractForm, NewsHandlers, ReplyFrom, RequestTo, Tell } from "./contractForm.ts";
import { ownWaits } from "../inside/openWaits.ts";
import { CallFailed, ConnectFailed, type CallCause, type SpokenVersions } from "./failures.ts";
import { LineChannel } from "./lineChannel.ts";
import { helloShape, messageShape, type Hello, type Message } from "./messages.ts";
import { disagreement, helloOf } from "./versions.ts";

export interface ContractClient<C extends ContractForm> {
  /** Waits as long as the contract says; throws CallFailed. */
  call<K extends CallName<C>>(name: K, request: RequestTo<C, K>): Promise<ReplyFrom<C, K>>;
  readonly tell: Tell<C["clientNews"]>;
  /** What the server speaks, as it said itself; absent: it was not noted. */
  readonly server?: SpokenVersions | undefined;
  /** Resolves, with one sentence why, when the socket is gone, whoever closed it. */
  readonly closed: Promise<string>;
  /** Closes the socket when the server has read what it was told, or after `limits.contractFarewell`. */
  close(): void;
}

/** Connects to who serves `contract` at `path`. Throws ConnectFailed, at the latest after `limits.contractHello`. */
export async function connectContract<C extends ContractForm>(
  contract: C,
  path: string,
  news: NewsHandlers<C["serverNews"]>,
): Promise<ContractClient<C>> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", (error: NodeJS.ErrnoException) =>
      reject(new ConnectFailed(contract.name, path, { is: "unreachable", code: error.code ?? error.message })),
    );
  });
  socket.removeAllListeners("error");
  const { promise: hello, resolve: greeted } = Promise.withResolvers<Hello>();
  const client = new Client(contract, news, greeted);
  const channel = client.open((listener) => new LineChannel(socket, listener));
  channel.send(helloOf(contract));
  const deadline = setTimeout(() => channel.end("the other side said nothing"), limits.contractHello);
  const first = await Promise.race([hello, client.closed]);
  clearTimeout(deadline);
  if (typeof first === "string") throw new ConnectFailed(contract.name, path, { is: "closed", why: first });
  const problem = disagreement(contract, first);
  if (problem === undefined) return client;
  channel.end("it speaks something else");
  throw new ConnectFailed(contract.name, path, problem);
}

/**
 * A client over a channel that somebody opens; `greeted` gets the server's hello, unless it has been received before.
 */
export class Client<C extends ContractForm> implements ContractClient<C> {
  readonly #closed = Promise.withResolvers<string>();
  readonly closed: Promise<string> = this.#closed.promise;
  readonly #contract: C;
  readonly #news: NewsHandlers<C["serverNews"]>;
  readonly #waiting = new Map<number, Waiting>();
  #greeted: ((hello: Hello) => void) | undefined;
  #channel: LineChannel | undefined;
  #server: SpokenVersions | undefined;
  #lastId = 1;
  #why: string | undefined;

  constructor(contract: C, news: NewsHandlers<C["serverNews"]>, greeted?: (hello: Hello) => void) {
    this.#contract = contract;
    this.#news = news;
    this.#greeted = greeted;
  }

  get server(): SpokenVersions | undefined {
    return this.#server;
  }

  open(make: (listener: { received(message: unknown): void; closed(why: string): void }) => LineChannel): LineChannel {
    this.#channel = make({ received: (message) => this.#received(message), closed: (why) => this.#ended(why) });
    return this.#channel;
  }

  call<K extends CallName<C>>(name: K, request: RequestTo<C, K>): Promise<ReplyFrom<C, K>> {
    const form = this.#contract.calls[name];
    if (form === undefined) throw new Error(`the contract ${this.#contract.name} has no call ${name}`);
    const label = `${this.#contract.name}.${name}`;
    const reply = new Promise<ReplyFrom<C, K>>((resolve, reject) => {
      if (this.#why !== undefined) return reject(new CallFailed(label, { is: "closed", why: this.#why }));
      const id = ++this.#lastId;
      const fail = (cause: CallCause) => reject(new CallFailed(label, cause));
      const deadline = setTimeout(() => {
        this.#waiting.delete(id);
        fail({ is: "deadline", after: form.deadline });
      }, form.deadline);
      this.#waiting.set(id, {
        deadline,
        fail,
        take: (value) => {
          const parsed = parseReply(form.reply, value, label);
          if (parsed.is === "shape") fail(parsed);
          else resolve(parsed.value);
        },
      });
      this.#channel?.send({ call: name, id, value: request });
    });
    return ownWaits.during(label, form.deadline, reply);
  }

  tell: Tell<C["clientNews"]> = (name, value) => this.#channel?.send({ news: name, value });

  close(): void {
    this.#channel?.finish("this side closed the connection");
  }

  #received(message: unknown): void {
    if (this.#greeted !== undefined) {
      const greeted = this.#greeted;
      this.#greeted = undefined;
      const hello = helloShape.parse(message);
      this.#server = { version: hello.version, oldest: hello.oldest };
      return greeted(hello);
    }
    this.#act(messageShape.parse(message));
  }

  #act(message: Message): void {
    if (message.news !== undefined) {
      // News that a newer server tells is not for us.
      if (!Object.hasOwn(this.#contract.serverNews, message.news)) return;
      const parsed: unknown = this.#contract.serverNews[message.news]?.parse(message.value, message.news);
      const handlers: Readonly<Record<string, (value: any) => void>> = this.#news;
      return handlers[message.news]?.(parsed);
    }
    if (message.reply === undefined) throw new Error("it is neither a reply nor news");
    const waiting = this.#waiting.get(message.reply);
    // The answer to a call whose deadline has passed.
    if (waiting === undefined) return;
    this.#waiting.delete(message.reply);
    clearTimeout(waiting.deadline);
    if (message.refused !== undefined) waiting.fail({ is: "refused", ...message.refused });
    else waiting.take(message.value);
  }

  #ended(why: string): void {
    this.#why = why;
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.deadline);
      waiting.fail({ is: "closed", why });
    }
    this.#waiting.clear();
    this.#closed.resolve(why);
  }
}

interface Waiting {
  readonly deadline: NodeJS.Timeout;
  fail(cause: CallCause): void;
  take(value: unknown): void;
}

type ParsedReply<T> = { readonly is: "value"; readonly value: T } | { readonly is: "shape"; readonly message: string };

/** A reply by its shape, or what is wrong with it. */
export function parseReply<T>(
  shape: { parse(value: unknown, path?: string): T },
  value: unknown,
  label: string,
): ParsedReply<T> {
  try {
    return { is: "value", value: shape.parse(value, label) };
  } catch (error) {
    if (error instanceof ShapeError) return { is: "shape", message: error.message };
    throw error;
  }
}
