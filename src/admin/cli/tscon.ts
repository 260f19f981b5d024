import { sessionId } from "#base/ids.ts";
import type { OrderReply } from "#contracts/admin.ts";
import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command, serverSwitch, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { isSessionCalled, sessionRows, type SessionRow } from "./sessionRow.ts";

export const tscon = command({
  name: "tscon",
  group: "act",
  summary: "Brings a session to another connection",
  operands: "id|name",
  operandCount: { from: 1, to: 1 },
  switches: {
    dest: { takes: "NAME", means: "The connection that gets it, by its session name: rdp-tcp#5. Without it your own." },
    password: {
      takes: "PASSWORD",
      means: "Of the session's user, where that is somebody else and you are no administrator; * asks for it.",
    },
    server: serverSwitch,
    v: { means: "Says what is done." },
  },
  details: [
    "The session that is at that connection now is disconnected and goes on running; so is whoever looks at the " +
      "session that comes, and his client is told that another connection has it.",
    "Both have to be yours; administrators may move every session to every connection. An administrator whose network " +
      "breaks meanwhile comes back to his own session, not to the one that he has brought to himself.",
    "/dest:console is refused: the console is the host's own screen, and a session of Holdfast cannot be drawn there. " +
      "Whoever sits at it connects with a client, say: xfreerdp /v:localhost",
  ],
  examples: [
    { line: "holdfast tscon 4", does: "brings session 4 to where you are" },
    { line: "holdfast tscon 4 /dest:rdp-tcp#7 /v", does: "brings it to connection 7" },
    { line: "holdfast tscon 4 /password:*", does: "brings another user's session, and asks for his password" },
  ],
  exits: {
    0: "done",
    1: "no such session or connection, it could not be done, or the service is not running",
    2: "wrong usage",
    5: "denied: a session of somebody else, the console, services or the listener",
  },
  json: '{"order":"connect","session":4,"dest":"rdp-tcp#7","result":"done"}',
  run: (given, surroundings) => connect(given, surroundings),
});

type Given = CommandLine<"dest" | "password" | "v">;

function connect(given: Given, surroundings: Surroundings): Promise<Outcome> {
  return withAdmin(given, surroundings, async (admin) => {
    const known = await allSessions(admin);
    const rows = sessionRows({ ...known, isListening: true });
    const [called = ""] = given.operands;
    const row = rows.find((each) => isSessionCalled(each, called));
    if (row === undefined) return notThere(called);
    const dest = given.values("dest").at(-1);
    const target = rows.find((each) => (dest === undefined ? each.own : isSessionCalled(each, dest)));
    const name = target?.name ?? dest ?? "";
    if (dest === undefined && name === "") return noConnection;
    const tell = (reply: OrderReply) => outcome(given, row, name, reply);
    if (name.toLowerCase() === "console" || row.name === "console") return tell({ is: "denied", why: notTheConsole });
    if (row.facts === undefined) return tell({ is: "denied", why: "Access is denied." });
    const connection = target?.facts?.attachment?.connection;
    if (connection === undefined) return notThere(name);
    const password = await passwordFor(given, row, surroundings);
    return tell(await admin.call("connectSession", { session: sessionId(row.id), connection, ...password }));
  });
}

async function passwordFor(given: Given, { user }: SessionRow, { askSecret }: Surroundings) {
  const [password] = given.values("password");
  const typed = password === "*" ? await askSecret(`Password of ${user}: `) : password;
  return typed === undefined ? {} : { password: typed };
}

function outcome(given: Given, row: SessionRow, dest: string, reply: OrderReply): Outcome {
  const what = `sessionID ${row.id} to sessionname ${dest}`;
  const words = orderWords(what, reply);
  if (given.json) {
    const why = "why" in reply ? { why: reply.why } : {};
    return {
      ...words,
      out: `${JSON.stringify({ order: "connect", session: row.id, dest, result: reply.is, ...why })}\n`,
    };
  }
  return given.has("v") ? { ...words, out: `Connecting ${what}\n` } : words;
}

function orderWords(what: string, reply: OrderReply): Outcome {
  switch (reply.is) {
    case "done":
      return { exit: 0 };
    case "none":
      return { exit: 1, error: `Could not connect ${what}: one of them has just gone\n` };
    case "denied":
      return { exit: 5, error: `Could not connect ${what}, Error code 5\nError [5]:${reply.why}\n` };
    case "failed":
      return { exit: 1, error: `Could not connect ${what}: ${reply.why}\n` };
  }
}

function notThere(called: string): Outcome {
  return { exit: 1, error: `No session exists for ${called}\n` };
}

const notTheConsole =
  "The console is the host's own screen, which no session of Holdfast can be moved to or from. " +
  "At the console connect with a client: xfreerdp /v:localhost";
const noConnection: Outcome = {
  exit: 1,
  error: "You ask from no connection: name one with /dest. The connections: holdfast query session\n",
};
