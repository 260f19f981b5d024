import type { StepOutcome } from "../probe/probeReport.ts";

export type LocalStep = (typeof localSteps)[number];

/** One step of a sign-in on the host itself. */
export interface SignInStep {
  readonly step: LocalStep;
  readonly outcome: StepOutcome;
  /** In milliseconds, from the end of the step before; null where it was not made. */
  readonly ms: number | null;
  readonly says: string;
  readonly remedy: string | null;
  /** The host refused this user. */
  readonly isDenial?: boolean;
}

/** In their order. */
export const localSteps = ["pam", "session", "xServer", "desktop", "picture"] as const;

/** As people read them. */
export const localStepLabels: Readonly<Record<LocalStep, string>> = {
  pam: "PAM",
  session: "session",
  xServer: "X server",
  desktop: "desktop",
  picture: "picture",
};
