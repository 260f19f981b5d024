import { createServer, type Server, type Socket } from "node:net";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { after, between, milliseconds, seconds, type Instant, type WallTime } from "#base/units.ts";
import { admit } from "#policy/admission.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { InheritedSockets } from "#system/inheritedSockets.ts";
import type { Log } from "#system/log.ts";
import { descriptorOf } from "#system/native/descriptorPassing.ts";
import { duplicate } from "#system/native/replaceProcess.ts";
import type { Chronicle } from "./chronicle/chronicle.ts";
import type { ConnectionProcesses } from "./connectionProcesses.ts";
import type { ListenAddress } from "#policy/listenAddress.ts";

interface Waiting {
  readonly socket: Socket;
  readonly address: string;
  readonly since: Instant;
  readonly acceptedAt: WallTime;
}

/** Who is there before his sign-in; gathered once for all who are considered, and kept true while they are let in. */
interface Present {
  readonly unauthenticated: string[];
  starting: number;
}

/** Where clients come in: accepts them, and hands each to a connection process as soon as there is a place for it. */
export class Arrivals {
  readonly #processes: ConnectionProcesses;
  readonly #settings: HostSettings;
  readonly #now: () => Instant;
  readonly #wallTime: () => WallTime;
  readonly #chronicle: Pick<Chronicle, "note"> | undefined;
  readonly #log: Log;
  readonly #servers: Server[] = [];
  readonly #addresses = new Map<Server, string>();
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly processes: ConnectionProcesses;
    readonly settings: HostSettings;
    readonly now: () => Instant;
    readonly wallTime: () => WallTime;
    readonly chronicle?: Pick<Chronicle, "note">;
    readonly log: Log;
  }) {
    this.#processes = options.processes;
    this.#settings = options.settings;
    this.#now = options.now;
    this.#wallTime = options.wallTime;
    this.#chronicle = options.chronicle;
    this.#log = options.log;
  }

  /** The addresses in use, as `address:port`. */
  get listening(): readonly string[] {
    return this.#servers.map((server) => {
      const at = server.address();
      if (at === null || typeof at === "string") return "nowhere";
      return at.family === "IPv6" ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`;
    });
  }

  /**
   * Throws the system's error when the address cannot be had. `descriptor`: of a socket that listens there already, and
   * is ours from now on.
   */
  async listen(where: ListenAddress, descriptor?: number): Promise<void> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#receive(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ ...(descriptor === undefined ? where : { fd: descriptor }), backlog: listenBacklog }, resolve);
    });
    // One client could not be accepted (no memory, say): no reason to let everybody down.
    server.on("error", (error) => this.#log.error("notAccepted", { why: error.message }));
    this.#servers.push(server);
    this.#addresses.set(server, keyOf(where));
    this.#chronicle?.note("listenerStarted", { data: { listenerName: `RDP-Tcp at ${keyOf(where)}` } });
  }

  /** Lent: the listening sockets, by address. */
  get sockets(): InheritedSockets {
    return new Map(this.#servers.map((server) => [this.#addresses.get(server) ?? "", descriptorOf(server)]));
  }

  /**
   * Accepts nobody any more, lets those who were accepted go on for a moment, and gives descriptors of the sockets, by
   * address, in which newcomers wait from now on.
   */
  async handOver(): Promise<InheritedSockets> {
    const kept = Array.from(this.sockets, ([address, descriptor]) => [address, duplicate(descriptor)] as const);
    for (const server of this.#servers) server.close();
    const until = after(this.#now(), handOverTakesAtMost);
    while (this.#now() < until && (0 < this.#waiting.length || 0 < this.#processes.starting)) await delay(20);
    return new Map(kept);
  }

  /**
   * Looks again whether those who wait can begin: call it when a connection has announced itself, signed in or ended.
   */
  review(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const waiting = inRounds(this.#waiting);
    this.#waiting = [];
    const present = this.#present();
    for (const each of waiting) this.#consider(each, present);
    this.#lookAgainSoon();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const server of this.#servers) {
      server.close();
      this.#chronicle?.note("listenerStopped", { data: { listenerName: `RDP-Tcp at ${this.#addresses.get(server)}` } });
    }
    for (const { socket } of this.#waiting) socket.destroy();
  }

  #receive(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    const address = plainAddress(socket.remoteAddress ?? "unknown");
    this.#consider({ socket, address, since: this.#now(), acceptedAt: this.#wallTime() }, this.#present());
    this.#lookAgainSoon();
  }

  #lookAgainSoon(): void {
    if (0 < this.#waiting.length) this.#timer ??= setTimeout(() => this.review(), 250);
  }

  #present(): Present {
    const { unauthenticated, starting } = this.#processes;
    return { unauthenticated: [...unauthenticated], starting };
  }

  #consider(each: Waiting, present: Present): void {
    const { socket, address, since } = each;
    if (socket.destroyed) return;
    const { UnauthenticatedPerAddress: perAddress, UnauthenticatedInAll: inAll } = this.#settings;
    const admission = admit({ ...present, limits: { perAddress, inAll, starting: startingMax } }, address);
    if (admission.is === "admitted") return this.#handOver(each, present);
    const waited = between(since, this.#now());
    // Who waits for the processor alone is not refused for it: it gets to everybody.
    if (admission.is === "queued" || waited < seconds(this.#settings.HandshakeStepSeconds)) return this.#wait(each);
    const { scope, limit } = admission;
    const waitedSeconds = Math.round(waited / 1000);
    this.#handOver(each, present, { code: "HF-ADMIT-01", scope, address, limit, waitedSeconds });
  }

  #handOver({ socket, address, since, acceptedAt }: Waiting, present: Present, refusal?: Refusal): void {
    const waited = between(since, this.#now());
    this.#processes.handOver(socket, {
      address,
      acceptedAt,
      ...(waited < waitNoticedFrom ? {} : { waited }),
      ...(refusal === undefined ? {} : { refusal }),
    });
    present.unauthenticated.push(address);
    present.starting++;
  }

  /** When too many wait, the last of those who are most from one address has to go. */
  #wait(each: Waiting): void {
    this.#waiting.push(each);
    if (this.#waiting.length <= waitingMax) return;
    this.#waiting = inRounds(this.#waiting);
    const last = this.#waiting.pop();
    this.#log.warn("turnedAway", { address: last?.address, waiting: waitingMax });
    this.#chronicle?.note("tooManyConnections", { address: last?.address });
    last?.socket.destroy();
  }
}

/**
 * In each round one of every address, in the order in which they came: a crowd from one does not stand before everybody
 * else.
 */
function inRounds(waiting: readonly Waiting[]): Waiting[] {
  const rounds = new Map<string, number>();
  const ranked = waiting.map((each) => {
    const round = rounds.get(each.address) ?? 0;
    rounds.set(each.address, round + 1);
    return { each, round };
  });
  return ranked.toSorted((a, b) => a.round - b.round).map(({ each }) => each);
}

/** As a socket is called when it is handed over. */
export function keyOf({ host, port }: ListenAddress): string {
  return `[${host}]:${port}`;
}

/** IPv4 addresses arrive inside IPv6 ones where the listener is of both kinds. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/u, "");
}

// The kernel cuts it to net.core.somaxconn; a full backlog drops SYNs, and their clients lose a second each.
const listenBacklog = 4096;
const waitingMax = 1000;
const waitNoticedFrom = milliseconds(5);
const handOverTakesAtMost = milliseconds(1500);
// A hundred programs that load at the same moment would all be ready at the end; so the first are served at once.
const startingMax = 2 * availableParallelism();
