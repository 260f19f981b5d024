import { existsSync, renameSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** What a table of the history cannot do: the disk is full, the file is broken, the folder is gone. */
export class HistoryFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "HistoryFailed";
  }
}

/**
 * Opens the file, with the tables in it, that never grows beyond `bytesMax` (and as much again for its log while it is
 * written). A file that is no database, or is broken, is put aside as `PATH.broken`. Throws HistoryFailed.
 */
export function openHistoryDatabase(path: string, bytesMax: number): DatabaseSync {
  try {
    return prepared(path, bytesMax);
  } catch (error) {
    if (!isBroken(error) || !existsSync(path)) throw new HistoryFailed(error);
  }
  try {
    for (const end of ["", "-wal", "-shm"]) {
      if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${path}.broken${end}`);
    }
    return prepared(path, bytesMax);
  } catch (error) {
    throw new HistoryFailed(error);
  }
}

function prepared(path: string, bytesMax: number): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 200 });
  try {
    // With a log of its own each change is whole or not there, whenever the process or the host dies.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 1048576;");
    const pageBytes = Number(database.prepare("PRAGMA page_size").get()?.["page_size"] ?? 4096);
    database.exec(`PRAGMA max_page_count = ${Math.max(64, Math.floor(bytesMax / pageBytes))}`);
    const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
    for (const step of steps.slice(version)) database.exec(`BEGIN; ${step}; COMMIT`);
    // Whether the pages can be read is seen here, and not when somebody asks.
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Of SQLite's own codes: the file is malformed, or no database. */
export function isBroken(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === sqliteCorrupt || code === sqliteNotADatabase;
}

/** Of SQLite's own codes: `bytesMax` is reached, or the disk is full. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === sqliteFull;
}

/** Each version of the tables from the one before; never changed once it was released. */
const steps = [
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY, at REAL NOT NULL, channel TEXT NOT NULL, id INTEGER NOT NULL, user TEXT,
     session INTEGER, connection INTEGER, record TEXT, body TEXT NOT NULL);
   CREATE INDEX events_at ON events (at);
   CREATE INDEX events_user ON events (user, at);
   CREATE TABLE records (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL, at REAL NOT NULL, user TEXT, authenticated INTEGER NOT NULL,
     session INTEGER, connection INTEGER, body TEXT NOT NULL);
   CREATE INDEX records_id ON records (id);
   CREATE INDEX records_at ON records (at);
   CREATE INDEX records_user ON records (user, at);
   PRAGMA user_version = 1`,
];
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;
