import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { HistoryFailed, isBroken, isFull, openHistoryDatabase } from "./historyDatabase.ts";

/** One event as it is kept; `body`: all of it, as JSON. */
export interface EventRow {
  readonly at: number;
  readonly channel: string;
  readonly id: number;
  readonly user?: string | undefined;
  readonly session?: number | undefined;
  readonly connection?: number | undefined;
  readonly record?: string | undefined;
  readonly body: string;
}

/** One record as it is kept; `id` need not be its alone. */
export interface RecordRow {
  readonly id: string;
  readonly at: number;
  readonly user?: string | undefined;
  readonly authenticated: boolean;
  readonly session?: number | undefined;
  readonly connection?: number | undefined;
  readonly body: string;
}

/** What rows are looked for by; what is absent does not matter. Times in milliseconds since 1970. */
export interface HistoryQuery {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly user?: string | undefined;
  readonly session?: number | undefined;
  readonly connection?: number | undefined;
  /** Of records: their name. */
  readonly record?: string | undefined;
  /** Of events: one of these numbers. */
  readonly ids?: readonly number[] | undefined;
  /** Of events: the end or the beginning of the channel's name may be left out. */
  readonly channel?: string | undefined;
  /** Of records: only those whose user had proved to be it. */
  readonly authenticated?: true | undefined;
  readonly atMost: number;
}

export interface HistoryOptions {
  readonly path: string;
  readonly bytesMax: number;
  /** Milliseconds; what is older is removed. */
  readonly keptFor: number;
}

/**
 * Events and records in one file of bounded size. All methods throw HistoryFailed; whoever calls goes on without. What
 * strangers cause (connections without a sign-in) never pushes out what users have.
 */
export class History {
  readonly #options: HistoryOptions;
  #database: DatabaseSync;
  #appended = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#database = openHistoryDatabase(options.path, options.bytesMax);
  }

  /** All of it or nothing. `now`: milliseconds since 1970. */
  append(events: readonly EventRow[], records: readonly RecordRow[], now: number): void {
    this.#guarded(() => {
      this.#appended += events.length + records.length;
      if (lookedAfterEvery <= this.#appended) {
        this.#appended = 0;
        this.prune(now);
      }
      try {
        this.#write(events, records);
      } catch (error) {
        if (!isFull(error)) throw error;
        this.#removeOldest();
        this.#write(events, records);
      }
    });
  }

  /** The newest that fit, oldest first: their bodies. */
  events(query: HistoryQuery): readonly string[] {
    const { ids, channel } = query;
    const conditions = conditionsOf(query);
    if (ids !== undefined) conditions.push([`id IN (${ids.map(() => "?").join(", ")})`, ids]);
    if (channel !== undefined) conditions.push(["instr(lower(channel), lower(?)) > 0", [channel]]);
    return this.#bodies("events", conditions, query.atMost);
  }

  /** The newest that fit, oldest first: their bodies. */
  records(query: HistoryQuery): readonly string[] {
    const conditions = conditionsOf(query);
    if (query.record !== undefined) conditions.push(["id = ?", [query.record]]);
    if (query.authenticated !== undefined) conditions.push(["authenticated = 1", []]);
    return this.#bodies("records", conditions, query.atMost);
  }

  /** The names of all records that fit, the newest first. */
  recordIds(query: Pick<HistoryQuery, "user" | "authenticated" | "atMost">): readonly string[] {
    const conditions = conditionsOf(query);
    if (query.authenticated !== undefined) conditions.push(["authenticated = 1", []]);
    const [where, values] = clauseOf(conditions);
    return this.#guarded(() =>
      this.#database
        .prepare(`SELECT id FROM records ${where} ORDER BY seq DESC LIMIT ?`)
        .all(...values, query.atMost)
        .map((row) => String(row["id"])),
    );
  }

  /** Removes what is too old, and makes room when little is left. */
  prune(now: number): void {
    this.#guarded(() => {
      for (const table of tables) {
        this.#database.prepare(`DELETE FROM ${table} WHERE at < ?`).run(now - this.#options.keptFor);
      }
      if (this.#bytesUsed() > this.#options.bytesMax * fullFrom) this.#removeOldest();
    });
  }

  close(): void {
    this.#database.close();
  }

  #bytesUsed(): number {
    const value = (name: string) => Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
    return (value("page_count") - value("freelist_count")) * value("page_size");
  }

  #write(events: readonly EventRow[], records: readonly RecordRow[]): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const event = this.#database.prepare(
        "INSERT INTO events (at, channel, id, user, session, connection, record, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      );
      for (const { at, channel, id, user, session, connection, record, body } of events) {
        event.run(at, channel, id, user ?? null, session ?? null, connection ?? null, record ?? null, body);
      }
      const record = this.#database.prepare(
        "INSERT INTO records (id, at, user, authenticated, session, connection, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
      );
      for (const { id, at, user, authenticated, session, connection, body } of records) {
        record.run(id, at, user ?? null, authenticated ? 1 : 0, session ?? null, connection ?? null, body);
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      // A full disk may have ended the transaction by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** A tenth of what there is; strangers' first, as long as there is as much of it as of everything else. */
  #removeOldest(): void {
    for (const [table, ofStrangers] of [
      ["events", "user IS NULL AND session IS NULL"],
      ["records", "authenticated = 0"],
    ] as const) {
      const countOf = (where: string) =>
        Number(this.#database.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get()?.["n"] ?? 0);
      const all = countOf("TRUE");
      const which = all < 2 * countOf(ofStrangers) ? ofStrangers : "TRUE";
      this.#database
        .prepare(`DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} WHERE ${which} ORDER BY seq LIMIT ?)`)
        .run(Math.ceil(all / 10));
    }
  }

  #bodies(table: (typeof tables)[number], conditions: readonly Condition[], atMost: number): readonly string[] {
    const [where, values] = clauseOf(conditions);
    return this.#guarded(() =>
      this.#database
        .prepare(`SELECT body FROM ${table} ${where} ORDER BY seq DESC LIMIT ?`)
        .all(...values, atMost)
        .map((row) => String(row["body"]))
        .toReversed(),
    );
  }

  #guarded<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (isBroken(error)) this.#beginAnew();
      throw error instanceof HistoryFailed ? error : new HistoryFailed(error);
    }
  }

  /** A file that has broken under our hands is put aside; the next one who comes finds a new one. */
  #beginAnew(): void {
    this.#database.close();
    this.#database = openHistoryDatabase(this.#options.path, this.#options.bytesMax);
  }
}

type Condition = readonly [sql: string, values: readonly SQLInputValue[]];

function conditionsOf(query: Omit<HistoryQuery, "atMost">): Condition[] {
  const { since, until, user, session, connection } = query;
  const conditions: Condition[] = [];
  if (since !== undefined) conditions.push(["at >= ?", [since]]);
  if (until !== undefined) conditions.push(["at <= ?", [until]]);
  if (user !== undefined) conditions.push(["user = ?", [user]]);
  if (session !== undefined) conditions.push(["session = ?", [session]]);
  if (connection !== undefined) conditions.push(["connection = ?", [connection]]);
  return conditions;
}

function clauseOf(conditions: readonly Condition[]): readonly [where: string, values: readonly SQLInputValue[]] {
  if (conditions.length === 0) return ["", []];
  return [`WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`, conditions.flatMap(([, values]) => values)];
}

const tables = ["events", "records"] as const;
const lookedAfterEvery = 500;
const fullFrom = 0.9;
