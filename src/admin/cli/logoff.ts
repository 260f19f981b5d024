import { command, serverSwitch } from "./command.ts";
import { giveSessionOrder, type SessionOrder } from "./sessionOrder.ts";

export const logoff = command({
  name: "logoff",
  group: "act",
  summary: "Ends a session: its programs are asked to end, and after 5 s are ended",
  operands: "[name|id]",
  operandCount: { from: 0, to: 1 },
  switches: {
    server: serverSwitch,
    v: { means: "Says what is done." },
    vm: { means: "Taken for Windows' sake; it changes nothing." },
  },
  details: [
    "Without an operand the session in which you ask. There is no confirmation, and unsaved work is lost. Others' " +
      "sessions only administrators can end.",
  ],
  examples: [
    { line: "holdfast logoff", does: "signs you out" },
    { line: "holdfast logoff 2 /v", does: "ends session 2" },
    { line: "holdfast logoff rdp-tcp#3", does: "ends the session of connection 3" },
  ],
  exits: {
    0: "done",
    1: "no such session, it could not be ended, or the service is not running",
    2: "wrong usage",
    5: "denied: it is somebody else's session, or services or the listener",
  },
  json: '{"order":"logoff","session":2,"result":"done"}',
  run: (given, surroundings) => giveSessionOrder(signOut, given, surroundings),
});

const signOut: SessionOrder = {
  name: "logoff",
  doing: ({ id }) => `Logging off session ID ${id}`,
  undone: ({ id, name }) => `logoff session ID ${id}${name === "" ? "" : ` from session ${name}`}`,
  give: (admin, session) => admin.call("endSession", { session, how: "signOut" }),
};
