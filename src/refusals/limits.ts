import { boolean, number, object, text } from "#base/shape/shape.ts";
import { entry } from "./entry.ts";

const limit = object({ milliseconds: number, ended: boolean });

/** What limits of time and of places take away from who has a session. */
export const limitRefusals = {
  "HF-LIMIT-01": entry({
    facts: limit,
    title: "Your session was left alone for too long",
    explain: (r) => `Nobody touched it for ${duration(r.milliseconds)}, so it was ${doneWith(r)}`,
    culprit: () => ({ is: "setting", name: "MaxIdleTime" }),
    remedy: "Connect again. The limit is the setting MaxIdleTime; fResetBroken decides between the two ends.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_IDLE_TIMEOUT",
  }),
  "HF-LIMIT-02": entry({
    facts: limit,
    title: "Your time on this host is over",
    explain: (r) => `A connection may last ${duration(r.milliseconds)}; then the session is ${doneWith(r)}`,
    culprit: () => ({ is: "setting", name: "MaxConnectionTime" }),
    remedy: "Connect again. The limit is the setting MaxConnectionTime; fResetBroken decides between the two ends.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_LOGON_TIMEOUT",
  }),
  "HF-LIMIT-03": entry({
    facts: object({ to: text }),
    title: "You gave your place to somebody else",
    explain: (r) => `${r.to} has it now. Your session is disconnected, and goes on running.`,
    culprit: (r) => ({ is: "person", name: r.to }),
    remedy: "Connect again when a place is free to return to it.",
    helpers: ["you"],
    tell: "ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION",
  }),
};

function doneWith({ ended }: { readonly ended: boolean }): string {
  return ended ? "ended, with all its programs." : "disconnected. It goes on running.";
}

/** In the largest unit that gives a whole number: "90 minutes", "1 hour", "5 seconds". */
export function duration(milliseconds: number): string {
  const [unit, length] = units.find(([, each]) => milliseconds % each === 0) ?? ["second", 1000];
  const count = Math.round((milliseconds / length) * 10) / 10;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;
