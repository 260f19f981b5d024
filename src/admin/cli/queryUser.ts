import { milliseconds, type WallTime } from "#base/units.ts";
import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command, serverSwitch } from "./command.ts";
import { consoleRows, sessionRow, sessionsCalled, type SessionRow } from "./sessionRow.ts";
import { localeOf } from "./shortDateAndTime.ts";
import { userColumns, type UserRow } from "./userColumns.ts";

export const queryUser = command({
  name: "query user",
  alias: "quser",
  group: "look",
  summary: "Lists who is signed in, how long idle, and since when",
  operands: "[user|name|id]",
  operandCount: { from: 0, to: 1 },
  switches: { server: serverSwitch },
  details: [
    "IDLE TIME is counted from the last key or pointer motion: “.” below a minute, minutes, hours:minutes, " +
      "days+hours:minutes; “none” for the console, where it is not known. LOGON TIME is when the session was made, as LC_ALL, LC_TIME or LANG want dates written.",
  ],
  examples: [
    { line: "holdfast query user", does: "everybody" },
    { line: "holdfast quser bob", does: "the sessions of bob" },
    { line: "LC_TIME=de_DE.UTF-8 holdfast quser", does: "with German dates" },
  ],
  exits: {
    0: "found",
    1: "nobody is signed in, or not this user; or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"users":[{"user":"bob","session":2,"sessionName":"rdp-tcp#3","state":"Active","idleSeconds":12,' +
    '"loggedOnAt":"2026-11-20T21:15:00.000Z","own":false}]}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const known = await allSessions(admin);
      const sessions = known.sessions.map((facts) => sessionRow(facts, known.own)).toSorted((a, b) => a.id - b.id);
      const all = [...consoleRows(known.console).filter(({ user }) => user !== ""), ...sessions];
      const [called] = given.operands;
      const rows = userRows(called === undefined ? all : sessionsCalled(all, called), surroundings.now());
      const exit = rows.length === 0 ? 1 : 0;
      const error = rows.length === 0 ? { error: `No User exists for ${called ?? "*"}\n` } : {};
      if (given.json) return { exit, ...error, out: `${JSON.stringify({ users: rows.map(userJson) })}\n` };
      if (rows.length === 0) return { exit, ...error };
      return { exit, out: userColumns(rows, { locale: localeOf(surroundings.environment) }) };
    }),
});

function userRows(sessions: readonly SessionRow[], now: WallTime): readonly UserRow[] {
  return sessions.map(({ facts, user, name, id, state, own, since = now }) => {
    if (facts === undefined) return { user, sessionName: name, id, state, idle: undefined, loggedOnAt: since, own };
    const idle = milliseconds(Math.max(0, now - facts.lastInputAt));
    return { user, sessionName: name, id, state, idle, loggedOnAt: facts.createdAt, own };
  });
}

function userJson({ user, id, sessionName, state, idle, loggedOnAt, own }: UserRow) {
  const idleSeconds = idle === undefined ? null : Math.floor(idle / 1000);
  return { user, session: id, sessionName, state, idleSeconds, loggedOnAt: new Date(loggedOnAt).toISOString(), own };
}
