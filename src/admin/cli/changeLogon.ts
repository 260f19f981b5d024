import type { LogonMode } from "#contracts/admin.ts";
import { withAdmin } from "./adminSocket.ts";
import { command, type Outcome } from "./command.ts";

export const changeLogon = command({
  name: "change logon",
  alias: "chglogon",
  group: "service",
  summary: "Says who may come: everybody, nobody, or only those who have a session",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    query: { means: "Which of these is in force." },
    enable: { means: "Everybody may sign in." },
    disable: { means: "Nobody may, not even to return to a session. A restart of the host ends it." },
    drain: { means: "Who has a session may return to it; there are no new ones. It outlives a restart of the host." },
    drainuntilrestart: { means: "The same, until the host is restarted." },
  },
  details: [
    "One of the switches has to be given. Who is connected works on, whichever it is. A restart of the service " +
      "changes nothing. The administrator's door stays open: connect with /admin.",
    "Everybody may ask; only administrators may change it.",
  ],
  examples: [
    { line: "holdfast change logon /drain", does: "lets the host run empty, for maintenance" },
    { line: "holdfast change logon /enable", does: "ends that" },
    { line: "holdfast chglogon /query", does: "which is in force?" },
  ],
  exits: {
    0: "asked or done",
    1: "it could not be kept, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"logonMode":"drain","result":"done"}',
  run: async (given, surroundings) => {
    const orders = (["query", "enable", "disable", "drain", "drainuntilrestart"] as const).filter(given.has);
    const [order, surplus] = orders;
    if (order === undefined || surplus !== undefined) return oneIsNeeded;
    return withAdmin(given, surroundings, async (admin) => {
      if (order === "query") {
        const { logonMode = "enabled" } = await admin.call("status", {});
        return said(logonMode, given.json);
      }
      const mode = modes[order];
      const reply = await admin.call("setLogonMode", { mode });
      if (reply.is === "done") return said(mode, given.json);
      const why = "why" in reply ? reply.why : "the service does not say why";
      const out = given.json ? { out: `${JSON.stringify({ logonMode: mode, result: reply.is, why })}\n` } : {};
      return reply.is === "denied"
        ? { exit: 5, ...out, error: `Could not change the logon mode, Error code 5\nError [5]:${why}\n` }
        : { exit: 1, ...out, error: `Could not change the logon mode: ${why}\n` };
    });
  },
});

/** In the manner of Windows, whose words the first two are. */
export function logonModeWords(mode: LogonMode): string {
  switch (mode) {
    case "enabled":
      return "Session logins are currently ENABLED";
    case "disabled":
      return "Session logins are currently DISABLED";
    case "drain":
      return "New session logins are currently DISABLED, reconnecting to existing sessions is ENABLED";
    case "drainUntilRestart":
      return "New session logins are DISABLED until the host is restarted, reconnecting to existing sessions is ENABLED";
  }
}

function said(mode: LogonMode, json: boolean): Outcome {
  const text = json ? JSON.stringify({ logonMode: mode, result: "done" }) : logonModeWords(mode);
  return { exit: 0, out: `${text}\n` };
}

const modes = {
  enable: "enabled",
  disable: "disabled",
  drain: "drain",
  drainuntilrestart: "drainUntilRestart",
} as const;
const oneIsNeeded: Outcome = {
  exit: 2,
  error: "Give one of /query, /enable, /disable, /drain, /drainuntilrestart. More: holdfast change logon --help\n",
};
