/** What a probe found at one host. Everything that the host said stands here as it said it: show it by `plainText`. */
export interface ProbeReport {
  readonly host: string;
  readonly port: number;
  /** Of the name, as the resolver gave them. */
  readonly addresses: readonly string[];
  /** ISO 8601. */
  readonly at: string;
  /** "reached": everything that was asked for; "denied": the host refused the user. */
  readonly result: "reached" | "failed" | "denied";
  /** One sentence. */
  readonly summary: string;
  readonly remedy: string | null;
  readonly steps: readonly ProbeStep[];
  /** What the host answers to each way of securing the connection, asked for by itself. */
  readonly offers: readonly Offer[];
  readonly tlsVersions: readonly Offer[];
  readonly certificate: readonly Fact[];
  /** What the host tells of itself before anybody has proved anything. */
  readonly names: readonly Fact[];
  readonly server: readonly Fact[];
  /** Set Error Info: why the host ended it. */
  readonly errorInfo: ErrorInfoFound | null;
  readonly repeated: Repeated | null;
  /** Where the picture was written. */
  readonly screenshot: string | null;
}

export type ProbeStepName = (typeof probeSteps)[number];

export interface ProbeStep {
  readonly step: ProbeStepName;
  readonly outcome: StepOutcome;
  /** In milliseconds; null where the step was not made. */
  readonly ms: number | null;
  readonly says: string;
  readonly remedy: string | null;
}

/** "left": not asked for, or not part of this way. */
export type StepOutcome = "ok" | "warning" | "failed" | "left" | "notReached";

export interface Offer {
  readonly offer: string;
  readonly answer: "taken" | "refused" | "unclear" | "notAsked";
  readonly says: string;
}

/** One thing that is known. `key` is for programs, `label` for people. */
export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly value: string | number | boolean | readonly string[];
  /** What is wrong with it. */
  readonly warning?: string;
}

export interface ErrorInfoFound {
  readonly code: number;
  /** As ERRINFO_IDLE_TIMEOUT; null where nobody knows the code. */
  readonly name: string | null;
  readonly meaning: string;
}

/** Several connections, in milliseconds. */
export interface Repeated {
  readonly times: number;
  readonly failed: number;
  /** Why, and how often. */
  readonly failures: readonly { readonly says: string; readonly count: number }[];
  readonly steps: readonly StepStatistics[];
}

export interface StepStatistics {
  readonly step: ProbeStepName | "all";
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** In their order. */
export const probeSteps = [
  "name",
  "tcp",
  "negotiation",
  "tls",
  "nla",
  "conference",
  "channels",
  "licensing",
  "capabilities",
  "finalization",
  "firstFrame",
  "signIn",
] as const;

/** As people read them. */
export const stepLabels: Readonly<Record<ProbeStepName | "all", string>> = {
  name: "name",
  tcp: "TCP",
  negotiation: "negotiation",
  tls: "TLS",
  nla: "NLA",
  conference: "conference",
  channels: "channels",
  licensing: "licensing",
  capabilities: "capabilities",
  finalization: "finalization",
  firstFrame: "first frame",
  signIn: "sign-in",
  all: "in all",
};

/** Others' words without what would command a terminal, in one line. */
export function plainText(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}/gu, "?");
}
