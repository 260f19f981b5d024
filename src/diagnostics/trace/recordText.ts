import { DecodeError } from "#base/bytes/decodeError.ts";
import { traceRecords } from "#base/trace/traceFile.ts";
import type { TraceFacts, TraceRecord } from "#base/trace/traceRecord.ts";
import { ZgfxDecompressor } from "#codecs/zgfx/decompressor.ts";
import { Describer } from "#protocol/trace/describe.ts";
import { joinedNote, tracedMessage } from "../replay/recordedStreams.ts";

/**
 * A trace's file in words, a line each: time, process, what. What is not on the disk cannot be told: messages have
 * "‹removed›" where their secrets were.
 */
export function* recordText(file: Uint8Array): Generator<string> {
  const describer = new Describer({ decompressor: () => new ZgfxDecompressor() });
  const reading = readingOf(file);
  for (;;) {
    const next = reading.next();
    if (next.done === true) {
      const end = next.value;
      if (end.is !== "whole")
        yield `-- the file is ${end.is} at byte ${end.at}${end.is === "damaged" ? `: ${end.why}` : ""}\n`;
      return;
    }
    yield* linesOf(next.value, describer);
  }
}

function* readingOf(file: Uint8Array): ReturnType<typeof traceRecords> {
  try {
    return yield* traceRecords(file);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { is: "damaged", at: error.offset, why: error.message };
  }
}

function* linesOf(record: TraceRecord, describer: Describer): Generator<string> {
  const { at, process, what } = record;
  const head = `${timeOf(at)}  ${process.kind}${process.id === 0 ? "" : ` ${process.id}`}  `;
  switch (what.is) {
    case "message": {
      const { form, length, secrets, step } = what;
      const arrow = `${what.direction === "received" ? "received" : "sent    "} ${String(length).padStart(6)} bytes`;
      if (secrets === "withheld") return yield `${head}${arrow}  ${form} in ${step}: withheld\n`;
      for (const { name, fields } of describer.describe(tracedMessage(process, what)))
        yield `${head}${arrow}  ${name} ${JSON.stringify(fields)}\n`;
      return;
    }
    case "step":
      return yield `${head}step      ${what.step}\n`;
    case "note": {
      const joined = joinedNote(record);
      // A trace may begin in the middle of a connection.
      if (joined !== undefined) describer.know(joined);
      return yield `${head}note      ${what.name}${wordsOf(what.facts)}\n`;
    }
    case "wait":
      return yield `${head}waited    ${what.milliseconds} ms for ${what.of}\n`;
    case "log":
      return yield `${head}log       ${what.level} ${what.event}${wordsOf(what.facts)}\n`;
  }
}

/** As in logs. */
function wordsOf(facts: TraceFacts): string {
  return Object.entries(facts)
    .map(([name, fact]) => ` ${name}=${/^[\w.:/@+-]+$/u.test(fact) ? fact : JSON.stringify(fact)}`)
    .join("");
}

/** `at`: microseconds since 1970. */
function timeOf(at: number): string {
  const whole = new Date(Math.floor(at / 1000)).toISOString();
  return whole.replace("Z", `${String(at % 1000).padStart(3, "0")}Z`);
}
