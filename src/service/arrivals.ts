import { createServer, type Server, type Socket } from "node:net";
import { availableParallelism } from "node:os";
import { between, seconds, type Instant } from "#base/units.ts";
import { admit } from "#policy/admission.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { Log } from "#system/log.ts";
import type { ConnectionProcesses } from "./connectionProcesses.ts";

interface Waiting {
  readonly socket: Socket;
  readonly address: string;
  readonly since: Instant;
}

/** Where clients come in: accepts them, and hands each to a connection process as soon as there is a place for it. */
export class Arrivals {
  readonly #processes: ConnectionProcesses;
  readonly #settings: HostSettings;
  readonly #now: () => Instant;
  readonly #log: Log;
  readonly #servers: Server[] = [];
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly processes: ConnectionProcesses;
    readonly settings: HostSettings;
    readonly now: () => Instant;
    readonly log: Log;
  }) {
    this.#processes = options.processes;
    this.#settings = options.settings;
    this.#now = options.now;
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

  /** Throws the system's error when the address cannot be had. */
  async listen(where: { readonly host: string; readonly port: number }): Promise<void> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#receive(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ ...where, backlog: listenBacklog }, resolve);
    });
    this.#servers.push(server);
  }

  /** Looks again whether those who wait can begin: call it when a connection has announced itself, signed in or ended. */
  review(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) this.#consider(each);
    clearTimeout(this.#timer);
    if (0 < this.#waiting.length) this.#timer = setTimeout(() => this.review(), 250);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const server of this.#servers) server.close();
    for (const { socket } of this.#waiting) socket.destroy();
  }

  #receive(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    this.#consider({ socket, address: plainAddress(socket.remoteAddress ?? "unknown"), since: this.#now() });
    if (0 < this.#waiting.length) this.review();
  }

  #consider(each: Waiting): void {
    const { socket, address, since } = each;
    if (socket.destroyed) return;
    const { UnauthenticatedPerAddress: perAddress, UnauthenticatedInAll: inAll } = this.#settings;
    const { unauthenticated, starting } = this.#processes;
    const admission = admit(
      { unauthenticated, starting, limits: { perAddress, inAll, starting: startingMax } },
      address,
    );
    if (admission.is === "admitted") return this.#processes.handOver(socket, { address });
    const waited = between(since, this.#now());
    // Who waits for the processor alone is not refused for it: it gets to everybody.
    if (admission.is === "queued" || waited < seconds(this.#settings.HandshakeStepSeconds)) return this.#wait(each);
    const { scope, limit } = admission;
    const waitedSeconds = Math.round(waited / 1000);
    const refusal: Refusal = { code: "HF-ADMIT-01", scope, address, limit, waitedSeconds };
    this.#processes.handOver(socket, { address, refusal });
  }

  #wait(each: Waiting): void {
    if (this.#waiting.length < waitingMax) {
      this.#waiting.push(each);
      return;
    }
    this.#log.warn("turnedAway", { address: each.address, waiting: waitingMax });
    each.socket.destroy();
  }
}

/** IPv4 addresses arrive inside IPv6 ones where the listener is of both kinds. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/u, "");
}

// The kernel cuts it to net.core.somaxconn; a full backlog drops SYNs, and their clients lose a second each.
const listenBacklog = 4096;
const waitingMax = 1000;
// A hundred programs that load at the same moment would all be ready at the end; so the first are served at once.
const startingMax = 2 * availableParallelism();
