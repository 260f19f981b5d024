import { limits } from "#base/limits.ts";
import { withAdmin } from "./adminSocket.ts";
import { command, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { explanationOf, livingExplanation, recordLine } from "./explanation.ts";
import { historyFilterOf, type HistoryFilter } from "./historyFilter.ts";

type Given = CommandLine<"user" | "since" | "session" | "connection">;

export const explain = command({
  name: "explain",
  group: "look",
  summary: "Says why somebody was refused, or why a connection or a session has ended",
  operands: "[ID|last]",
  operandCount: { from: 0, to: 1 },
  switches: {
    user: { takes: "NAME", means: "What happened to this user, or to whoever said he was." },
    since: { takes: "TIME", means: "From then on: 10:30, 2026-11-20, “2026-11-20 10:30”, 15m, 2h, 3d." },
    session: { takes: "ID", means: "What happened to this session, and to those who were at it." },
    connection: { takes: "ID", means: "What became of this connection." },
  },
  details: [
    "Each refusal and each end of a connection or session has a record, whose name stands on the user's screen: " +
      "HF-SEAT-01 · K7QX-2M. It may be typed in small letters and without the dash. `last` is the newest; so is nothing " +
      "at all. A connection that goes on has its name already, and shows its way so far.",
    "Of several records there is a line each; of one, all that is known: what happened, at which step and since when, " +
      "whose limit, rule or program it was, what to do and who can, when each phase of the connection began and how " +
      "long it took, and what was waited for.",
    "Administrators see all records, others those of their own sign-ins. Records are kept as long as EventLogDays and " +
      "EventLogMegabytes say.",
  ],
  examples: [
    { line: "holdfast explain K7QX-2M", does: "what the user reads from his screen" },
    { line: "holdfast explain last", does: "the newest" },
    { line: "holdfast explain /user:anna /since:10:30", does: "all of anna's since half past ten" },
  ],
  exits: {
    0: "found",
    1: "there is no such record, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"records":[{"id":"K7QX-2M","at":1795208100000,"what":"refused","how":"All seats are taken","words":{"code":"HF-SEAT-01",' +
    '"title":"All seats are taken","explanation":"2 of 2 sessions are in use on ts1, and none came free.",' +
    '"culprit":{"is":"setting","name":"MaxInstanceCount"},"cause":"the setting MaxInstanceCount","remedy":"…",' +
    '"helpers":["you, or the administrator"],"errorInfo":"ERRINFO_SERVER_DENIED_CONNECTION"},' +
    '"facts":{"used":2,"limit":2,"host":"ts1"},"reason":7,"step":"decision","stepSince":1795208000000,' +
    '"since":1795207999000,"connection":12,"user":"anna","authenticated":true,' +
    '"client":{"address":"192.0.2.7","name":"DESK-7","build":22631},"phases":[{"phase":"accept","at":0}],' +
    '"waits":[{"for":"a free seat","count":1,"took":97000}]}],"living":[]}',
  run: explainRecords,
});

async function explainRecords(given: Given, surroundings: Surroundings): Promise<Outcome> {
  const shared = historyFilterOf(
    { values: (name) => (name === "until" ? [] : given.values(name)) },
    surroundings.now(),
  );
  if (shared.is === "wrong") return { exit: 2, error: `${shared.why}\n` };
  const { isNamed, request } = askedFor(given.operands[0], shared.filter);
  return withAdmin(given, surroundings, async (admin) => {
    const reply = await admin.call("records", request);
    if (reply.is === "none") return nothing(given, reply.nearest);
    const { records, living } = reply;
    if (given.json) return { exit: 0, out: `${JSON.stringify({ records, living })}\n` };
    const whole = [
      ...(records.length === 1 || isNamed ? records.map(explanationOf) : []),
      ...living.map((facts) => livingExplanation(facts, surroundings.now())),
    ];
    const lines = 1 < records.length && !isNamed ? records.map((each) => `${recordLine(each)}\n`) : [];
    return { exit: 0, out: [lines.join(""), ...whole].filter((part) => part !== "").join("\n") };
  });
}

function askedFor(operand: string | undefined, filter: HistoryFilter) {
  const isLast = operand?.toLowerCase() === "last";
  const isList = !isLast && 0 < Object.keys(filter).length;
  const isNamed = operand !== undefined && !isLast;
  const atMost = isNamed || isList ? limits.recordsAnswered : 1;
  return { isNamed, request: { ...filter, atMost, ...(isNamed ? { id: operand } : {}) } };
}

function nothing(given: Given, nearest: readonly string[]): Outcome {
  const [id] = given.operands;
  const out = given.json ? { out: `${JSON.stringify({ records: [], living: [], nearest })}\n` } : {};
  if (id === undefined || id.toLowerCase() === "last") return { exit: 1, ...out, error: "There is no such record.\n" };
  const like = nearest.length === 0 ? "" : ` The nearest: ${nearest.join(", ")}.`;
  return { exit: 1, ...out, error: `There is no record ${id}.${like} All of today: holdfast explain /since:0:00\n` };
}
