import type { LoggedEvent } from "#contracts/event.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { HistoryQuery } from "#system/history/history.ts";

type Query = Omit<HistoryQuery, "atMost">;

/** What the database does for events that are in it, for those that are not yet. */
export function matchesEvent(event: LoggedEvent, query: Query): boolean {
  const { ids, channel } = query;
  return (
    matches(event, query) &&
    (ids === undefined || ids.includes(event.id)) &&
    (channel === undefined || event.channel.toLowerCase().includes(channel.toLowerCase()))
  );
}

/** The same for records. */
export function matchesRecord(record: EndRecord, query: Query): boolean {
  return (
    matches(record, query) &&
    (query.record === undefined || record.id === query.record) &&
    (query.authenticated === undefined || record.authenticated)
  );
}

function matches(
  entry: Pick<LoggedEvent, "at" | "user" | "session" | "connection">,
  { since = -Infinity, until = Infinity, user, session, connection }: Query,
): boolean {
  return (
    since <= entry.at &&
    entry.at <= until &&
    (user === undefined || entry.user === user) &&
    (session === undefined || entry.session === session) &&
    (connection === undefined || entry.connection === connection)
  );
}
