import { limits } from "#base/limits.ts";
import { ShapeError, type Shape } from "#base/shape/shape.ts";
import type { WallTime } from "#base/units.ts";
import { loggedEvent, type EventFacts, type EventName, type LoggedEvent, eventShape } from "#contracts/event.ts";
import { recordShape, type EndRecord } from "#contracts/record.ts";
import type { History, HistoryQuery } from "#system/history/history.ts";
import { HistoryFailed } from "#system/history/historyDatabase.ts";
import type { Log } from "#system/log.ts";
import { matchesEvent, matchesRecord } from "./historyMatch.ts";

export interface ChronicleOptions {
  /** Opens the file; throws HistoryFailed. Called again later when it could not be had. */
  readonly open: () => History;
  /** Hands an event to the host's own log. Never throws. */
  readonly forward: (event: LoggedEvent) => void;
  readonly wallTime: () => WallTime;
  readonly log: Log;
}

/** News for one who follows: `last` is what he asks from next. */
export interface EventNews {
  readonly events: readonly LoggedEvent[];
  readonly last: number;
}

/**
 * What happened on this host: events, and a record for each refusal and each end. What a disk does not take waits in
 * memory, and the service goes on.
 */
export class Chronicle {
  readonly #options: ChronicleOptions;
  #history: History | undefined;
  #events: LoggedEvent[] = [];
  #records: EndRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isPlanned = false;
  #isClosed = false;
  #isFailing = false;
  #lost = 0;
  /** The newest events of this service's life, numbered, for those who follow. */
  readonly #recent: LoggedEvent[] = [];
  #last = 0;
  readonly #followers = new Set<() => void>();

  constructor(options: ChronicleOptions) {
    this.#options = options;
  }

  /** Writes an event down, soon. */
  note(name: EventName, facts: EventFacts = {}): void {
    const event = loggedEvent(name, this.#options.wallTime(), facts);
    this.#last++;
    this.#recent.push(event);
    if (limits.eventsRecent < this.#recent.length) this.#recent.shift();
    this.#events.push(event);
    this.#boundQueues();
    this.#options.forward(event);
    for (const tell of this.#followers) tell();
    this.#plan();
  }

  /** Writes a record down, soon. */
  keep(record: EndRecord): void {
    this.#records.push(record);
    this.#boundQueues();
    this.#plan();
  }

  /** The newest that fit, oldest first. */
  events(query: HistoryQuery): readonly LoggedEvent[] {
    const kept = parsed(
      eventShape,
      this.#read((history) => history.events(query)),
    );
    return [...kept, ...this.#events.filter((event) => matchesEvent(event, query))].slice(-query.atMost);
  }

  /** The newest that fit, oldest first. */
  records(query: HistoryQuery): readonly EndRecord[] {
    const kept = parsed(
      recordShape,
      this.#read((history) => history.records(query)),
    );
    return [...kept, ...this.#records.filter((record) => matchesRecord(record, query))].slice(-query.atMost);
  }

  /** The names of records, the newest first. */
  recordIds(query: Pick<HistoryQuery, "user" | "authenticated" | "atMost">): readonly string[] {
    const waiting = this.#records.filter((record) => matchesRecord(record, query)).map(({ id }) => id);
    return [...waiting.toReversed(), ...this.#read((history) => history.recordIds(query))].slice(0, query.atMost);
  }

  /**
   * What has come behind `after` (undefined: from now on), as soon as there is something, at the latest after
   * `waitMs`. A number from another service's life means all of this one's.
   */
  async next(after: number | undefined, waitMs: number): Promise<EventNews> {
    if (after === undefined) return { events: [], last: this.#last };
    const from = after <= this.#last ? after : 0;
    if (from === this.#last) await this.#untilNoted(waitMs);
    const first = this.#last - this.#recent.length;
    const events = this.#recent.slice(Math.max(0, from - first)).slice(0, limits.eventsAnswered);
    return { events, last: Math.max(from, first) + events.length };
  }

  /** Writes what waits, as far as that is possible. */
  close(): void {
    this.#write();
    clearTimeout(this.#timer);
    this.#isClosed = true;
    this.#history?.close();
    this.#history = undefined;
    for (const tell of this.#followers) tell();
  }

  #untilNoted(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#followers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs).unref();
      this.#followers.add(done);
    });
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const write = () => this.#write();
    if (this.#isFailing) this.#timer = setTimeout(write, triedAgainAfter).unref();
    else setImmediate(write);
  }

  /** Many at once are one change of the file. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#isPlanned = false;
    if (this.#isClosed || (this.#events.length === 0 && this.#records.length === 0)) return;
    const events = this.#events.map((event) => ({ ...event, body: JSON.stringify(event) }));
    const records = this.#records.map((record) => ({ ...record, body: JSON.stringify(record) }));
    try {
      this.#history ??= this.#options.open();
      this.#history.append(events, records, this.#options.wallTime());
    } catch (error) {
      if (!(error instanceof HistoryFailed)) throw error;
      if (!this.#isFailing) this.#options.log.error("historyNotWritten", { why: error.message });
      this.#isFailing = true;
      return this.#plan();
    }
    [this.#events, this.#records] = [[], []];
    if (this.#isFailing) this.#recovered();
  }

  #recovered(): void {
    this.#isFailing = false;
    this.#options.log.info("historyWrittenAgain", { lost: this.#lost });
    if (0 < this.#lost) this.note("eventsLost", { data: { Count: this.#lost, Why: "the disk took nothing" } });
    this.#lost = 0;
  }

  #read<T>(read: (history: History) => readonly T[]): readonly T[] {
    try {
      this.#history ??= this.#options.open();
      return read(this.#history);
    } catch (error) {
      if (!(error instanceof HistoryFailed)) throw error;
      this.#options.log.error("historyNotRead", { why: error.message });
      return [];
    }
  }

  #boundQueues(): void {
    for (const queue of [this.#events, this.#records]) {
      if (queue.length <= limits.eventsUnwritten) continue;
      queue.shift();
      this.#lost++;
    }
  }
}

/** What another version wrote and this one cannot read is left out. */
function parsed<T>(shape: Shape<T>, bodies: readonly string[]): readonly T[] {
  return bodies.flatMap((body) => {
    try {
      return [shape.parse(JSON.parse(body))];
    } catch (error) {
      if (error instanceof ShapeError) return [];
      throw error;
    }
  });
}

/** In milliseconds. */
const triedAgainAfter = 15_000;
