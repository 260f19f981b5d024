import { createConnection, type Socket } from "node:net";
import x11, { type Answer, type Client, type Display, type Extensions, type X11Event } from "x11";
import type { Milliseconds } from "#base/units.ts";
import { descriptorOf } from "#system/native/descriptorPassing.ts";
import { peerCredentials } from "#system/native/processControl.ts";

export interface X11ConnectionOptions {
  /** The N of `:N`: its socket is /tmp/.X11-unix/XN. */
  readonly display: number;
  /** MIT-MAGIC-COOKIE-1 in hexadecimal. No file is asked for it. */
  readonly cookie: string;
  /** Within this the server must accept us, and answer each request. */
  readonly answerWithin: Milliseconds;
  /** Errors that the server reports about requests without a reply, one sentence each. */
  readonly log: (line: string) => void;
}

/**
 * One connection to an X server. Every reply has a deadline, and the death of the server is an event, never an
 * exception.
 */
export class X11Connection {
  readonly client: Client;
  readonly display: Display;
  readonly root: number;
  /** Told once, unless we closed ourselves. Every reply that was awaited has been rejected before. */
  onEnded: ((why: string) => void) | undefined;
  onEvent: ((event: X11Event) => void) | undefined;
  readonly #socket: Socket;
  readonly #name: string;
  readonly #answerWithin: Milliseconds;
  readonly #waiting = new Set<(why: string) => void>();
  #open = true;

  private constructor(socket: Socket, display: Display, root: number, options: X11ConnectionOptions) {
    this.#socket = socket;
    this.#name = serverName(options);
    this.#answerWithin = options.answerWithin;
    this.display = display;
    this.client = display.client;
    this.root = root;
    this.client.on("event", (event) => this.onEvent?.(event));
    this.client.on("error", (error) => {
      if (typeof error.error === "number") {
        options.log(`${this.#name} refused request ${error.majorOpcode ?? "?"}: ${error.message}`);
      } else {
        this.#end(`The connection to ${this.#name} broke: ${error.message}.`);
      }
    });
    socket.on("close", () => this.#end(`${this.#name} closed the connection.`));
  }

  /** Rejects with one sentence when the server is not there, refuses the cookie or does not answer in time. */
  static open(options: X11ConnectionOptions): Promise<X11Connection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(`/tmp/.X11-unix/X${options.display}`);
      const fail = (why: string): void => {
        clearTimeout(deadline);
        socket.destroy();
        reject(new Error(why));
      };
      const deadline = setTimeout(
        () => fail(`${serverName(options)} did not accept us within ${options.answerWithin} ms.`),
        options.answerWithin,
      );
      const client = x11.createClient(
        {
          stream: socket,
          display: `:${options.display}`,
          auth: { name: "MIT-MAGIC-COOKIE-1", data: Buffer.from(options.cookie, "hex").toString("latin1") },
          disableBigRequests: true,
          bufferRequests: true,
        },
        (error, display) => {
          const screen = display?.screen[0];
          if (error || screen === undefined) {
            fail(`No connection to ${serverName(options)}: ${error?.message ?? "it has no screen"}.`);
            return;
          }
          clearTimeout(deadline);
          resolve(new X11Connection(socket, display, screen.root, options));
        },
      );
      client.on("error", (error) => fail(`No connection to ${serverName(options)}: ${error.message}.`));
    });
  }

  /** The user that the server runs as. */
  get serverUserId(): number {
    return peerCredentials(descriptorOf(this.#socket)).userId;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * Sends a request and waits for its reply. Rejects when the server reports an error, does not answer in time, or
   * ended.
   */
  ask<T>(request: string, send: (answer: Answer<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.#open) {
        reject(new Error(`${this.#name} is gone: ${request} was not sent`));
        return;
      }
      const settle = (): void => {
        clearTimeout(deadline);
        this.#waiting.delete(giveUp);
      };
      const giveUp = (why: string): void => {
        settle();
        reject(new Error(why));
      };
      const deadline = setTimeout(
        () => this.#end(`${this.#name} did not answer ${request} within ${this.#answerWithin} ms.`),
        this.#answerWithin,
      );
      this.#waiting.add(giveUp);
      send((error, reply) => {
        settle();
        if (error) reject(new Error(`${this.#name} refused ${request}: ${error.message}`));
        else resolve(reply);
        return true;
      });
    });
  }

  extension<Name extends keyof Extensions>(name: Name): Promise<Extensions[Name]> {
    return this.ask(`the extension ${name}`, (answer) => this.client.require(name, answer));
  }

  /** Awaited replies are rejected; nothing is told. */
  close(): void {
    this.onEnded = undefined;
    this.onEvent = undefined;
    this.#end("We closed the connection.");
  }

  #end(why: string): void {
    if (!this.#open) return;
    this.#open = false;
    // Destroyed in a later turn: what was requested last has then left the buffer of this turn.
    setImmediate(() => this.#socket.destroySoon());
    for (const giveUp of this.#waiting) giveUp(why);
    this.onEnded?.(why);
  }
}

const serverName = (options: X11ConnectionOptions): string => `the X server :${options.display}`;
