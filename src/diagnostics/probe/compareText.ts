import { plainText, stepLabels, type Fact, type Offer, type ProbeReport, type Repeated } from "./probeReport.ts";
import { answerText, hostText, outcomeText, timeText, valueText } from "./probeText.ts";

/** One thing at two hosts; undefined: that host did not show it. */
export interface ComparedRow {
  readonly section: string;
  readonly label: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly differs: boolean;
}

/** Two reports side by side; the rows that differ are marked. Ends with a line feed. */
export function compareText(left: ProbeReport, right: ProbeReport): string {
  const rows = compareReports(left, right);
  const labelWidth = Math.max(...rows.map(({ label }) => label.length));
  const width = Math.min(
    widthMax,
    Math.max(...rows.flatMap((row) => [row.left, row.right].map((each) => each?.length ?? 1))),
  );
  const line = (mark: string, label: string, one: string, other: string) =>
    `${mark} ${label.padEnd(labelWidth)}  ${one.padEnd(width)}  ${other}`.trimEnd();
  const lines = [line(" ", "", hostText(left), hostText(right))];
  let section = "";
  for (const row of rows) {
    if (row.section !== section) lines.push("", row.section);
    section = row.section;
    const [one, other] = [row.left ?? "-", row.right ?? "-"];
    const mark = row.differs ? "≠" : " ";
    if (one.length <= width) lines.push(line(mark, row.label, one, other));
    // Too long for a column: under each other.
    else lines.push(line(mark, row.label, one, ""), line(" ", "", "", other));
  }
  const count = rows.filter(({ differs }) => differs).length;
  const counted =
    count === 0 ? "No differences." : `${count} ${count === 1 ? "difference" : "differences"}, marked with ≠.`;
  return `${lines.join("\n")}\n\n${counted}\n`;
}

/** What is known of either, in the order of a report. A time differs when one is twice the other, and 20 ms more. */
export function compareReports(left: ProbeReport, right: ProbeReport): readonly ComparedRow[] {
  return [
    ...stepRows(left, right),
    ...aligned("Offers", left.offers, right.offers, (offer) => offer.offer, offerText),
    ...aligned("TLS versions", left.tlsVersions, right.tlsVersions, (offer) => offer.offer, offerText),
    ...factRows("Certificate", left.certificate, right.certificate),
    ...factRows("Names (NTLM)", left.names, right.names),
    ...factRows("Server", left.server, right.server),
    ...repeatedRows(left.repeated, right.repeated),
  ];
}

function stepRows(left: ProbeReport, right: ProbeReport): readonly ComparedRow[] {
  return left.steps.flatMap((one, index): readonly ComparedRow[] => {
    const other = right.steps[index];
    if (other === undefined) return [];
    const text = ({ outcome, ms }: typeof one) => `${outcomeText(outcome)}${ms === null ? "" : `, ${timeText(ms)}`}`;
    const section = "Steps";
    const differs = one.outcome !== other.outcome || isFarFrom(one.ms, other.ms);
    const time = { section, label: stepLabels[one.step], left: text(one), right: text(other), differs };
    // What a step says of times, addresses and names is in the other sections; what went wrong is not.
    const isWrong = [one, other].some(({ outcome }) => outcome === "failed");
    if (!isWrong) return [time];
    const words = { section, label: "", left: plainText(one.says), right: plainText(other.says) };
    return [time, { ...words, differs: one.says !== other.says }];
  });
}

function isFarFrom(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one !== other;
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return low * farFactor < high && low + farMs < high;
}

function factRows(section: string, left: readonly Fact[], right: readonly Fact[]): readonly ComparedRow[] {
  return aligned(section, left, right, ({ label }) => label, factText);
}

function factText(fact: Fact): string {
  return `${valueText(fact)}${fact.warning === undefined ? "" : ` (! ${plainText(fact.warning)})`}`;
}

function offerText({ answer, says }: Offer): string {
  return `${answerText(answer)}${says === "" ? "" : `, ${plainText(says)}`}`;
}

function repeatedRows(left: Repeated | null, right: Repeated | null): readonly ComparedRow[] {
  if (left === null || right === null) return [];
  const section = `${left.times} connections: min / median / max`;
  const failures = { section, label: "failed", left: String(left.failed), right: String(right.failed) };
  const steps = left.steps.flatMap((one): readonly ComparedRow[] => {
    const other = right.steps.find(({ step }) => step === one.step);
    const text = ({ min, median, max }: typeof one) => [min, median, max].map(timeText).join(" / ");
    const differs = other === undefined || isFarFrom(one.median, other.median);
    return [
      {
        section,
        label: stepLabels[one.step],
        left: text(one),
        right: other === undefined ? undefined : text(other),
        differs,
      },
    ];
  });
  return [{ ...failures, differs: left.failed !== right.failed }, ...steps];
}

/** Rows by name: those of the left in its order, then those that only the right has. */
function aligned<T>(
  section: string,
  left: readonly T[],
  right: readonly T[],
  labelOf: (each: T) => string,
  textOf: (each: T) => string,
): readonly ComparedRow[] {
  const labels = [...new Set([...left, ...right].map(labelOf))];
  return labels.map((label) => {
    const find = (all: readonly T[]) => all.find((each) => labelOf(each) === label);
    const texts = [find(left), find(right)].map((each) => (each === undefined ? undefined : textOf(each)));
    return { section, label, left: texts[0], right: texts[1], differs: texts[0] !== texts[1] };
  });
}

const farFactor = 2;
const farMs = 20;
const widthMax = 56;
