/** One direction of a cable. */
export interface Way {
  /** false: what is sent is lost, and nobody is told. */
  readonly open: boolean;
  /** The share of packets that is lost, from 0 to 1. */
  readonly loss: number;
  /** In milliseconds. */
  readonly delay: number;
}

export interface Ways {
  toHost: Way;
  toClient: Way;
}

export const usualWay: Way = { open: true, loss: 0, delay: 0 };
export const cutWay: Way = { ...usualWay, open: false };
