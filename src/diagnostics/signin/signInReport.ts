import { stepLabels, type ProbeReport, type StepOutcome } from "../probe/probeReport.ts";
import { localStepLabels, type SignInStep } from "./signInStep.ts";
import { isSlow, usualDuration, type EarlierTests } from "./usualDurations.ts";

/** What came of trying it over RDP. */
export type OverRdp =
  | {
      readonly is: "tried";
      readonly report: ProbeReport;
      /** The service showed him a picture, and it said no. */
      readonly refused?: { readonly says: string; readonly remedy: string };
    }
  | { readonly is: "left"; readonly why: string };

export interface SignInReport {
  readonly user: string;
  /** ISO 8601. */
  readonly at: string;
  readonly result: "good" | "slow" | "failed" | "denied";
  /** Where it fails or is slow; "nowhere": all is well. */
  readonly culprit: "host" | "rdp" | "nowhere";
  readonly summary: string;
  readonly remedy: string | null;
  /** Earlier tests of this host that the usual durations come from. */
  readonly earlierTests: number;
  readonly steps: readonly TestedStep[];
  /** Why RDP was not tried; null: it was. */
  readonly rdpLeft: string | null;
}

export interface TestedStep {
  readonly where: "host" | "rdp";
  readonly step: string;
  readonly outcome: StepOutcome;
  readonly ms: number | null;
  /** The median of earlier tests, in milliseconds; null: there is none. */
  readonly usualMs: number | null;
  readonly slow: boolean;
  readonly says: string;
  readonly remedy: string | null;
}

/** Puts both ways together, next to what is usual here, and says which of them it is. Pure. */
export function testReport(found: {
  readonly user: string;
  readonly at: string;
  readonly local: readonly SignInStep[];
  readonly overRdp: OverRdp;
  readonly earlier: EarlierTests;
}): SignInReport {
  const { user, at, local, overRdp, earlier } = found;
  const rdp = overRdp.is === "tried" ? overRdp.report.steps : [];
  const steps = [
    ...local.map((each) => tested("host", each, earlier)),
    ...rdp.map((each) => tested("rdp", each, earlier)),
    ...(overRdp.is === "tried" && overRdp.refused !== undefined
      ? [tested("rdp", { step: "decision", outcome: "failed", ms: null, ...overRdp.refused }, earlier)]
      : []),
  ];
  const isDenied = local.some((each) => each.isDenial === true);
  const rdpLeft = overRdp.is === "left" ? overRdp.why : null;
  return { user, at, ...verdict(user, steps, { isDenied, rdpLeft }), earlierTests: earlier.length, steps, rdpLeft };
}

/** As people read a step's name. */
export function testedLabel({ where, step }: TestedStep): string {
  const labels: Readonly<Record<string, string>> = where === "host" ? localStepLabels : stepLabels;
  return labels[step] ?? step;
}

type Row = Pick<TestedStep, "step" | "outcome" | "ms" | "says" | "remedy">;

function tested(where: TestedStep["where"], row: Row, earlier: EarlierTests): TestedStep {
  const { step, outcome, ms, says, remedy } = row;
  const usual = usualDuration(earlier, `${where} ${step}`);
  const slow = ms !== null && outcome !== "failed" && isSlow(ms, usual);
  return { where, step, outcome, ms, usualMs: usual ?? null, slow, says, remedy };
}

function verdict(
  user: string,
  steps: readonly TestedStep[],
  { isDenied, rdpLeft }: { readonly isDenied: boolean; readonly rdpLeft: string | null },
): Pick<SignInReport, "result" | "culprit" | "summary" | "remedy"> {
  const failed = steps.find(({ outcome }) => outcome === "failed");
  if (failed !== undefined) {
    const where = failed.where === "host" ? "It is the host, not RDP" : rdpWords(failed);
    const summary = `${where}: in the step ${testedLabel(failed)}, ${failed.says}.`;
    return { result: isDenied ? "denied" : "failed", culprit: failed.where, summary, remedy: failed.remedy };
  }
  const slow = steps.filter((each) => each.slow).sort((one, other) => excess(other) - excess(one))[0];
  const tried = rdpLeft === null ? "" : " It was not tried over RDP.";
  if (slow !== undefined) {
    const place = slow.where === "host" ? "the host, not RDP" : "RDP, not the host";
    const summary = `${user} can sign in, slower than usual, and it is ${place}: the step ${testedLabel(slow)}.${tried}`;
    return { result: "slow", culprit: slow.where, summary, remedy: slow.remedy };
  }
  const odd = steps.find(({ where, outcome }) => where === "host" && outcome === "warning");
  if (odd !== undefined) {
    const summary = `${user} can sign in, but in the step ${testedLabel(odd)}, ${odd.says}.${tried}`;
    return { result: "slow", culprit: "host", summary, remedy: odd.remedy };
  }
  return { result: "good", culprit: "nowhere", summary: `${user} can sign in: all is well.${tried}`, remedy: null };
}

/** What the service has decided is neither the host's doing nor that of RDP. */
function rdpWords({ step }: TestedStep): string {
  return step === "decision" ? "It is a rule of Holdfast" : "It is RDP, not the host";
}

function excess({ ms, usualMs }: TestedStep): number {
  return (ms ?? 0) - (usualMs ?? 0);
}
