import { nearestRecordIds, parseRecordId } from "#base/recordId.ts";
import type { adminContract } from "#contracts/admin.ts";
import type { RequestOf } from "#contracts/contract.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { Chronicle } from "../chronicle/chronicle.ts";
import { matchesEvent } from "../chronicle/historyMatch.ts";
import type { Registry } from "../registry.ts";
import type { Caller } from "./caller.ts";

export interface HistoryCallsParts {
  readonly registry: Registry;
  readonly history: Pick<Chronicle, "events" | "records" | "recordIds" | "next">;
}

type AdminCalls = (typeof adminContract)["calls"];
type Calls = Pick<Handlers<typeof adminContract>, "records" | "events" | "nextEvents">;

/** What has happened: administrators see all of it, others what they have proved to be their own. */
export function historyCalls({ registry, history }: HistoryCallsParts, caller: Caller): Calls {
  /** undefined: everything; otherwise the name of the one whose things may be seen. */
  const seesOnly = async (): Promise<string | undefined> => {
    if (await caller.isAdministrator()) return undefined;
    // An account without a name has no history.
    return (await caller.account())?.name ?? "";
  };
  const living = ({ user, session, connection }: RequestOf<AdminCalls["records"]>, id: string | undefined) =>
    registry.connections.filter(
      (facts) =>
        (id === undefined || facts.journey?.record === id) &&
        (user === undefined || facts.user === user) &&
        (session === undefined || facts.session === session) &&
        (connection === undefined || facts.id === connection),
    );
  return {
    records: async (asked) => {
      const own = await seesOnly();
      if (own !== undefined && (asked.user ?? own) !== own) return { is: "none", nearest: [] };
      const restricted = own === undefined ? {} : { user: own, authenticated: true as const };
      const { id: typed, atMost, ...filter } = asked;
      const record = typed === undefined ? undefined : parseRecordId(typed);
      if (typed === undefined || record !== undefined) {
        const records = history.records({ ...filter, ...restricted, record, atMost });
        // Everybody who is connected is no answer to what has happened.
        const isAbout = [record, asked.user, asked.session, asked.connection].some((each) => each !== undefined);
        const alive = isAbout ? living({ ...asked, ...restricted }, record) : [];
        const others = alive.filter(({ journey }) => !records.some(({ id }) => id === journey?.record));
        if (0 < records.length + others.length) return { is: "found", records, living: others.slice(0, atMost) };
      }
      const ids = history.recordIds({ ...restricted, atMost: comparedMax });
      return { is: "none", nearest: typed === undefined ? [] : nearestRecordIds(typed, ids, nearestShown) };
    },
    events: async (asked) => {
      const own = await seesOnly();
      if (own !== undefined && (asked.user ?? own) !== own) return { events: [] };
      return { events: history.events({ ...asked, ...(own === undefined ? {} : { user: own }) }) };
    },
    nextEvents: async ({ after, ...asked }) => {
      const own = await seesOnly();
      const { events, last } = await history.next(after, waitsAtMost);
      const mine = own === undefined ? events : events.filter(({ user }) => user === own);
      return { events: mine.filter((event) => matchesEvent(event, asked)), last };
    },
  };
}

const comparedMax = 100_000;
const nearestShown = 3;
/** In milliseconds; the call's deadline is longer. */
const waitsAtMost = 30_000;
