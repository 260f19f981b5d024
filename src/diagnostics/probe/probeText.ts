import {
  plainText,
  stepLabels,
  type Fact,
  type Offer,
  type ProbeReport,
  type ProbeStep,
  type Repeated,
} from "./probeReport.ts";

/** A report for people; ends with a line feed. */
export function probeText(report: ProbeReport): string {
  const { summary, remedy, repeated, screenshot, errorInfo } = report;
  const parts = [
    `${hostText(report)}: ${plainText(summary)}\n${remedy === null ? "" : `  ${plainText(remedy)}\n`}`,
    stepsText(report.steps),
    section("Offers", report.offers.map(offerRow)),
    section("TLS versions", report.tlsVersions.map(offerRow)),
    section("Certificate", report.certificate.flatMap(factRows)),
    section("Names, as the host tells everybody (NTLM)", report.names.flatMap(factRows)),
    section("Server", report.server.flatMap(factRows)),
    errorInfo === null ? "" : section("Error info", [[errorName(errorInfo), errorInfo.meaning]]),
    repeated === null ? "" : repeatedText(repeated),
    screenshot === null ? "" : `The picture is in ${screenshot}\n`,
  ];
  return parts.filter((each) => each !== "").join("\n");
}

/** As HOST:PORT. */
export function hostText({ host, port }: Pick<ProbeReport, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : plainText(host)}:${port}`;
}

/** A time as people read it: "0.38 ms", "12 ms", "1.20 s". */
export function timeText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export function valueText({ value }: Fact): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return value.length === 0 ? "none" : value.map(plainText).join(", ");
  return plainText(String(value));
}

export function outcomeText(outcome: ProbeStep["outcome"]): string {
  return outcomes[outcome];
}

export function answerText(answer: Offer["answer"]): string {
  return answers[answer];
}

function stepsText(steps: readonly ProbeStep[]): string {
  // The failed one is the last that says anything.
  const made = steps.filter(({ outcome }) => outcome !== "notReached");
  const rows = made.map(({ step, ms, outcome, says }) => [
    stepLabels[step],
    ms === null ? "" : timeText(ms).padStart(9),
    outcomes[outcome],
    plainText(says),
  ]);
  return columns([["STEP", "     TIME", "", "RESULT"], ...rows]);
}

function offerRow({ offer, answer, says }: Offer): readonly string[] {
  return [offer, answers[answer], plainText(says)];
}

function factRows(fact: Fact): readonly (readonly string[])[] {
  const warning = fact.warning === undefined ? [] : [["", `! ${plainText(fact.warning)}`]];
  return [[fact.label, valueText(fact)], ...warning];
}

function errorName({ name, code }: NonNullable<ProbeReport["errorInfo"]>): string {
  return name ?? `0x${code.toString(16)}`;
}

function repeatedText({ times, failed, failures, steps }: Repeated): string {
  const rows = steps.map((each) => [
    stepLabels[each.step],
    ...[each.min, each.median, each.max].map((ms) => timeText(ms).padStart(9)),
    `${each.count} times`,
  ]);
  const why = failures.map(({ says, count }) => `  ${count} times: ${plainText(says)}\n`).join("");
  return `${times} connections, ${failed} of them failed\n${why}${columns([["STEP", "      MIN", "   MEDIAN", "      MAX", ""], ...rows])}`;
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n${columns(rows)}`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  }
  const line = (row: readonly string[]) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ");
  return rows.map((row) => `  ${line(row)}`.trimEnd().concat("\n")).join("");
}

const outcomes: Readonly<Record<ProbeStep["outcome"], string>> = {
  ok: "ok",
  warning: "warning",
  failed: "FAILED",
  left: "-",
  notReached: "not reached",
};

const answers: Readonly<Record<Offer["answer"], string>> = {
  taken: "yes",
  refused: "no",
  unclear: "unclear",
  notAsked: "not asked",
};
