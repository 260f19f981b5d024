import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { findingLines } from "./findingLines.ts";

export const leaksClean = command({
  name: "leaks clean",
  group: "act",
  summary: "Shows what belongs to no session, and removes it",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    show: { means: "Shows it only." },
  },
  details: [
    "Ends orphaned processes and X servers, and removes sockets and locks of dead displays, shared memory and folders " +
      "of sessions that are no more. It never touches a process of a live session, and leaves alone what a user " +
      "could still reach from a session that he has now: those it names. Each is looked at again before it goes.",
  ],
  examples: [
    { line: "holdfast leaks clean --show", does: "what would go?" },
    { line: "holdfast leaks clean", does: "removes it" },
  ],
  exits: {
    0: "all of it is removed, or there was nothing",
    1: "something is left, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"results":[{"id":"process:4711:88123","removed":true}]}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const { findings } = await admin.call("leaks", {});
      const orphans = findings.filter((each) => each.is === "orphan");
      const shown = orphans.length === 0 ? "There is nothing that belongs to no session.\n" : findingLines(orphans);
      const ids = orphans.filter(({ kept }) => kept === undefined).map(({ id }) => id);
      if (given.has("show") || ids.length === 0) {
        return { exit: 0, out: given.json ? `${JSON.stringify({ results: [] })}\n` : shown };
      }
      const reply = await admin.call("cleanLeaks", { ids });
      if (reply.is === "denied") return { exit: 5, error: `Error [5]:${reply.why}\n` };
      const exit = reply.results.every(({ removed }) => removed) ? 0 : 1;
      if (given.json) return { exit, out: `${JSON.stringify({ results: reply.results })}\n` };
      const told = reply.results.map(({ id, removed, why }) =>
        removed ? `removed  ${id}\n` : `left     ${id}: ${why ?? "the service does not say why"}\n`,
      );
      return { exit, out: `${shown}\n${told.join("")}` };
    }),
});
