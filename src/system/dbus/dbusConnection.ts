import { Socket } from "node:net";
import type { Milliseconds } from "#base/units.ts";
import { asUser } from "../native/asUser.ts";
import { connectedUnixSocket } from "../native/unixSocket.ts";
import {
  DbusError,
  decodeMessage,
  encodeMessage,
  messageLength,
  type DbusMessage,
  type DbusValue,
  type OutgoingMessage,
} from "./dbusMessage.ts";

export interface DbusListener {
  /** Somebody calls us: the answer, or undefined when there is no such method. */
  called(message: DbusMessage): { readonly signature: string; readonly body: readonly DbusValue[] } | undefined;
  signalled(message: DbusMessage): void;
  /** Told once, last of all. */
  closed(why: string): void;
}

export interface DbusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

/** The answer to a call; `failed`: an error's name, or that there was none in time. */
export type DbusAnswer =
  | { readonly is: "answered"; readonly body: readonly DbusValue[] }
  | { readonly is: "failed"; readonly why: string };

/**
 * A connection to a message bus, as a user of it: session buses let nobody else in, not even root. Nothing that comes
 * over it is believed: what is no message, or too long, ends it.
 */
export class DbusConnection {
  readonly #socket: Socket;
  readonly #listener: DbusListener;
  readonly #waiting = new Map<number, (answer: DbusAnswer) => void>();
  readonly #ready = Promise.withResolvers<void>();
  #received: Buffer = Buffer.alloc(0);
  #isAuthenticated = false;
  #lastSerial = 0;

  private constructor(socket: Socket, listener: DbusListener) {
    this.#socket = socket;
    this.#listener = listener;
    let why = "the bus closed the connection";
    socket.on("data", (bytes: Buffer) => {
      try {
        this.#receive(bytes);
      } catch (error) {
        if (!(error instanceof DbusError)) throw error;
        why = error.message;
        socket.destroy();
      }
    });
    socket.on("error", (error) => (why = error.message));
    socket.on("close", () => {
      this.#ready.reject(new DbusError(why));
      for (const answer of this.#waiting.values()) answer({ is: "failed", why });
      this.#waiting.clear();
      listener.closed(why);
    });
  }

  /**
   * `address` as in DBUS_SESSION_BUS_ADDRESS; a socket's path alone is understood. Rejects with DbusError or
   * SystemCallError.
   */
  static async open(
    address: string,
    user: { readonly uid: number; readonly gid: number },
    listener: DbusListener,
  ): Promise<DbusConnection> {
    const path = /^unix:path=(?<path>[^,;]+)/u.exec(address)?.groups?.["path"];
    if (path === undefined) throw new DbusError(`the bus at ${address} is of a kind that is not understood`);
    const fd = asUser(user, () => connectedUnixSocket("stream", decodeURIComponent(path)));
    const connection = new DbusConnection(new Socket({ fd }), listener);
    const uid = Buffer.from(String(user.uid)).toString("hex");
    connection.#socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    const deadline = setTimeout(() => connection.#socket.destroy(), openedWithin);
    try {
      await connection.#ready.promise;
    } finally {
      clearTimeout(deadline);
    }
    return connection;
  }

  /** Nobody is started for it. Never rejects. */
  call(call: DbusCall, within: Milliseconds): Promise<DbusAnswer> {
    const serial = this.#send({ ...call, kind: "call", noAutoStart: true });
    return new Promise((resolve) => {
      const settle = (answer: DbusAnswer): void => {
        clearTimeout(deadline);
        this.#waiting.delete(serial);
        resolve(answer);
      };
      const deadline = setTimeout(() => settle({ is: "failed", why: "no answer in time" }), within);
      this.#waiting.set(serial, settle);
      if (this.#socket.destroyed) settle({ is: "failed", why: "the connection is closed" });
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    if (!this.#isAuthenticated && !this.#authenticate()) return;
    for (;;) {
      const length = messageLength(this.#received);
      if (length === undefined || this.#received.length < length) return;
      const message = decodeMessage(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
      this.#take(message);
    }
  }

  #authenticate(): boolean {
    const end = this.#received.indexOf("\r\n");
    if (end === -1) {
      if (lineBytesMax < this.#received.length) throw new DbusError("the bus does not say who it is");
      return false;
    }
    const line = this.#received.toString("latin1", 0, end);
    if (!line.startsWith("OK ")) throw new DbusError(`the bus does not let us in: ${line}`);
    this.#received = this.#received.subarray(end + 2);
    this.#isAuthenticated = true;
    this.#socket.write("BEGIN\r\n");
    this.#waiting.set(this.#send({ ...busCall, kind: "call", member: "Hello" }), () => this.#ready.resolve());
    return true;
  }

  #take(message: DbusMessage): void {
    switch (message.kind) {
      case "reply":
        return this.#waiting.get(message.replySerial ?? 0)?.({ is: "answered", body: message.body });
      case "error":
        return this.#waiting.get(message.replySerial ?? 0)?.({ is: "failed", why: message.errorName ?? "" });
      case "signal":
        return this.#listener.signalled(message);
      case "call":
        return this.#answer(message);
    }
  }

  #answer(message: DbusMessage): void {
    const answer = this.#listener.called(message);
    if (!message.wantsReply) return;
    const back = { replySerial: message.serial, destination: message.sender ?? "" };
    if (answer !== undefined) this.#send({ ...back, ...answer, kind: "reply" });
    else this.#send({ ...back, kind: "error", errorName: "org.freedesktop.DBus.Error.UnknownMethod" });
  }

  #send(message: Omit<OutgoingMessage, "serial">): number {
    const serial = ++this.#lastSerial;
    if (!this.#socket.writable) return serial;
    this.#socket.write(encodeMessage({ ...message, serial }));
    // A bus that does not read is of no use to us.
    if (queueBytesMax < this.#socket.writableLength) this.#socket.destroy();
    return serial;
  }
}

/** The bus itself. */
export const busCall = {
  destination: "org.freedesktop.DBus",
  path: "/org/freedesktop/DBus",
  interface: "org.freedesktop.DBus",
} as const;

/** In milliseconds. */
const openedWithin = 5000;
const lineBytesMax = 4096;
const queueBytesMax = 1 << 20;
