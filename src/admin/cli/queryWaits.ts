import type { WaitOf } from "#contracts/admin.ts";
import { withAdmin } from "./adminSocket.ts";
import { plain } from "./columns.ts";
import { command } from "./command.ts";

export const queryWaits = command({
  name: "query waits",
  group: "look",
  summary: "Lists all that Holdfast waits for now: whose wait it is, how long it has lasted, and when it ends",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [
    "Windows has no such command. Asked at this moment of the service, each connection and each session's keeper; one " +
      "that does not answer within two seconds is listed as silent. ENDS IN is the time until a wait's deadline; “-” " +
      "stands for what ends with something else: a person who types, a step with a deadline of its own.",
    "What the programs in a session wait for: holdfast dump /session:ID /light",
  ],
  examples: [{ line: "holdfast query waits", does: "what is everybody waiting for?" }],
  exits: {
    0: "found, also when nothing is waited for",
    1: "the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"waits":[{"connection":12,"pid":4711,"wait":{"what":"PAM: may he sign in","waited":4100,"left":85900}}],"more":false}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("waits", {});
      if (reply.is === "denied") return { exit: 5, error: `Error [5]:${reply.why}\n` };
      const { waits, more } = reply;
      if (given.json) return { exit: 0, out: `${JSON.stringify({ waits, more })}\n` };
      if (waits.length === 0) return { exit: 0, out: "Nothing is waited for.\n" };
      return { exit: 0, out: `${header}${waits.map(lineOf).join("")}${more ? "… and more\n" : ""}` };
    }),
});

function lineOf({ connection, session, pid, wait: { what, waited, left } }: WaitOf): string {
  const who =
    connection === undefined ? (session === undefined ? "service" : `session ${session}`) : `connection ${connection}`;
  const times = [waited, left].map((time) => (time === undefined ? "-" : inSeconds(time)).padStart(9));
  return `${who.padEnd(17)}${String(pid).padStart(8)}${times.join("")}  ${plain(what)}\n`;
}

function inSeconds(time: number): string {
  return `${(time / 1000).toFixed(1)} s`;
}

const header = "WHO                   PID   LASTED  ENDS IN  FOR\n";
