import type { Client } from "#contracts/facts.ts";
import type { Cause, DetachReason, SessionEnd } from "#contracts/keeper.ts";
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
      return { refusal: refusalOf(reason.orderedFor, { ended: false }) ?? { code: "HF-SESS-05" }, shown: false };
    case "sessionEnded":
      return endOfSession(reason.end);
    case "keeperGone":
      return { refusal: { code: "HF-SESS-07", problem: `the session's keeper is gone (${reason.why})` }, shown: true };
  }
}

function placeOf({ address, name }: Client) {
  return { address, name };
}

function endOfSession(end: SessionEnd): { readonly refusal: Refusal; readonly shown: boolean } {
  const ordered = refusalOf(end.orderedFor, { ended: true });
  if (ordered !== undefined) return { refusal: ordered, shown: false };
  const facts = { sentence: end.sentence, culprit: end.culprit, log: end.log };
  switch (end.cause) {
    case "signedOut":
      return { refusal: { code: "HF-SESS-03", ...facts }, shown: false };
    case "serverDied":
      return { refusal: { code: "HF-SESS-08", ...facts }, shown: true };
    case "desktopEnded":
      // It broke under its user's hands, and he should see why.
      return { refusal: { code: "HF-SESS-03", ...facts }, shown: true };
    case "reset":
      return { refusal: { code: "HF-SESS-06", by: end.culprit }, shown: false };
    default:
      return { refusal: { code: "HF-SESS-01", ...facts }, shown: true };
  }
}

/** undefined: it was no limit, or one that a newer version knows. */
function refusalOf(cause: Cause | undefined, { ended }: { readonly ended: boolean }): Refusal | undefined {
  const milliseconds = Number(cause?.detail ?? 0) || 0;
  switch (cause?.by) {
    case "MaxIdleTime":
      return { code: "HF-LIMIT-01", milliseconds, ended };
    case "MaxConnectionTime":
      return { code: "HF-LIMIT-02", milliseconds, ended };
    case "placeGiven":
      return { code: "HF-LIMIT-03", to: cause.detail ?? "Somebody" };
    default:
      return undefined;
  }
}
