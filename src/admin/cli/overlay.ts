import { connectionId } from "#base/ids.ts";
import type { OrderReply } from "#contracts/admin.ts";
import { withAdmin } from "./adminSocket.ts";
import { command, type Outcome } from "./command.ts";

export const overlay = command({
  name: "overlay",
  group: "act",
  summary: "Draws on a client's screen how its picture is sent",
  operands: "connection on|off",
  operandCount: { from: 2, to: 2 },
  switches: {},
  details: [
    "In a corner: frames and bytes a second, round trip, frames in flight, how long input takes, and what frames are " +
      "made of. It changes only with pictures that are sent anyway. The connection's number is in query connection; " +
      "the same numbers are in its answer.",
  ],
  examples: [
    { line: "holdfast overlay 7 on", does: "for connection 7" },
    { line: "holdfast overlay 7 off", does: "takes it away" },
  ],
  exits: {
    0: "done",
    1: "no such connection at a session, it could not be done, or the service is not running",
    2: "wrong usage",
    5: "denied: it is somebody else's session",
  },
  json: '{"order":"overlay","connection":7,"shown":true,"result":"done"}',
  run: async (given, surroundings) => {
    const [called = "", how = ""] = given.operands;
    const shown = { on: true, off: false }[how.toLowerCase()];
    if (shown === undefined || !/^[1-9]\d{0,14}$/u.test(called)) {
      return { exit: 2, error: "It takes a connection's number and on or off: holdfast overlay 7 on\n" };
    }
    const connection = connectionId(Number(called));
    return withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("overlay", { connection, shown });
      if (!given.json) return outcome(reply, called);
      const why = "why" in reply ? { why: reply.why } : {};
      const out = `${JSON.stringify({ order: "overlay", connection, shown, result: reply.is, ...why })}\n`;
      return { exit: outcome(reply, called).exit, out };
    });
  },
});

function outcome(reply: OrderReply, called: string): Outcome {
  switch (reply.is) {
    case "done":
      return { exit: 0 };
    case "none":
      return { exit: 1, error: `No connection ${called} is at a session: holdfast query connection lists them\n` };
    case "denied":
      return { exit: 5, error: `${reply.why}\n` };
    case "failed":
      return { exit: 1, error: `The overlay was not changed: ${reply.why}\n` };
  }
}
