import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command } from "./command.ts";
import { metricsText } from "./metricsText.ts";

export const metrics = command({
  name: "metrics",
  group: "look",
  summary: "Prints the host's numbers for a monitor, in Prometheus' text format",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [
    "Sessions, seats and connections, and for each connection how its picture is sent: frames, bytes, what they were " +
      "made of, round trip, frames in flight, and how long its input takes. A connection tells its numbers every " +
      "five seconds while it draws. For node_exporter let a timer write them into its textfile folder.",
    "Who may not see other people's connections gets the sums and his own.",
  ],
  examples: [
    { line: "holdfast metrics", does: "the numbers now" },
    {
      line: "holdfast metrics > /var/lib/prometheus/node-exporter/holdfast.prom",
      does: "for node_exporter, from a timer",
    },
  ],
  exits: { 0: "printed", 1: "the service is not running", 2: "wrong usage", 5: "the service does not let you in" },
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const status = await admin.call("status", {});
      const { sessions, counters } = await allSessions(admin, "sessions");
      const { connections } = await allSessions(admin, "connections");
      return { exit: 0, out: metricsText({ status, sessions, counters, connections }) };
    }),
});
