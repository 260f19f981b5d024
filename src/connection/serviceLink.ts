import { setTimeout as delay } from "node:timers/promises";
import { serviceContract, type ConnectionFacts, type SessionToTake, type TraceOrder } from "#contracts/service.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { ConnectionJourney } from "./journey.ts";
import { sendDump } from "#system/dump/sendDump.ts";
import { lookInside } from "#system/inside/lookInside.ts";
import type { Log } from "#system/log.ts";
import { connectContract, type ContractClient } from "#system/rpc/connectContract.ts";
import type { CallName, NewsHandlers, ReplyFrom, RequestTo, Tell } from "#system/rpc/contractForm.ts";
import { CallFailed } from "#system/rpc/failures.ts";

type Contract = typeof serviceContract;

/** What the service tells without being asked. */
export interface LinkListener extends Pick<NewsHandlers<Contract["serverNews"]>, "messageBox" | "messageBoxGone"> {
  /** It has gone away: what it wanted of us it wants no more. */
  serviceLost(): void;
}

/**
 * The way to the service. The service may go and come back: the link finds it again, and announces this connection
 * anew.
 */
export class ServiceLink {
  /** Set once by the one who can act on it. */
  listener: LinkListener | undefined;
  /** Brings this connection to another session; undefined: it is at none. */
  sessionTaker: ((order: SessionToTake) => void) | undefined;
  /** Draws over the screen how it is sent; undefined: there is no picture yet. */
  overlayTurner: ((shown: boolean) => void) | undefined;
  /** Keeps the refusal on the screen for so many seconds; undefined: none stands there. */
  refusalHolder: ((seconds: number) => void) | undefined;
  /** Hands out what was recorded here; undefined: the service is away, and whatever it wanted is over. */
  traceOrdered: ((order: TraceOrder | undefined) => void) | undefined;
  readonly #path: string;
  readonly #journey: Pick<ConnectionJourney, "waitFor">;
  readonly #log: Log;
  #facts: ConnectionFacts;
  #client: Promise<ContractClient<Contract>>;
  #closed = false;

  constructor(options: {
    readonly path: string;
    readonly facts: ConnectionFacts;
    /** Remembers for how long answers were waited for. */
    readonly journey: Pick<ConnectionJourney, "waitFor">;
    readonly log: Log;
  }) {
    this.#path = options.path;
    this.#journey = options.journey;
    this.#facts = options.facts;
    this.#log = options.log;
    this.#client = this.#connect();
  }

  get facts(): ConnectionFacts {
    return this.#facts;
  }

  /** Asks; waits for the service as long as it is away, at most `awayAtMost` in all, and then fails with CallFailed. */
  call<K extends CallName<Contract>>(name: K, request: RequestTo<Contract, K>): Promise<ReplyFrom<Contract, K>> {
    const answer = this.#ask(name, request);
    // Nobody waits for it: a trace is written beside what goes on.
    return name === "traceData" ? answer : this.#journey.waitFor(waitWords[name], answer);
  }

  async #ask<K extends CallName<Contract>>(name: K, request: RequestTo<Contract, K>): Promise<ReplyFrom<Contract, K>> {
    const deadline = performance.now() + awayAtMost;
    for (;;) {
      try {
        return await (await withDeadline(this.#client, deadline)).call(name, request);
      } catch (error) {
        const lost = error instanceof CallFailed && error.cause.is === "closed";
        if (!lost || deadline < performance.now()) throw error;
        await delay(retryAfter);
      }
    }
  }

  /** Tells what has changed about this connection. */
  change(changes: Partial<ConnectionFacts>): void {
    this.#facts = { ...this.#facts, ...changes };
    this.tell("changed", this.#facts);
  }

  /** To a service that is away it is told when that is back. */
  tell: Tell<Contract["clientNews"]> = (name, value) => {
    void this.#client.then((client) => client.tell(name, value));
  };

  /** Tells the end, and leaves. `broken`: the client vanished without a word. */
  async end(how: string, refusal: Refusal | undefined, broken: boolean): Promise<void> {
    this.#closed = true;
    const client = await Promise.race([this.#client, delay(endTakesAtMost, undefined)]);
    if (client === undefined) return;
    client.tell("ended", { how, broken, ...(refusal === undefined ? {} : { refusal }) });
    client.close();
    await Promise.race([client.closed, delay(endTakesAtMost)]);
  }

  async #connect(): Promise<ContractClient<Contract>> {
    for (;;) {
      try {
        const client = await connectContract(serviceContract, this.#path, {
          messageBox: (box) => this.listener?.messageBox(box),
          messageBoxGone: (box) => this.listener?.messageBoxGone(box),
          takeSession: (order) => this.#takeSession(order),
          overlay: ({ shown }) => this.overlayTurner?.(shown),
          lookInside: ({ id }) => this.tell("inside", { id, inside: lookInside() }),
          sendDump: ({ path }) => void this.#sendDump(path),
          holdRefusal: ({ seconds }) => this.refusalHolder?.(seconds),
          trace: (order) => this.traceOrdered?.(order),
        });
        try {
          await client.call("announce", this.#facts);
        } catch (error) {
          client.close();
          throw error;
        }
        void client.closed.then((why) => this.#lost(why));
        return client;
      } catch (error) {
        this.#log.debug("serviceAway", { why: error instanceof Error ? error.message : String(error) });
        await delay(retryAfter);
      }
    }
  }

  async #sendDump(path: string): Promise<void> {
    try {
      await sendDump(path);
    } catch (error) {
      this.#log.warn("dumpNotSent", { why: error instanceof Error ? error.message : String(error) });
    }
  }

  #takeSession(order: SessionToTake): void {
    if (this.sessionTaker !== undefined) return this.sessionTaker(order);
    this.tell("sessionTaken", { id: order.id, problem: "it is not at a session" });
  }

  #lost(why: string): void {
    if (this.#closed) return;
    this.#log.info("serviceLost", { why });
    this.#client = this.#connect();
    this.listener?.serviceLost();
    this.traceOrdered?.(undefined);
  }
}

async function withDeadline<T>(promise: Promise<T>, deadline: number): Promise<T> {
  const late = Symbol("late");
  const result = await Promise.race([promise, delay(Math.max(0, deadline - performance.now()), late)]);
  if (result !== late) return result as T;
  throw new CallFailed("service", { is: "closed", why: `it was away for ${awayAtMost / 1000} s` });
}

/** What somebody is said to have waited for while the service answers. */
const waitWords: Readonly<Record<CallName<Contract>, string>> = {
  announce: "the service",
  offersNla: "the service: is NLA offered",
  verifyNtlm: "the service: is the NLA proof right",
  signIn: "PAM: may he sign in",
  answer: "PAM: is the answer right",
  reconnect: "the service: is the cookie good",
  openSession: "the service: a session",
  renewCookie: "the service: another cookie",
  rejectedCodecs: "the service: what the client takes",
  traceData: "the service: a trace",
};
const awayAtMost = 60_000;
const retryAfter = 200;
const endTakesAtMost = 500;
