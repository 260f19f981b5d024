import { number, object, oneOf, text } from "#base/shape/shape.ts";
import { entry } from "./entry.ts";

/** Before the client may begin at all. */
export const admissionRefusals = {
  "HF-ADMIT-01": entry({
    facts: object({ scope: oneOf("address", "all"), address: text, limit: number, waitedSeconds: number }),
    title: "Too many connections are signing in at this moment",
    explain: (r) =>
      r.scope === "address"
        ? `From ${r.address} ${r.limit} connections have not signed in yet; this one waited ${r.waitedSeconds} s for a place.`
        : `On this host ${r.limit} connections have not signed in yet; this one waited ${r.waitedSeconds} s for a place.`,
    culprit: (r) => ({
      is: "setting",
      name: r.scope === "address" ? "UnauthenticatedPerAddress" : "UnauthenticatedInAll",
    }),
    remedy: "Try again in a minute. The limits are the settings UnauthenticatedPerAddress and UnauthenticatedInAll.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-ADMIT-02": entry({
    facts: object({ waitedSeconds: number, step: text }),
    title: "The Holdfast service does not answer",
    explain: (r) => `In the step “${r.step}” the service was asked and did not answer for ${r.waitedSeconds} s.`,
    culprit: () => ({ is: "program", name: "holdfast serve" }),
    remedy:
      "The administrator can look with `holdfast query session` and start it again; sessions are not touched by that.",
    helpers: ["administrator"],
    tell: "ERRINFO_RPC_INITIATED_DISCONNECT",
  }),
};
