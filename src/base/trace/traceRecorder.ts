import { framedTraceRecord } from "./traceFile.ts";
import type { TraceFacts, TraceMessage, TraceProcess, TraceRecord, TraceWhat } from "./traceRecord.ts";
import { TraceRing } from "./traceRing.ts";

/** A fact as logs have it; one that is undefined is left out. */
export type TraceableFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Records what one process does, always. Nothing leaves its memory but by a trace, which takes the secrets out of it
 * first.
 */
export class TraceRecorder {
  readonly ring: TraceRing;
  readonly process: TraceProcess;
  readonly #isOn: boolean;
  readonly #now: () => number;
  /** Notes that a trace repeats when it begins later, by name. */
  readonly #standing = new Map<string, TraceFacts>();

  /** `now`: microseconds since 1970-01-01 UTC. `ringBytes`: 0 records nothing. */
  constructor(options: { readonly process: TraceProcess; readonly ringBytes: number; readonly now: () => number }) {
    this.process = options.process;
    this.ring = new TraceRing(options.ringBytes);
    this.#isOn = 0 < options.ringBytes;
    this.#now = options.now;
  }

  message(message: Omit<TraceMessage, "secrets">): void {
    if (this.#isOn) this.#push({ is: "message", secrets: "present", ...message });
  }

  step(step: string): void {
    this.#push({ is: "step", step });
  }

  note(name: string, facts: TraceableFacts = {}): void {
    this.#push({ is: "note", name, facts: worded(facts) });
  }

  /** A note that stays true, and that later messages are read by. The last one of a name counts. */
  standingNote(name: string, facts: TraceableFacts): void {
    this.#standing.set(name, worded(facts));
    this.note(name, facts);
  }

  wait(of: string, milliseconds: number): void {
    this.#push({ is: "wait", of, milliseconds });
  }

  log(level: string, event: string, facts: TraceableFacts): void {
    this.#push({ is: "log", level, event, facts: worded(facts) });
  }

  /** The standing notes once more, for whoever begins to read here. */
  standing(): readonly TraceRecord[] {
    return Array.from(this.#standing, ([name, facts]) => this.recordOf({ is: "note", name, facts }));
  }

  /** A record of now that is not kept. */
  recordOf(what: TraceWhat): TraceRecord {
    return { at: this.#now(), process: this.process, what };
  }

  #push(what: TraceWhat): void {
    if (this.#isOn) this.ring.push(framedTraceRecord(this.recordOf(what)));
  }
}

/** Microseconds since 1970 that only jump with the host's clock: `wall` in milliseconds, `now` finer. */
export function microsecondClock(clock: { now(): number; wallTime(): number }): () => number {
  let offset = clock.wallTime() - clock.now();
  return () => {
    const now = clock.now();
    const wall = clock.wallTime();
    if (clockJump < Math.abs(wall - now - offset)) offset = wall - now;
    return Math.round((now + offset) * 1000);
  };
}

function worded(facts: TraceableFacts): TraceFacts {
  const present = Object.entries(facts).filter(([, fact]) => fact !== undefined);
  return Object.fromEntries(present.map(([name, fact]) => [name, String(fact)]));
}

/** In milliseconds; wall clocks have whole ones. */
const clockJump = 5;
