import type { ConnectionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import type { WallTime } from "#base/units.ts";
import type { ConnectionFacts } from "#contracts/service.ts";

export interface LeftRecords {
  readonly facts: ConnectionFacts;
  readonly at: WallTime;
  /** As they stand in a trace's file, without secrets. */
  readonly records: Uint8Array;
}

/** What connections that are over have recorded last: of the newest, in memory, `limits.tracesLeftBytes` in all. */
export class LeftRecordsOfConnections {
  readonly #left = new Map<ConnectionId, LeftRecords>();
  #bytes = 0;

  get all(): readonly LeftRecords[] {
    return [...this.#left.values()];
  }

  receive(left: LeftRecords): void {
    if (this.#left.has(left.facts.id) || limits.traceLeftBytes * 2 < left.records.length) return;
    this.#left.set(left.facts.id, left);
    this.#bytes += left.records.length;
    for (const [id, { records }] of this.#left) {
      if (this.#bytes <= limits.tracesLeftBytes) return;
      this.#left.delete(id);
      this.#bytes -= records.length;
    }
  }
}
