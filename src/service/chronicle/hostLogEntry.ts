import type { LoggedEvent } from "#contracts/event.ts";
import type { HostLogEntry } from "#system/hostLog/hostLog.ts";

/** An event as the host's journal or syslog takes it: a sentence, and its facts by name. */
export function hostLogEntry(event: LoggedEvent): HostLogEntry {
  const { level, message, channel, id, user, session, connection, address, record, data } = event;
  const facts: Readonly<Record<string, unknown>> = {
    CHANNEL: channel,
    EVENT_ID: id,
    USER: user,
    SESSION: session,
    CONNECTION: connection,
    ADDRESS: address,
    RECORD: record,
    ...Object.fromEntries(
      Object.entries(data ?? {}).map(([name, value]) => [
        `DATA_${name.toUpperCase().replace(/[^A-Z0-9]/gu, "_")}`,
        value,
      ]),
    ),
  };
  const given = Object.entries(facts).filter(([, fact]) => fact !== undefined);
  return {
    priority: priorities[level],
    message,
    fields: Object.fromEntries(given.map(([name, fact]) => [`HOLDFAST_${name}`, String(fact)])),
  };
}

/** Of syslog(3). */
const priorities = { information: 6, warning: 4, error: 3 } as const;
