import { setTimeout as delay } from "node:timers/promises";
import { withAdmin } from "./adminSocket.ts";
import { command, type Outcome } from "./command.ts";

export const restart = command({
  name: "restart",
  group: "service",
  summary: "Takes up the program and the configuration that are on the disk now",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [
    "Nobody is disconnected: sessions and connected clients go on, and who arrives meanwhile waits a moment. What is on " +
      "the disk is tried first; if it could not start, the running service stays, and you are told why. The service " +
      "keeps its process id. SIGHUP does the same.",
  ],
  examples: [{ line: "holdfast restart", does: "after an upgrade, or a change of holdfast.toml" }],
  exits: {
    0: "it has restarted",
    1: "it could not restart, or the service is not running",
    2: "wrong usage",
    5: "denied: only administrators may",
  },
  json: '{"restarted":true,"unservedMs":640}',
  run: async (given, surroundings) => {
    let before: number | undefined;
    const ordered = await withAdmin(given, surroundings, async (admin): Promise<Outcome> => {
      before = (await admin.call("status", {})).startedAt;
      const reply = await admin.call("restart", {});
      if (reply.is === "denied") return { exit: 5, error: `Error [5]:${reply.why}\n` };
      if (reply.is !== "done") return { exit: 1, error: `It would not start again, so it goes on:\n${whyOf(reply)}\n` };
      return { exit: 0 };
    });
    if (ordered.exit !== 0) return ordered;
    const asked = performance.now();
    while (performance.now() - asked < restartTakesAtMost) {
      await delay(askAgainAfter);
      let now: number | undefined;
      await withAdmin(given, surroundings, async (admin) => {
        now = (await admin.call("status", {})).startedAt;
        return { exit: 0 };
      });
      if (now === undefined || now === before) continue;
      const unservedMs = Math.round(performance.now() - asked);
      if (given.json) return { exit: 0, out: `${JSON.stringify({ restarted: true, unservedMs })}\n` };
      return { exit: 0, out: `Holdfast has restarted. Who arrived meanwhile waited ${unservedMs} ms at most.\n` };
    }
    return { exit: 1, error: `It has not come back within ${restartTakesAtMost / 1000} s. See: holdfast status\n` };
  },
});

function whyOf(reply: { readonly is: "none" } | { readonly is: "failed"; readonly why: string }): string {
  return reply.is === "failed" ? reply.why : "";
}

const askAgainAfter = 50;
const restartTakesAtMost = 20_000;
