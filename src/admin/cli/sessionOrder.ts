import { sessionId, type SessionId } from "#base/ids.ts";
import type { OrderReply } from "#contracts/admin.ts";
import { withAdmin, type Admin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import type { Outcome, Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { isSessionCalled, sessionRows, type SessionRow } from "./sessionRow.ts";

/** What differs between `reset session`, `logoff` and `tsdiscon`. */
export interface SessionOrder {
  /** As `--json` names it. */
  readonly name: "reset" | "logoff" | "disconnect";
  /** What `/v` says: "Logging off session ID 2". */
  doing(row: SessionRow): string;
  /** What could not be done: "logoff session ID 2". */
  undone(row: SessionRow): string;
  give(admin: Admin, session: SessionId): Promise<OrderReply>;
}

/** Finds the session by id or name, or takes the caller's own, and gives the order. */
export function giveSessionOrder(
  order: SessionOrder,
  given: CommandLine<"v">,
  surroundings: Surroundings,
): Promise<Outcome> {
  return withAdmin(given, surroundings, async (admin) => {
    const known = await allSessions(admin);
    const [called] = given.operands;
    if (called === undefined && known.own === undefined) return notInSession;
    const rows = sessionRows({ ...known, isListening: true });
    const row = rows.find((each) => (called === undefined ? each.own : isSessionCalled(each, called)));
    if (row === undefined) return outcome(order, undefined, called ?? String(known.own), { is: "none" }, given);
    // These stand in the list and are no sessions of the service.
    const why = row.name === "console" ? notTheConsole : accessDenied;
    const reply: OrderReply =
      row.facts === undefined ? { is: "denied", why } : await order.give(admin, sessionId(row.id));
    return outcome(order, row, called ?? String(row.id), reply, given);
  });
}

function outcome(
  order: SessionOrder,
  row: SessionRow | undefined,
  called: string,
  reply: OrderReply,
  given: CommandLine<"v">,
): Outcome {
  const words = orderWords(order, row, called, reply);
  if (given.json) {
    const why = "why" in reply ? { why: reply.why } : {};
    const result = { order: order.name, session: row?.id ?? null, result: reply.is, ...why };
    return { ...words, out: `${JSON.stringify(result)}\n` };
  }
  return given.has("v") && row !== undefined ? { ...words, out: `${order.doing(row)}\n` } : words;
}

function orderWords(order: SessionOrder, row: SessionRow | undefined, called: string, reply: OrderReply): Outcome {
  if (row === undefined || reply.is === "none") return { exit: 1, error: `No session exists for ${called}\n` };
  switch (reply.is) {
    case "done":
      return { exit: 0 };
    case "denied":
      return { exit: 5, error: `Could not ${order.undone(row)}, Error code 5\nError [5]:${reply.why}\n` };
    case "failed":
      return { exit: 1, error: `Could not ${order.undone(row)}: ${reply.why}\n` };
  }
}

const accessDenied = "Access is denied.";
const notTheConsole = "The console is the host's own screen, and none of Holdfast's sessions: sign out there.";
const notInSession: Outcome = {
  exit: 1,
  error: "You ask from outside of all sessions: name one. The sessions: holdfast query session\n",
};
