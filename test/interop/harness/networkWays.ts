/** One direction of a cable. */
export interface Way {
  /** false: what is sent is lost, and nobody is told. */
  readonly open: boolean;
  /** The share of packets that is lost, from 0 to 1. */
  readonly loss: number;
  /** In milliseconds. */
  readonly delay: number;
  /** What it carries in a second, in bits; absent: as much as comes. */
  readonly bitsPerSecond?: number | undefined;
  /** How many bytes may wait until they can be carried; what comes then is lost. Only with `bitsPerSecond`. */
  readonly queueBytes?: number | undefined;
}

export interface Ways {
  toHost: Way;
  toClient: Way;
}

export const usualWay: Way = { open: true, loss: 0, delay: 0 };
export const cutWay: Way = { ...usualWay, open: false };

/** The far end of the world by a telephone line: half of the round trip, and a queue of a quarter of a second. */
export const badWay: Way = { open: true, loss: 0.01, delay: 75, bitsPerSecond: 2_000_000, queueBytes: 64 * 1024 };
