import { plainText } from "../probe/probeReport.ts";
import { outcomeText, timeText } from "../probe/probeText.ts";
import { testedLabel, type SignInReport, type TestedStep } from "./signInReport.ts";

/** A test for people; ends with a line feed. */
export function testText({ summary, remedy, steps, rdpLeft, earlierTests }: SignInReport): string {
  const of = (where: TestedStep["where"]) => steps.filter((each) => each.where === where);
  const head = `${plainText(summary)}\n${remedy === null ? "" : `  ${plainText(remedy)}\n`}`;
  const rdp =
    rdpLeft === null ? table("Over RDP, on this host's own address", of("rdp")) : `Over RDP: ${plainText(rdpLeft)}\n`;
  const usual =
    earlierTests === 0
      ? "This is the first test here: the next one has something to compare with.\n"
      : `Usual: the median of ${earlierTests} earlier ${earlierTests === 1 ? "test" : "tests"} here.\n`;
  return [head, table("On this host, without RDP", of("host")), rdp, usual].join("\n");
}

function table(title: string, steps: readonly TestedStep[]): string {
  const made = steps.filter(({ outcome }) => outcome !== "notReached");
  const label = Math.max(0, ...made.map((each) => testedLabel(each).length));
  const lines = made.map((each) => {
    const outcome = each.slow ? "SLOW" : outcomeText(each.outcome);
    const cells = [testedLabel(each).padEnd(label), timeCell(each.ms), timeCell(each.usualMs), outcome.padEnd(7)];
    return `  ${cells.join("  ")}  ${plainText(each.says)}`.trimEnd();
  });
  const head = `  ${"STEP".padEnd(label)}  ${"TIME".padStart(9)}  ${"USUAL".padStart(9)}  ${" ".repeat(7)}  RESULT`;
  return `${title}\n${[head, ...lines].join("\n")}\n`;
}

function timeCell(ms: number | null): string {
  return (ms === null ? "" : timeText(ms)).padStart(9);
}
