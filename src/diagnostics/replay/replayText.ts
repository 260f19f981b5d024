import type { TraceRecord } from "#base/trace/traceRecord.ts";
import type { Shown } from "#protocol/trace/shown.ts";
import type { RunAgain } from "./differences.ts";
import type { ReplayedRecord, ReplayedStream } from "./replayedStreams.ts";

/** One line: when, how long after the start, which way, what. */
export function recordLine({ at, offset, arrow, name, text }: ReplayedRecord): string {
  return `${clockTime(at)}  +${offset.toFixed(6).padStart(12)}  ${arrow}  ${name}${text === "" ? "" : `  ${text}`}\n`;
}

export function streamHeading({ process, file, records, problem }: ReplayedStream): string {
  const who = process.kind === "service" ? "service" : `${process.kind} ${process.id}`;
  const broken = problem === undefined ? "" : `\n  ! ${problem}`;
  return `${who} (${file}, ${records.length} ${records.length === 1 ? "record" : "records"})${broken}\n`;
}

/** What came of running a connection again. */
export function runAgainText(outcome: RunAgain): string {
  switch (outcome.is) {
    case "same":
      return `  = run again: ${outcome.messages} messages of the client are answered as they were then (${outcome.answers} answers)\n`;
    case "notRun":
      return `  - not run again: ${outcome.why}\n`;
    case "different": {
      const { at, message, step, before, today } = outcome.difference;
      return (
        `  ! run again, it differs at ${clockTime(at)}, at ${step}, in answer to ${message}\n` +
        `      then   ${before.join(", ")}\n      today  ${today.join(", ")}\n`
      );
    }
  }
}

/** Fields as one reads them: `user anna, flags [unicode mouse]`; long ones are cut. */
export function fieldsText(fields: Readonly<Record<string, Shown>>): string {
  const text = Object.entries(fields)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(", ");
  return text.length <= fieldsMax ? text : `${text.slice(0, fieldsMax)} …`;
}

/** A record that is no message. */
export function whatText(what: Exclude<TraceRecord["what"], { readonly is: "message" }>): {
  readonly name: string;
  readonly text: string;
} {
  switch (what.is) {
    case "step":
      return { name: "step", text: what.step };
    case "note":
      return { name: `note ${what.name}`, text: fieldsText(what.facts) };
    case "wait":
      return { name: "waited", text: `${what.milliseconds} ms for ${what.of}` };
    case "log":
      return { name: `log ${what.level}`, text: [what.event, fieldsText(what.facts)].filter(Boolean).join("  ") };
  }
}

/** By UTC, with microseconds: "10:30:05.123456". */
export function clockTime(microseconds: number): string {
  const time = new Date(Math.floor(microseconds / 1000)).toISOString().slice(11, 23);
  return `${time}${String(microseconds % 1000).padStart(3, "0")}`;
}

function valueText(value: Shown): string {
  if (value === null) return "none";
  if (value === "") return '""';
  if (typeof value !== "object") return printable(String(value));
  if (Array.isArray(value)) return `[${value.map(valueText).join(" ")}]`;
  const parts = Object.entries(value).map(([name, each]) => `${name} ${valueText(each)}`);
  return `{${parts.join(", ")}}`;
}

/** What a client sent must not reach the terminal as orders to it. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/gu, "\u{fffd}");
}

const fieldsMax = 240;
