import type { Client } from "#contracts/facts.ts";
import type { DetachReason } from "#contracts/keeper.ts";
import { orderedBy, refusalOfCause, refusalOfSessionEnd } from "#contracts/sessionEndRefusal.ts";
import type { Refusal } from "#refusals/refusal.ts";

/**
 * What an attachment's end means for the client: the reason, and whether it is worth a screen that waits for its user.
 */
export function endOf(reason: DetachReason | { readonly is: "keeperGone"; readonly why: string }): {
  readonly refusal: Refusal;
  readonly shown: boolean;
} {
  switch (reason.is) {
    case "replaced":
      return {
        refusal:
          reason.movedBy === undefined
            ? { code: "HF-SESS-04", ...placeOf(reason.by) }
            : { code: "HF-SESS-10", by: reason.movedBy, ...placeOf(reason.by) },
        shown: false,
      };
    case "disconnected":
      return {
        refusal: refusalOfCause(reason.orderedFor, { ended: false }) ?? {
          code: "HF-SESS-05",
          ...orderedBy(reason.orderedFor),
        },
        shown: false,
      };
    case "sessionEnded":
      return refusalOfSessionEnd(reason.end);
    case "keeperGone":
      return { refusal: { code: "HF-SESS-07", problem: `the session's keeper is gone (${reason.why})` }, shown: true };
  }
}

function placeOf({ address, name }: Client) {
  return { address, name };
}
