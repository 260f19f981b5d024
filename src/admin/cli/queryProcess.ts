import type { ProcessFacts } from "#contracts/facts.ts";
import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command, serverSwitch } from "./command.ts";
import { processColumns, type ProcessRow } from "./processColumns.ts";
import { sessionRow, type SessionRow } from "./sessionRow.ts";

export const queryProcess = command({
  name: "query process",
  alias: "qprocess",
  group: "look",
  summary: "Lists the programs that run in the sessions",
  operands: "[*|pid|user|name|program]",
  operandCount: { from: 0, to: 1 },
  switches: {
    server: serverSwitch,
    id: { takes: "N", means: "The programs of session N." },
  },
  details: [
    "Without an operand your own programs, with * those of all sessions: as far as the service shows them to you. " +
      "“>” marks the programs of the session in which you ask.",
  ],
  examples: [
    { line: "holdfast query process", does: "your own" },
    { line: "holdfast query process *", does: "all (in a shell: '*')" },
    { line: "holdfast qprocess /id:2", does: "those of session 2" },
    { line: "holdfast qprocess firefox", does: "who runs firefox" },
  ],
  exits: {
    0: "found",
    1: "no such process, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json: '{"processes":[{"user":"bob","session":2,"sessionName":"rdp-tcp#3","pid":4232,"image":"xterm","own":false}]}',
  run: async (given, surroundings) => {
    const [id] = given.values("id").slice(-1);
    if (id !== undefined && !/^\d+$/u.test(id)) {
      return { exit: 2, error: `/id takes a session's number, not “${id}”. The sessions: holdfast query session\n` };
    }
    return withAdmin(given, surroundings, async (admin) => {
      const known = await allSessions(admin);
      const asks = known.sessions.filter((session) => id === undefined || session.id === Number(id));
      const processes: ProcessFacts[] = [];
      // The processes of all sessions may be more than a reply has room for.
      for (let at = 0; at < asks.length; at += askedAtOnce) {
        const calls = asks.slice(at, at + askedAtOnce).map((each) => admin.call("processes", { session: each.id }));
        processes.push(...(await Promise.all(calls)).flat());
      }
      const sessions = known.sessions.map((facts) => sessionRow(facts, known.own));
      const asked = given.operands[0] ?? (id === undefined ? surroundings.userName : "*");
      const rows = processes
        .map((each) => processRow(each, sessions))
        .filter((row) => (id === undefined || row.session === Number(id)) && isProcessCalled(row, asked))
        .toSorted((one, other) => one.session - other.session || one.pid - other.pid);
      const exit = rows.length === 0 ? 1 : 0;
      const error = rows.length === 0 ? { error: `No Process exists for ${id ?? asked}\n` } : {};
      if (given.json) return { exit, ...error, out: `${JSON.stringify({ processes: rows.map(processJson) })}\n` };
      return rows.length === 0 ? { exit, ...error } : { exit, out: processColumns(rows) };
    });
  },
});

function processRow({ user, session, pid, image }: ProcessFacts, sessions: readonly SessionRow[]): ProcessRow {
  const row = sessions.find((each) => each.id === session);
  return { user, session, sessionName: row?.name ?? "", pid, image, own: row?.own === true };
}

/** A number is a process id, as on Windows; sessions are called by number with /id. */
function isProcessCalled(row: ProcessRow, called: string): boolean {
  if (called === "*") return true;
  const asked = called.toLowerCase();
  return (
    String(row.pid) === called ||
    row.user === called ||
    (row.sessionName !== "" && row.sessionName === asked) ||
    row.image.toLowerCase() === asked
  );
}

function processJson({ user, session, sessionName, pid, image, own }: ProcessRow) {
  return { user, session, sessionName, pid, image, own };
}

const askedAtOnce = 32;
