import { listOf, number, object, text } from "#base/shape/shape.ts";
import { entry } from "./entry.ts";

/** What goes wrong between the first byte and the sign-in. */
export const wireRefusals = {
  "HF-WIRE-01": entry({
    facts: object({ offered: listOf(text, { atMost: 32 }) }),
    title: "The client offers only legacy RDP security",
    explain: (r) =>
      `It offered ${r.offered.length === 0 ? "no protocol above RC4" : r.offered.join(", ")}; this host accepts TLS and CredSSP (NLA).`,
    culprit: () => ({ is: "setting", name: "SecurityLayer" }),
    remedy:
      "Use a client newer than 2008, or switch TLS on in the client's settings. The administrator can allow the old way with SecurityLayer = 0.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-WIRE-02": entry({
    facts: object({ offered: listOf(text, { atMost: 32 }) }),
    title: "This host requires Network Level Authentication",
    explain: (r) => `The client offered ${r.offered.join(", ") || "nothing"}, but not CredSSP (NLA).`,
    culprit: () => ({ is: "setting", name: "UserAuthentication" }),
    remedy: "Switch NLA on in the client. The administrator can allow TLS alone with UserAuthentication = 0.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-WIRE-03": entry({
    facts: object({ step: text, problem: text }),
    title: "The client sent bytes that make no sense",
    explain: (r) => `In the step “${r.step}”: ${r.problem}.`,
    culprit: (r) => ({ is: "client", name: `its message in the step “${r.step}”` }),
    remedy: "Try another client or a newer version of it. If this one is stock software, send us the trace.",
    helpers: ["you"],
    tell: "ERRINFO_DECRYPTFAILED2",
  }),
  "HF-WIRE-04": entry({
    facts: object({ step: text, seconds: number }),
    title: "The client fell silent",
    explain: (r) => `Nothing came for ${r.seconds} s in the step “${r.step}”.`,
    culprit: () => ({ is: "setting", name: "HandshakeStepSeconds" }),
    remedy: "Look at the network between client and host; the deadline is the setting HandshakeStepSeconds.",
    helpers: ["administrator"],
    tell: "ERRINFO_IDLE_TIMEOUT",
  }),
  "HF-WIRE-05": entry({
    facts: object({ problem: text }),
    title: "The TLS handshake failed",
    explain: (r) => `Between client and host: ${r.problem}.`,
    culprit: () => ({ is: "client", name: "its side of the TLS handshake" }),
    remedy: "The client must speak TLS 1.2 or 1.3 and accept the host's certificate.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-WIRE-06": entry({
    facts: object({ step: text, got: text }),
    title: "The client sent a message out of order",
    explain: (r) => `In the step “${r.step}” came ${r.got}.`,
    culprit: (r) => ({ is: "client", name: `its message in the step “${r.step}”` }),
    remedy: "Try another client or a newer version of it. If this one is stock software, send us the trace.",
    helpers: ["you"],
    tell: "ERRINFO_UNKNOWNPDUTYPE2",
  }),
  "HF-WIRE-07": entry({
    facts: object({ seconds: number }),
    title: "The client has vanished",
    explain: (r) => `It has stopped answering; the keep-alive allows ${r.seconds} s.`,
    culprit: () => ({ is: "network", name: "between the client and this host" }),
    remedy:
      "The session goes on: connect again to return to it. Look at the network between client and host; how soon this is noticed is the setting KeepAliveSeconds.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_IDLE_TIMEOUT",
  }),
};
