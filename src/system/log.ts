import { writeSync } from "node:fs";
import { limits } from "#base/limits.ts";
import { LogFile } from "./logFile.ts";

export type LogFact = string | number | boolean | undefined;
export type LogFacts = Readonly<Record<string, LogFact>>;
export type LogLevel = (typeof levels)[number];

/** One line per event: what happened as one word, and its facts by name. Nothing throws. */
export interface Log {
  debug(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
  /** The same log, with these facts in every line. */
  with(facts: LogFacts): Log;
}

export interface LogOptions {
  /** "stderr", or a file, whose last `limits.logFile` bytes at least are kept. */
  readonly to: "stderr" | { readonly file: string };
  /** Default: info. */
  readonly from?: LogLevel;
  /** The line's first fields; default none. */
  readonly facts?: LogFacts;
}

/**
 * A log of lines like `2026-11-20T23:42:00.123Z info sessionEnded session=3 cause=signedOut`. Throws when the file
 * cannot be opened.
 */
export function openLog(options: LogOptions): Log {
  const file = options.to === "stderr" ? undefined : new LogFile(options.to.file, limits.logFile);
  const put = (line: string): unknown => (file === undefined ? writeSync(2, line) : file.write(line));
  const from = levels.indexOf(options.from ?? "info");
  const write = (level: LogLevel, facts: LogFacts): void => {
    if (levels.indexOf(level) < from) return;
    writeLine(put, level, facts);
  };
  return logWith(write, options.facts ?? {});
}

/** Everything is forgotten: for tests and for those who do not care. */
export const silentLog: Log = logWith(() => {}, {});

function logWith(write: (level: LogLevel, facts: LogFacts) => void, common: LogFacts): Log {
  const at =
    (level: LogLevel) =>
    (event: string, facts: LogFacts = {}): void =>
      write(level, { event, ...common, ...facts });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (facts) => logWith(write, { ...common, ...facts }),
  };
}

function writeLine(put: (line: string) => unknown, level: LogLevel, { event, ...facts }: LogFacts): void {
  const words = Object.entries(facts)
    .filter(([, fact]) => fact !== undefined)
    .map(([name, fact]) => ` ${name}=${worded(fact)}`);
  try {
    put(`${new Date().toISOString()} ${level} ${String(event)}${words.join("")}\n`);
  } catch (error) {
    // A full disk or a closed terminal must not end the process that has something to say; the exit code tells.
    process.exitCode ||= error instanceof Error ? 74 : 1;
  }
}

function worded(fact: LogFact): string {
  const words = String(fact);
  return /^[\w.:/@+-]+$/u.test(words) ? words : JSON.stringify(words);
}

const levels = ["debug", "info", "warn", "error"] as const;
