import { existsSync } from "node:fs";
import { DatagramSender } from "../native/datagram.ts";
import { SystemCallError } from "../native/systemCallError.ts";
import { journalMessage, syslogMessage } from "./hostLogMessage.ts";

export interface HostLogEntry {
  /** Of syslog(3): 0 … 7. */
  readonly priority: number;
  readonly message: string;
  /** Names of capitals, digits and underscores. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The log of the host that we run on: systemd's journal, or what listens at /dev/log. */
export interface HostLog {
  /** Nobody waits for it and nothing throws: a log that does not take it misses it. */
  write(entry: HostLogEntry): void;
  close(): void;
}

/** The journal where there is one, otherwise syslog; undefined: the host has neither. */
export function hostLog(
  paths: { readonly journal: string; readonly syslog: string } = usualPaths,
): HostLog | undefined {
  const [path, format] = existsSync(paths.journal) ? [paths.journal, journalMessage] : [paths.syslog, syslogMessage];
  if (!existsSync(path)) return undefined;
  const sender = new DatagramSender(path);
  return {
    write: (entry) => {
      try {
        sender.send(format(entry, { identifier: "holdfast", pid: process.pid, now: new Date() }));
      } catch (error) {
        // Its daemon restarts, or is slower than we are: the event is in the database all the same.
        if (!(error instanceof SystemCallError)) throw error;
      }
    },
    close: () => sender.close(),
  };
}

const usualPaths = { journal: "/run/systemd/journal/socket", syslog: "/dev/log" };
