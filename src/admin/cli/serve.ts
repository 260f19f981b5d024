import { command } from "./command.ts";

export const serve = command({
  name: "serve",
  group: "service",
  summary: "Runs the service, until it is stopped by Ctrl+C or SIGTERM",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    listen: { takes: "ADDRESS", means: "address:port in place of the configured ones; several with commas." },
    check: { means: "Says whether it could start, with this program and configuration, and does not." },
  },
  details: [
    "As root it serves the users of this host; otherwise you alone, with a credential that it makes and shows. " +
      "Sessions and their clients go on when it stops, and are found again when it starts.",
  ],
  examples: [
    { line: "holdfast serve", does: "listens as configured, else at 0.0.0.0:3389" },
    { line: "holdfast serve --listen 127.0.0.1:3390", does: "listens here only" },
    { line: "holdfast serve --run /tmp/try --state /tmp/try", does: "apart from everything else" },
  ],
  exits: { 0: "it was stopped", 1: "it could not start", 2: "wrong usage or configuration" },
  run: async (given, surroundings) => {
    const listen = given.has("listen") ? { listen: given.values("listen").join(",") } : {};
    return { exit: await surroundings.serve({ ...given.folders, ...listen, check: given.has("check") }) };
  },
});
