import type { LeaksReply } from "#contracts/leaks.ts";
import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { findingJson, findingLines } from "./findingLines.ts";

export const leaks = command({
  name: "leaks",
  group: "look",
  summary: "Says what leaks on this host: what grows, what belongs to no session, what does not return to its count",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    explain: { means: "Also what is watched, and by which rules something is named." },
  },
  details: [
    "By owner, with the evidence and a remedy that costs nobody his session. The service looks once a minute " +
      "(LeakSampleSeconds) and needs 45 looks for growth; orphans are looked for at once. Administrators see " +
      "everything, others what is their own.",
  ],
  examples: [
    { line: "holdfast leaks", does: "is anything leaking?" },
    { line: "holdfast leaks --explain", does: "and how do you know?" },
    { line: "holdfast leaks --json", does: "for a monitor" },
  ],
  exits: {
    0: "nothing leaks",
    1: "something does, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json: '{"findings":[],"watch":{"samples":120,"every":60,"processes":48,"things":52,"since":7200}}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const { findings, watch } = await admin.call("leaks", {});
      const exit = findings.length === 0 ? 0 : 1;
      if (given.json) return { exit, out: `${JSON.stringify({ findings: findings.map(findingJson), watch })}\n` };
      const young = watch.samples < neededSamples ? ` Growth is named after ${neededSamples} looks.` : "";
      const none = `Nothing leaks: ${watch.samples} looks at ${watch.processes} processes so far.${young}\n`;
      const found = findings.length === 0 ? none : findingLines(findings);
      return { exit, out: given.has("explain") ? `${found}\n${explanation(watch)}` : found };
    }),
});

function explanation({ samples, every, processes, things, since }: LeaksReply["watch"]): string {
  return `What is watched
  ${samples} looks in ${Math.round(since / 60)} minutes, one every ${every} s, at ${processes} processes and ${things - processes} sums
  (sessions, users, folders in memory). A restart of the service begins anew.

growth      Memory, threads, descriptors of each process; processes of each session; shared memory, segments and kernel
            keys of each user; files in memory. Named when the median of the slopes of all pairs of samples (Theil and
            Sen) is above zero with 99 % of confidence, the last third rises as the whole does, every tenth of the time
            stands above the one before, no single step makes more than a quarter of it, less than 8 % was ever given
            back, and the limit is less than two weeks away.
orphan      What bears the mark of a session that is not there and has no keeper above it; displays whose X server does
            not answer; shared memory of users without a process; folders without a keeper. Seen twice.
unbalanced  Processes of Holdfast without a connection, session or sign-in for more than a minute; descriptors of the
            service that stay when connections go, compared at moments of the same load.
`;
}

/** As `policy/leaks/growth.ts` needs them. */
const neededSamples = 45;
