import { concatBytes } from "#base/bytes/concatBytes.ts";
import { limits } from "#base/limits.ts";
import { keptBytes } from "#base/trace/keptBytes.ts";
import { framedTraceRecord, traceFileStart } from "#base/trace/traceFile.ts";
import type { TraceMessage, TraceWhat } from "#base/trace/traceRecord.ts";
import { redact } from "#protocol/trace/redact.ts";
import { Where } from "#protocol/trace/where.ts";
import { tracedMessage } from "../replay/recordedStreams.ts";

/** What a client of ours does on its way, without its secrets: they are taken out before anything is kept. */
export class ProbeRecorder {
  readonly #now: () => number;
  readonly #withPictures: boolean;
  readonly #where = new Where();
  readonly #records: Uint8Array[] = [];
  #bytes = 0;

  /** `now`: microseconds since 1970-01-01 UTC. */
  constructor(options: { readonly now: () => number; readonly withPictures: boolean }) {
    this.#now = options.now;
    this.#withPictures = options.withPictures;
  }

  /** One whole message of the wire; give all of a connection in order. */
  message(message: Omit<TraceMessage, "secrets">): void {
    const safe = redact(tracedMessage(process, message), this.#where);
    const kept = keptBytes({ step: message.step, bytes: safe }, { withPictures: this.#withPictures });
    this.#push({ is: "message", secrets: "removed", ...message, bytes: kept });
  }

  step(step: string): void {
    this.#push({ is: "step", step });
  }

  /** A file of what was recorded so far. */
  file(): Uint8Array {
    return concatBytes(traceFileStart, ...this.#records);
  }

  #push(what: TraceWhat): void {
    if (this.#bytes === full) return;
    const record = framedTraceRecord({ at: this.#now(), process, what });
    if (limits.probeTraceBytes < this.#bytes + record.length) {
      this.#bytes = full;
      return;
    }
    this.#bytes += record.length;
    this.#records.push(record);
  }
}

const process = { kind: "probe", id: 1 } as const;
const full = Infinity;
