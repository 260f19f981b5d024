import type { Way } from "./networkWays.ts";

/**
 * One direction of a cable: packets leave in the order in which they came, as fast as the way carries them, and arrive
 * later by its delay. Times are milliseconds of `now`, which counts on.
 */
export class Carrier {
  readonly #put: (packet: Uint8Array) => void;
  readonly #now: () => number;
  readonly #chance: () => number;
  readonly #onTheWay: { readonly packet: Uint8Array; readonly leavesAt: number; readonly arrivesAt: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The last packet has left then, and has arrived then. */
  #freeAt = 0;
  #arrivedAt = 0;

  /** `chance` gives numbers from 0 to 1, `put` is handed each packet that arrives. */
  constructor(options: {
    readonly put: (packet: Uint8Array) => void;
    readonly now: () => number;
    readonly chance: () => number;
  }) {
    this.#put = options.put;
    this.#now = options.now;
    this.#chance = options.chance;
  }

  /** Bytes that have come and cannot be carried yet. */
  get bytesWaiting(): number {
    const now = this.#now();
    return this.#onTheWay.reduce((sum, { packet, leavesAt }) => sum + (now < leavesAt ? packet.length : 0), 0);
  }

  /** The packet is given. */
  carry(packet: Uint8Array, { open, loss, delay, bitsPerSecond = Infinity, queueBytes = Infinity }: Way): void {
    if (!open || this.#chance() < loss) return;
    if (queueBytes !== Infinity && queueBytes < this.bytesWaiting + packet.length) return;
    const now = this.#now();
    const leavesAt = Math.max(now, this.#freeAt) + (packet.length * 8000) / bitsPerSecond;
    const arrivesAt = Math.max(leavesAt + delay, this.#arrivedAt);
    this.#freeAt = leavesAt;
    this.#arrivedAt = arrivesAt;
    if (arrivesAt <= now) return this.#put(packet);
    this.#onTheWay.push({ packet, leavesAt, arrivesAt });
    if (this.#onTheWay.length === 1) this.#await();
  }

  #await(): void {
    const first = this.#onTheWay[0];
    if (first !== undefined)
      this.#timer = setTimeout(() => this.#deliver(), Math.max(0, first.arrivesAt - this.#now()));
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    for (let first = this.#onTheWay[0]; first !== undefined && first.arrivesAt <= now; first = this.#onTheWay[0]) {
      this.#onTheWay.shift();
      this.#put(first.packet);
    }
    this.#await();
  }
}
