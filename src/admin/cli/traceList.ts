import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { localeOf, shortDateAndTime } from "./shortDateAndTime.ts";
import { megabytes } from "./traceReply.ts";

export const traceList = command({
  name: "trace list",
  group: "service",
  summary: "Lists the archives of traces",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: ["They lie in the folder `collected` of the state folder, for root alone, until somebody removes them."],
  examples: [{ line: "holdfast trace list", does: "what has been collected?" }],
  exits: {
    0: "told",
    1: "there are none, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"traces":[{"path":"/var/lib/holdfast/collected/trace-20261121-103000.tar.gz","bytes":1234567,"at":1795257600000}]}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("traceList", {});
      if (reply.is === "denied") return { exit: 5, error: `Error [5]:${reply.why}\n` };
      const { traces } = reply;
      const exit = traces.length === 0 ? 1 : 0;
      if (given.json) return { exit, out: `${JSON.stringify({ traces })}\n` };
      if (exit === 1) return { exit, error: "There is no archive of a trace.\n" };
      const locale = localeOf(surroundings.environment);
      const rows = traces.map(
        ({ path, bytes, at }) => `${shortDateAndTime(at, { locale })}  ${megabytes(bytes).padStart(8)}  ${path}\n`,
      );
      return { exit, out: rows.join("") };
    }),
});
