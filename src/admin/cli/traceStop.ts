import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { traceOutcome } from "./traceReply.ts";

export const traceStop = command({
  name: "trace stop",
  group: "service",
  summary: "Ends the trace, and makes its archive",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: ["Of a trace that has stopped by itself it says where its archive is, or why there is none."],
  examples: [{ line: "holdfast trace stop", does: "prints the path of the archive" }],
  exits: {
    0: "the archive is there",
    1: "no trace was running, it could not be kept, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"path":"/var/lib/holdfast/collected/trace-20261121-103000.tar.gz","bytes":1234567,"because":"it was stopped"}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => traceOutcome(await admin.call("traceStop", {}), given.json)),
});
