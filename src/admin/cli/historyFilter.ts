import { connectionId, sessionId, type ConnectionId, type SessionId } from "#base/ids.ts";
import type { WallTime } from "#base/units.ts";
import type { CommandLine } from "./commandLine.ts";
import { parsePastTime } from "./pastTime.ts";

type Switches = "user" | "session" | "connection" | "since" | "until";

export interface HistoryFilter {
  readonly since?: WallTime;
  readonly until?: WallTime;
  readonly user?: string;
  readonly session?: SessionId;
  readonly connection?: ConnectionId;
}

/** `why`: one sentence for who typed it. */
export type WrongFilter = { readonly is: "wrong"; readonly why: string };

/** What `explain` and `events` look for, from their switches. */
export function historyFilterOf(
  given: Pick<CommandLine<Switches>, "values">,
  now: WallTime,
): { readonly is: "filter"; readonly filter: HistoryFilter } | WrongFilter {
  const value = (name: Switches) => given.values(name).at(-1);
  const times = { since: value("since"), until: value("until") };
  for (const text of Object.values(times)) {
    if (text === undefined || parsePastTime(text, now) !== undefined) continue;
    return { is: "wrong", why: `“${text}” is no time: write 10:30, 2026-11-20, “2026-11-20 10:30”, 15m, 2h or 3d.` };
  }
  const [since, until] = [times.since, times.until].map((text) => parsePastTime(text ?? "", now));
  const session = wholeNumber(value("session") ?? "", 65_535);
  const connection = wholeNumber(value("connection") ?? "", Number.MAX_SAFE_INTEGER);
  if (session === undefined && value("session") !== undefined) return { is: "wrong", why: "/session takes a number." };
  if (connection === undefined && value("connection") !== undefined) {
    return { is: "wrong", why: "/connection takes a number." };
  }
  const user = value("user");
  const filter = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(session === undefined ? {} : { session: sessionId(session) }),
    ...(connection === undefined ? {} : { connection: connectionId(connection) }),
    ...(user === undefined ? {} : { user }),
  };
  return { is: "filter", filter };
}

/** From 1 to `max`; undefined: the text is no such number. */
export function wholeNumber(text: string, max: number): number | undefined {
  const number = /^\d{1,15}$/u.test(text) ? Number(text) : 0;
  return 1 <= number && number <= max ? number : undefined;
}
