import { listOf, object, optional, text } from "#base/shape/shape.ts";
import { entry } from "./entry.ts";

const failed = object({ sentence: text, culprit: text, log: listOf(text, { atMost: 40 }) });

/** Why a session cannot be had, or was taken away. */
export const sessionRefusals = {
  "HF-SESS-01": entry({
    facts: failed,
    title: "Your desktop could not be started",
    explain: (r) => `${r.culprit}: ${r.sentence}`,
    culprit: (r) => ({ is: "program", name: r.culprit }),
    remedy:
      "Show these lines to the administrator. `holdfast query session` lists what runs; nothing of this attempt was left behind.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SESS-02": entry({
    facts: object({ sentence: text, culprit: text, log: listOf(text, { atMost: 40 }), rule: optional(text) }),
    title: "The host refused to open a session",
    explain: (r) => `${r.culprit}: ${r.sentence}`,
    culprit: (r) => ({ is: "file", name: r.rule ?? "/etc/pam.d/holdfast" }),
    remedy:
      "The administrator finds the rule among the session lines of the PAM file that is named above, or in /etc/security/limits.conf.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SESS-03": entry({
    facts: object({ sentence: text, culprit: text, log: listOf(text, { atMost: 40 }), by: optional(text) }),
    title: "Your desktop has ended",
    explain: (r) =>
      `${r.culprit}: ${r.sentence.replace(/\.$/u, "")}${r.by === undefined ? "" : `, by the order of ${r.by}`}.`,
    culprit: (r) => (r.by === undefined ? { is: "program", name: r.culprit } : { is: "person", name: r.by }),
    remedy: "Connect again to get a new one.",
    helpers: ["you"],
    tell: "ERRINFO_LOGOFF_BY_USER",
  }),
  "HF-SESS-04": entry({
    facts: object({ address: text, name: text }),
    title: "Your session was continued from another place",
    explain: (r) =>
      `You signed in at ${r.name === "" ? r.address : `${r.name} (${r.address})`}; the session has moved there.`,
    culprit: (r) => ({ is: "person", name: `whoever signed in at ${r.name === "" ? r.address : r.name}` }),
    remedy: "Connect again to bring it back here.",
    helpers: ["you"],
    tell: "ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION",
  }),
  "HF-SESS-05": entry({
    facts: object({ by: optional(text) }),
    title: "You were disconnected",
    explain: ({ by = "An administrator, or you yourself from another place," }) =>
      `${by} disconnected this session. It goes on running.`,
    culprit: ({ by }) => (by === undefined ? { is: "order", name: "tsdiscon" } : { is: "person", name: by }),
    remedy: "Connect again to return to it.",
    helpers: ["you"],
    tell: "ERRINFO_RPC_INITIATED_DISCONNECT",
  }),
  "HF-SESS-06": entry({
    facts: object({ by: text }),
    title: "Your session was ended",
    explain: (r) => `It was ended by ${r.by}.`,
    culprit: (r) => ({ is: "person", name: r.by }),
    remedy: "Connect again to get a new one; ask the administrator for the reason.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_RPC_INITIATED_LOGOFF",
  }),
  "HF-SESS-07": entry({
    facts: object({ problem: text }),
    title: "The connection to your session broke",
    explain: (r) => `Inside this host: ${r.problem.replace(/\.$/u, "")}.`,
    culprit: () => ({ is: "program", name: "the session's keeper" }),
    remedy: "Connect again; the session goes on as long as `holdfast query session` lists it.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SESS-08": entry({
    facts: failed,
    title: "The X server of your desktop has ended",
    explain: (r) => `${r.culprit}: ${r.sentence}`,
    culprit: (r) => ({ is: "program", name: r.culprit }),
    remedy:
      "Connect again to get a new desktop; programs that ran on the old one have ended with it. The administrator finds the reason in the host's journal (memory?).",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SESS-09": entry({
    facts: object({ name: text }),
    title: "Your session can be taken up at another computer only",
    explain: (r) => `It was disconnected at “${r.name}”, and this host returns sessions to the same computer.`,
    culprit: () => ({ is: "setting", name: "fReconnectSame" }),
    remedy:
      "Connect from that computer. The administrator can sign the session out (`holdfast logoff`), or allow every computer with fReconnectSame = 0.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SESS-10": entry({
    facts: object({ by: text, address: text, name: text }),
    title: "Your session was moved to another connection",
    explain: (r) => `${r.by} moved it to ${r.name === "" ? r.address : `${r.name} (${r.address})`}, where it goes on.`,
    culprit: (r) => ({ is: "person", name: r.by }),
    remedy: "Connect again to bring it back here; ask whoever moved it (`holdfast tscon`) for the reason.",
    helpers: ["you"],
    tell: "ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION",
  }),
};
