import { limits } from "#base/limits.ts";
import type { MessageReply } from "#contracts/admin.ts";
import { sessionId } from "#base/ids.ts";
import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command, serverSwitch, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { sessionRows, sessionsCalled, type SessionRow } from "./sessionRow.ts";

export const msg = command({
  name: "msg",
  group: "act",
  summary: "Shows a message in sessions, over whatever is on their screens",
  operands: "{user|name|id|*} [text …]",
  operandCount: { from: 1, to: 1000 },
  switches: {
    server: serverSwitch,
    time: { takes: "SECONDS", means: "How long it stands when nobody answers; 60 without it, at most 3600." },
    v: { means: "Says what is done." },
    w: { means: "Waits until it is answered or its time is over, and says which." },
  },
  details: [
    "Without a text what is piped in is sent. * means everybody who is connected; nobody looks at a disconnected session.",
    "Holdfast draws the message itself: no program of the session has a part in it. Enter closes it.",
  ],
  examples: [
    { line: "holdfast msg anna The printer works again.", does: "tells anna" },
    { line: "holdfast msg '*' /time:300 /w This host restarts at 18:00.", does: "tells everybody, and waits" },
  ],
  exits: {
    0: "shown to all; with /w: answered by all, or their time was over",
    1: "nobody of that name is connected, or the service is not running",
    2: "wrong usage",
    5: "denied: it is somebody else's session",
  },
  json: '{"session":2,"user":"anna","result":"answered"}',
  run: sendMessage,
});

async function sendMessage(
  given: CommandLine<"server" | "time" | "v" | "w">,
  surroundings: Surroundings,
): Promise<Outcome> {
  const [called = "", ...words] = given.operands;
  const seconds = Number(given.values("time").at(-1) ?? "60");
  if (!(Number.isInteger(seconds) && 1 <= seconds && seconds <= limits.messageSeconds)) {
    return { exit: 2, error: `/time takes whole seconds from 1 to ${limits.messageSeconds}.\n` };
  }
  const text = 0 < words.length ? words.join(" ") : (await surroundings.readInput()).trim();
  if (text === "") return { exit: 2, error: "There is no message: write it behind the name, or pipe it in.\n" };
  return withAdmin(given, surroundings, async (admin) => {
    const rows = sessionRows({ ...(await allSessions(admin)), isListening: false });
    const sessions = (called === "*" ? rows : sessionsCalled(rows, called)).filter(
      // The console is not ours to write on.
      (row) => row.state === "Active" && row.facts !== undefined,
    );
    if (sessions.length === 0) {
      const nobody = called === "*" ? "Nobody is connected" : `${called} does not exist or is disconnected`;
      return { exit: 1, error: `${nobody}\n` };
    }
    const wait = given.has("w");
    const sent = sessions.map(async (row) => {
      const reply = await admin.call("message", { session: sessionId(row.id), text, seconds, wait });
      return { row, reply };
    });
    return report(await Promise.all(sent), given, seconds);
  });
}

function report(
  replies: readonly { readonly row: SessionRow; readonly reply: MessageReply }[],
  given: CommandLine<"server" | "time" | "v" | "w">,
  seconds: number,
): Outcome {
  const isDenied = replies.some(({ reply }) => reply.is === "denied");
  const isShown = replies.every(({ reply }) => shownOutcomes.has(reply.is));
  const exit = isDenied ? 5 : isShown ? 0 : 1;
  if (given.json) {
    const lines = replies.map(({ row, reply }) => ({ session: row.id, user: row.user, result: reply.is }));
    return { exit, out: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
  }
  const out: string[] = [];
  const wrong: string[] = [];
  for (const { row, reply } of replies) {
    if (given.has("v")) out.push(`Sending message to session ${row.name}, display time ${seconds}`);
    const [told, problem] = [said(row, reply), problemOf(row, reply)];
    if (told !== undefined && (given.has("w") || given.has("v"))) out.push(told);
    if (problem !== undefined) wrong.push(problem);
  }
  return {
    exit,
    ...(out.length === 0 ? {} : { out: `${out.join("\n")}\n` }),
    ...(wrong.length === 0 ? {} : { error: `${wrong.join("\n")}\n` }),
  };
}

function said(row: SessionRow, reply: MessageReply): string | undefined {
  if (reply.is === "answered") return `Message to session ${row.name} responded to by user`;
  if (reply.is === "silence") return `Timeout on message to session ${row.name} before user response`;
  return undefined;
}

function problemOf(row: SessionRow, reply: MessageReply): string | undefined {
  if (reply.is === "denied") return `Error 5 sending message to session ${row.name}: ${reply.why}`;
  if (reply.is === "none" || reply.is === "notShown") {
    return `Nobody looks at session ${row.id} any more; the message was not seen`;
  }
  return undefined;
}

const shownOutcomes: ReadonlySet<MessageReply["is"]> = new Set(["sent", "answered", "silence"]);
