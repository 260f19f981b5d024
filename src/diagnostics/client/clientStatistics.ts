/** What a client has seen so far. */
export interface ClientStatistics {
  readonly bytesReceived: number;
  /** Areas painted (or told, where pictures are ignored). */
  readonly updates: number;
  /** Whole frames, by frame markers or by the graphics pipeline. */
  readonly frames: number;
  /** What came in a way that is not decoded here, and how often. */
  readonly undecoded: ReadonlyMap<string, number>;
  readonly heartbeats: number;
  readonly reactivations: number;
}
