import type { Refusal } from "#refusals/refusal.ts";
import type { CallFailed } from "#system/rpc/failures.ts";

/** What it means for a client that the service was asked and did not answer. */
export function serviceAway(failed: CallFailed): Refusal {
  const waitedSeconds = failed.cause.is === "deadline" ? Math.round(failed.cause.after / 1000) : 60;
  return { code: "HF-ADMIT-02", waitedSeconds, step: failed.message };
}
