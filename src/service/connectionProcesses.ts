import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { connectionId, type ConnectionId } from "#base/ids.ts";
import type { Handover } from "#contracts/service.ts";
import type { Log } from "#system/log.ts";
import type { ConnectionChronicle } from "./chronicle/connectionChronicle.ts";
import type { Registry } from "./registry.ts";

/** The connection processes: some stand ready, each gets one client's socket, and outlives the service from then on. */
export class ConnectionProcesses {
  readonly #fork: () => ChildProcess;
  readonly #spareCount: number;
  readonly #registry: Registry;
  readonly #log: Log;
  readonly #spare: ChildProcess[] = [];
  /** Handed over and not yet announced: counted as not signed in. */
  readonly #handedOver = new Map<ConnectionId, string>();
  /** Of those, the ones that may still be loading their program. */
  readonly #starting = new Set<ConnectionId>();
  readonly #witness: Pick<ConnectionChronicle, "receiveArrival" | "receiveDied"> | undefined;
  readonly #lastIdPath: string;
  #lastId: number;
  #closed = false;

  constructor(options: {
    /** Starts one process with a channel for messages and sockets. */
    readonly fork: () => ChildProcess;
    readonly spareCount: number;
    readonly registry: Registry;
    readonly log: Log;
    /** Writes down who arrives. */
    readonly witness?: Pick<ConnectionChronicle, "receiveArrival" | "receiveDied">;
    /** Where the highest id ever given is kept: connections that outlive a restart keep theirs. */
    readonly lastIdPath: string;
  }) {
    this.#fork = options.fork;
    this.#spareCount = options.spareCount;
    this.#registry = options.registry;
    this.#log = options.log;
    this.#witness = options.witness;
    this.#lastIdPath = options.lastIdPath;
    this.#lastId = existsSync(this.#lastIdPath) ? Number.parseInt(readFileSync(this.#lastIdPath, "utf8"), 10) || 0 : 0;
    this.#fillUp();
  }

  /** The addresses of all that have not signed in yet, one each. */
  get unauthenticated(): readonly string[] {
    const announced = this.#registry.connections.filter((each) => !each.authenticated);
    return [...announced.map((each) => each.client.address), ...this.#handedOver.values()];
  }

  /** The highest id ever given: how many connections there have been. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The processes that stand ready. */
  get spares(): readonly number[] {
    return this.#spare.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** How many have got a client and not announced themselves yet. */
  get starting(): number {
    return this.#starting.size;
  }

  /** Gives the socket away; this process does not touch it again. A client for whom no process can be had is let go. */
  handOver(socket: Socket, arrival: Omit<Handover, "connection">): void {
    const id = this.#nextId();
    this.#witness?.receiveArrival(id, withPort(arrival.address, socket.remotePort));
    const child = this.#take(id);
    if (child === undefined) return void socket.destroy();
    const handover: Handover = { connection: id, ...arrival };
    this.#handedOver.set(id, arrival.address);
    this.#starting.add(id);
    const startTimer = setTimeout(() => this.#starting.delete(id), startTakesAtMost).unref();
    child.once("exit", (code, signal) => {
      clearTimeout(startTimer);
      this.#starting.delete(id);
      this.#handedOver.delete(id);
      this.#registry.forgetConnection(id);
      if (signal !== null) this.#witness?.receiveDied(id, signal);
      if (code !== 0)
        this.#log.warn("connectionCrashed", { connection: id, code: code ?? undefined, signal: signal ?? undefined });
    });
    child.send(handover, socket, (error) => {
      if (error === null) return child.disconnect();
      this.#log.error("handoverFailed", { connection: id, why: error.message });
      child.kill("SIGKILL");
      socket.destroy();
    });
    if (this.#spare.length === 0) setImmediate(() => this.#fillUp());
    else setTimeout(() => this.#fillUp(), filledUpAfter).unref();
  }

  /** Never that of a connection which is there, though the file with the last one may have been lost. */
  #nextId(): ConnectionId {
    do this.#lastId++;
    while (this.#registry.connection(connectionId(this.#lastId)) !== undefined);
    return connectionId(this.#lastId);
  }

  /**
   * No memory, no more processes, a full run folder: the next client may have more luck, and sessions go on all the
   * same.
   */
  #take(id: ConnectionId): ChildProcess | undefined {
    try {
      writeFileSync(this.#lastIdPath, String(this.#lastId));
    } catch (error) {
      this.#log.error("lastConnectionNotKept", { connection: id, why: String(error) });
    }
    return this.#spare.shift() ?? this.#started();
  }

  #started(): ChildProcess | undefined {
    try {
      return this.#fork();
    } catch (error) {
      this.#log.error("connectionNotStarted", { why: String(error) });
      return undefined;
    }
  }

  /** The connection has told of itself, or is known again after a restart. */
  noteAnnounced(id: ConnectionId): void {
    this.#handedOver.delete(id);
    this.#starting.delete(id);
  }

  /** What processes are started with has changed: the spare ones are made anew. */
  renew(): void {
    for (const child of this.#spare.splice(0)) child.kill("SIGKILL");
    this.#fillUp();
  }

  /** Lets the spare processes go; those with clients go on. */
  close(): void {
    this.#closed = true;
    for (const child of this.#spare) child.kill("SIGKILL");
  }

  #fillUp(): void {
    while (!this.#closed && this.#spare.length < this.#spareCount) {
      const child = this.#started();
      if (child === undefined) return;
      this.#spare.push(child);
      child.once("exit", () => {
        const at = this.#spare.indexOf(child);
        if (at !== -1) this.#spare.splice(at, 1);
      });
    }
  }
}

function withPort(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** While others stand ready: not in the moment in which the client that took one needs the processors. */
const filledUpAfter = 2000;
/** One that hangs keeps nobody out for longer. */
const startTakesAtMost = 10_000;
