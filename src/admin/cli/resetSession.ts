import { command, serverSwitch } from "./command.ts";
import { giveSessionOrder, type SessionOrder } from "./sessionOrder.ts";

export const resetSession = command({
  name: "reset session",
  alias: "rwinsta",
  group: "act",
  summary: "Kills a session that hangs, at once and without saving",
  operands: "{name|id}",
  operandCount: { from: 1, to: 1 },
  switches: {
    server: serverSwitch,
    v: { means: "Says what is done." },
  },
  details: [
    "Asks nothing. The programs are killed, and what they have not saved is lost: prefer logoff, and take this for a " +
      "session that does not end. Others' sessions only administrators can reset.",
  ],
  examples: [{ line: "holdfast reset session 2 /v", does: "kills session 2" }],
  exits: {
    0: "done",
    1: "no such session, it could not be reset, or the service is not running",
    2: "wrong usage",
    5: "denied: it is somebody else's session, or services or the listener",
  },
  json: '{"order":"reset","session":2,"result":"done"}',
  run: (given, surroundings) => giveSessionOrder(reset, given, surroundings),
});

const reset: SessionOrder = {
  name: "reset",
  doing: ({ id }) => `Resetting session ID ${id}`,
  undone: ({ id }) => `reset session ID ${id}`,
  give: (admin, session) => admin.call("endSession", { session, how: "reset" }),
};
