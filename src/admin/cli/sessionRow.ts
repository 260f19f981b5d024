import type { SessionId } from "#base/ids.ts";
import type { OtherVersions } from "#contracts/admin.ts";
import type { WallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";

/** A line of `query session`: a session, or one of the entries that Windows shows beside them. */
export interface SessionRow {
  readonly id: number;
  /** Empty when the session is disconnected. */
  readonly name: string;
  /** Empty for `services` and the listener. */
  readonly user: string;
  readonly state: "Active" | "Conn" | "Disc" | "Init" | "Listen";
  /** The session that the caller is in. */
  readonly own: boolean;
  readonly facts?: SessionFacts;
  /** The version of the contract that its keeper speaks, where it is another than the service's. */
  readonly keeperVersion?: number;
  /** Of the console: since when somebody is signed in there. */
  readonly since?: WallTime;
}

/**
 * `services` first, then the console where the host has one, the sessions by their ids, the listener last (only while
 * the service listens).
 */
export function sessionRows(known: {
  readonly sessions: readonly SessionFacts[];
  readonly own?: SessionId | undefined;
  readonly console?: HostConsole | undefined;
  readonly otherVersions?: OtherVersions | undefined;
  readonly isListening: boolean;
}): readonly SessionRow[] {
  const versions = new Map(known.otherVersions?.map(({ session, version }) => [session, version]));
  const sessions = known.sessions
    .map((facts) => {
      const keeperVersion = versions.get(facts.id);
      return { ...sessionRow(facts, known.own), ...(keeperVersion === undefined ? {} : { keeperVersion }) };
    })
    .toSorted((one, other) => one.id - other.id);
  return [servicesRow, ...consoleRows(known.console), ...sessions, ...(known.isListening ? [listenerRow] : [])];
}

/** The host's own seat, at which somebody may be signed in. */
export interface HostConsole {
  readonly user?: string;
  readonly since?: WallTime;
}

/** None where the host has no seat of its own. */
export function consoleRows(console: HostConsole | undefined): readonly SessionRow[] {
  if (console === undefined) return [];
  const { user = "", since } = console;
  const state = user === "" ? "Conn" : "Active";
  return [{ id: 1, name: "console", user, state, own: false, ...(since === undefined ? {} : { since }) }];
}

export function sessionRow(facts: SessionFacts, own: SessionId | undefined): SessionRow {
  const { attachment, id, user } = facts;
  return {
    id,
    name: attachment === undefined ? "" : `rdp-tcp#${attachment.connection}`,
    user,
    state: attachment !== undefined ? "Active" : facts.ready ? "Disc" : "Init",
    own: id === own,
    facts,
  };
}

/** By the session's id or name. */
export function isSessionCalled(row: SessionRow, called: string): boolean {
  return String(row.id) === called || (row.name !== "" && row.name.toLowerCase() === called.toLowerCase());
}

/** By id, name or user, as the queries take it. Users with exactly these letters come before others. */
export function sessionsCalled(rows: readonly SessionRow[], called: string): readonly SessionRow[] {
  const exact = rows.filter((row) => isSessionCalled(row, called) || (row.user !== "" && row.user === called));
  if (0 < exact.length) return exact;
  return rows.filter((row) => row.user !== "" && row.user.toLowerCase() === called.toLowerCase());
}

const servicesRow: SessionRow = { id: 0, name: "services", user: "", state: "Disc", own: false };
const listenerRow: SessionRow = { id: 65536, name: "rdp-tcp", user: "", state: "Listen", own: false };
