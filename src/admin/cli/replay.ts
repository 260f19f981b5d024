import { command, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";

export const replay = command({
  name: "replay",
  group: "look",
  summary: "Plays a trace: what was sent and received, whether it would be answered so today, and the pictures",
  operands: "FILE",
  operandCount: { from: 1, to: 1 },
  switches: {
    speed: { takes: "N", means: "Prints at N times the pace at which it happened; 0.01 to 1000." },
    fast: { means: "Prints as fast as it goes. So it is without --speed." },
    from: { takes: "SECONDS", means: "Leaves out what happened earlier; counted from the first record." },
    to: { takes: "SECONDS", means: "Leaves out what happened later." },
    connection: { takes: "ID", means: "Only this connection." },
    pictures: {
      takes: "FOLDER",
      means: "Writes what the client had on its screen, a PNG file for each frame (2000 at most).",
    },
    report: { takes: "FILE", means: "Writes the page to look at (report.html), and prints nothing." },
    at: { takes: "SECONDS", means: "With --pictures: only the picture that stood then." },
  },
  details: [
    "FILE is an archive of `holdfast trace`, a folder that it was unpacked into, or one of its records/*.hftrace.",
    "A line for each message: when (UTC), how many seconds after the first record, which way (→ from the client, ← to " +
      "it, · no message), its name and fields. Secrets are not in a trace; ‹removed› stands where one was.",
    "What the client sent is run again through this version of Holdfast, from negotiation to the live session, and " +
      "the kinds of its answers are compared with those of then: the first difference is shown. CredSSP is left " +
      "out, since its secrets are gone. Nothing is connected to, and nothing on this host is changed.",
    "Pictures need a trace that was taken with them (`holdfast trace start --pictures`) and that begins with the " +
      "connection. H.264 is not drawn.",
  ],
  examples: [
    { line: "holdfast replay trace-20261121-103000.tar.gz", does: "everything, and whether it is the same today" },
    { line: "holdfast replay trace.tar.gz --connection 12 --speed 1", does: "one connection, at its own pace" },
    { line: "holdfast replay trace.tar.gz --from 2 --to 3.5 --json", does: "a second and a half, for a program" },
    { line: "holdfast replay trace.tar.gz --pictures /tmp/seen", does: "what the client saw" },
  ],
  exits: {
    0: "it was played, and today's answers are those of then where that could be found out",
    1: "it cannot be read or is cut, an answer differs, or there are no pictures though they were asked for",
    2: "wrong usage",
  },
  json:
    '{"start":"2026-11-21T10:30:00.000Z","streams":[{"process":{"kind":"connection","id":12},' +
    '"file":"records/connection-12.hftrace","problem":null,' +
    '"records":[{"at":1795257000000000,"offset":0,"arrow":"→","step":"awaitingNegotiation","bytes":43,' +
    '"name":"ConnectionRequest","text":"…","fields":{}}],' +
    '"again":{"is":"same","messages":31,"answers":17},"pictures":null}]}',
  run: (given, surroundings) => runReplay(given, surroundings),
});

type Given = CommandLine<"speed" | "fast" | "from" | "to" | "connection" | "pictures" | "at" | "report">;

async function runReplay(given: Given, surroundings: Surroundings): Promise<Outcome> {
  const speed = numberOf(given, "speed");
  const from = numberOf(given, "from");
  const to = numberOf(given, "to");
  const connection = numberOf(given, "connection");
  const pictureAt = numberOf(given, "at");
  if (speed !== undefined && !(0.01 <= speed && speed <= 1000))
    return wrong("--speed takes a number from 0.01 to 1000.");
  if (speed !== undefined && given.has("fast")) return wrong("--speed and --fast exclude each other.");
  for (const [name, value] of Object.entries({ from, to, at: pictureAt }))
    if (value !== undefined && !(0 <= value)) return wrong(`--${name} takes seconds, from 0.`);
  if (from !== undefined && to !== undefined && to < from) return wrong("--to is before --from.");
  if (connection !== undefined && !Number.isInteger(connection)) return wrong("--connection takes a number.");
  if (pictureAt !== undefined && !given.has("pictures")) return wrong("--at needs --pictures FOLDER.");
  const pictures = given.has("pictures") ? lastOf(given, "pictures") : undefined;
  const report = given.has("report") ? lastOf(given, "report") : undefined;
  if (report === "") return wrong("--report takes a file.");
  if (report !== undefined && pictures !== undefined) return wrong("--report and --pictures exclude each other.");
  if (pictures === "") return wrong("--pictures takes a folder.");
  return surroundings.replay({
    file: given.operands[0] ?? "",
    speed,
    from,
    to,
    connection,
    pictures,
    pictureAt,
    report,
    json: given.json,
    print: (text) => surroundings.print(text),
  });
}

/** NaN: it is no number. */
function numberOf(given: Given, name: Parameters<Given["values"]>[0]): number | undefined {
  if (!given.has(name)) return undefined;
  const text = lastOf(given, name);
  return text.trim() === "" ? Number.NaN : Number(text);
}

function lastOf(given: Given, name: Parameters<Given["values"]>[0]): string {
  return given.values(name).at(-1) ?? "";
}

function wrong(problem: string): Outcome {
  return { exit: 2, error: `${problem}\nMore: holdfast replay --help\n` };
}
