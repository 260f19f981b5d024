import { command, serverSwitch } from "./command.ts";
import { giveSessionOrder, type SessionOrder } from "./sessionOrder.ts";

export const tsdiscon = command({
  name: "tsdiscon",
  group: "act",
  summary: "Disconnects a session: the client goes, the programs go on",
  operands: "[id|name]",
  operandCount: { from: 0, to: 1 },
  switches: {
    server: serverSwitch,
    v: { means: "Says what is done." },
    vm: { means: "Taken for Windows' sake; it changes nothing." },
  },
  details: [
    "Without an operand the session in which you ask. Its user finds everything as it was when he connects again.",
  ],
  examples: [
    { line: "holdfast tsdiscon", does: "leaves, and keeps your programs running" },
    { line: "holdfast tsdiscon 2 /v", does: "disconnects session 2" },
  ],
  exits: {
    0: "done",
    1: "no such session, it could not be disconnected, or the service is not running",
    2: "wrong usage",
    5: "denied: it is somebody else's session, or services or the listener",
  },
  json: '{"order":"disconnect","session":2,"result":"done"}',
  run: (given, surroundings) => giveSessionOrder(disconnect, given, surroundings),
});

const disconnect: SessionOrder = {
  name: "disconnect",
  doing: ({ id, name }) => `Disconnecting sessionID ${id}${name === "" ? "" : ` from sessionname ${name}`}`,
  undone: ({ id, name }) => `disconnect sessionID ${id}${name === "" ? "" : ` from sessionname ${name}`}`,
  give: (admin, session) => admin.call("disconnectSession", { session }),
};
