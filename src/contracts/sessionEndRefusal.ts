import type { Refusal } from "#refusals/refusal.ts";
import type { Cause, SessionEnd } from "./keeper.ts";

/** What a session's end means for whoever was at it, and whether it is worth a screen that waits for its user. */
export function refusalOfSessionEnd(end: SessionEnd): { readonly refusal: Refusal; readonly shown: boolean } {
  const ordered = refusalOfCause(end.orderedFor, { ended: true });
  if (ordered !== undefined) return { refusal: ordered, shown: false };
  const facts = { sentence: end.sentence, culprit: end.culprit, log: end.log };
  switch (end.cause) {
    case "signedOut":
      return { refusal: { code: "HF-SESS-03", ...facts, ...orderedBy(end.orderedFor) }, shown: false };
    case "serverDied":
      return { refusal: { code: "HF-SESS-08", ...facts }, shown: true };
    case "desktopEnded":
      // It broke under its user's hands, and he should see why.
      return { refusal: { code: "HF-SESS-03", ...facts }, shown: true };
    case "pamRefused":
    case "userUnknown":
      return {
        refusal: { code: "HF-SESS-02", ...facts, ...(end.rule === undefined ? {} : { rule: end.rule }) },
        shown: true,
      };
    case "reset":
      return { refusal: { code: "HF-SESS-06", by: orderedBy(end.orderedFor).by ?? end.culprit }, shown: false };
    default:
      return { refusal: { code: "HF-SESS-01", ...facts }, shown: true };
  }
}

/** Who has ordered it, where somebody is known to have. */
export function orderedBy(cause: Cause | undefined): { readonly by?: string } {
  return cause?.by === "order" && cause.detail !== undefined ? { by: cause.detail } : {};
}

/** undefined: it was no limit, or one that a newer version knows. */
export function refusalOfCause(cause: Cause | undefined, { ended }: { readonly ended: boolean }): Refusal | undefined {
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
