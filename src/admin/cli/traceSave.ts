import { connectionId } from "#base/ids.ts";
import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { connectionOf, traceOutcome } from "./traceReply.ts";

export const traceSave = command({
  name: "trace save",
  group: "service",
  summary: "Makes an archive of what has already happened: every connection remembers its last messages",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    connection: { takes: "ID", means: "This connection alone, which may have ended already." },
  },
  details: [
    "As holdfast trace stop, for what is remembered: the last messages of each connection (TraceRingKilobytes), the " +
      "beginning and the end of those that are over, and what the service and the keepers did. There are no CPU " +
      "profiles in it.",
  ],
  examples: [{ line: "holdfast trace save", does: "somebody was refused a minute ago: why?" }],
  exits: {
    0: "the archive is there",
    1: "it could not be kept, a trace is running, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"path":"/var/lib/holdfast/collected/trace-20261121-103000.tar.gz","bytes":1234567,"because":"it is what was remembered"}',
  run: async (given, surroundings) => {
    const asked = connectionOf(given.values("connection"));
    if ("problem" in asked) return { exit: 2, error: asked.problem };
    const only = asked.id === undefined ? {} : { connection: connectionId(asked.id) };
    return withAdmin(given, surroundings, async (admin) =>
      traceOutcome(await admin.call("traceSave", only), given.json),
    );
  },
});
