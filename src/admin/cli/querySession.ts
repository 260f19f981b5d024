import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command, serverSwitch } from "./command.ts";
import { counterLines, sessionColumns } from "./sessionColumns.ts";
import { sessionRows, sessionsCalled, type SessionRow } from "./sessionRow.ts";

export const querySession = command({
  name: "query session",
  alias: "qwinsta",
  group: "look",
  summary: "Lists the sessions of this host",
  operands: "[name|user|id]",
  operandCount: { from: 0, to: 1 },
  switches: {
    server: serverSwitch,
    mode: { means: "Line settings; RDP has none, so it adds nothing." },
    flow: { means: "Flow control; RDP has none, so it adds nothing." },
    connect: { means: "Connect settings; RDP has none, so it adds nothing." },
    counter: { means: "Also how many sessions were created, disconnected and reconnected since the service began." },
    vm: { means: "Taken for Windows' sake; it adds nothing." },
  },
  details: [
    "The columns are those of Windows. “>” marks the session in which you ask. A connected session is named " +
      "rdp-tcp#N, N being its connection; a disconnected one has no name, and keeps its ID. “services” and the " +
      "listener “rdp-tcp” stand in the list as on Windows; nothing can be done to them. “console”, with the ID 1, is the " +
      "host's own seat where it has one (a virtual terminal, or an X server on its screen), with who is signed in there.",
    "States: Active (somebody is connected), Conn (the console, with nobody signed in), Disc (the programs run, nobody is connected), Init (the desktop is " +
      "being started), Listen.",
    "TYPE is empty, but for a session whose keeper is of another version of Holdfast: keeper-N, N being the version of " +
      "its contract. holdfast status says what can be done with it.",
  ],
  examples: [
    { line: "holdfast query session", does: "every session" },
    { line: "holdfast query session alice", does: "the sessions of alice" },
    { line: "holdfast qwinsta /counter", does: "with the totals" },
    { line: "holdfast query session --json", does: "for programs" },
  ],
  exits: {
    0: "found",
    1: "no such session, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"sessions":[{"id":2,"name":"rdp-tcp#3","user":"bob","state":"Active","own":false}],' +
    '"counters":{"created":4,"disconnected":2,"reconnected":1}}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const [known, { listening }] = await Promise.all([allSessions(admin), admin.call("status", {})]);
      const all = sessionRows({ ...known, isListening: 0 < listening.length });
      const [called] = given.operands;
      const rows = called === undefined ? all : sessionsCalled(all, called);
      const error = rows.length === 0 ? { error: `No session exists for ${called}\n` } : {};
      const exit = rows.length === 0 ? 1 : 0;
      if (given.json) {
        const sessions = rows.map(rowJson);
        return { exit, ...error, out: `${JSON.stringify({ sessions, counters: known.counters })}\n` };
      }
      if (rows.length === 0) return { exit, ...error };
      return { exit, out: sessionColumns(rows) + (given.has("counter") ? counterLines(known.counters) : "") };
    }),
});

function rowJson({ id, name, user, state, own, keeperVersion }: SessionRow) {
  return { id, name, user, state, own, ...(keeperVersion === undefined ? {} : { keeperVersion }) };
}
