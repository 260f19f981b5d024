import { clockTime } from "../replay/replayText.ts";
import type { RecordedStream } from "../replay/recordedStreams.ts";
import type { ReplayedRecord } from "../replay/replayedStreams.ts";
import type { RunAgain } from "../replay/differences.ts";
import { html, type Html } from "./html.ts";
import { at, durationText, listAt, numberAt, textAt, timeText } from "./reportParts.ts";

export interface ConnectionParts {
  readonly stream: RecordedStream;
  /** All of them, in words; gone through once. */
  readonly told: Iterable<ReplayedRecord>;
  readonly again: RunAgain;
  /** Of the manifest; undefined: nothing was written down of it. */
  readonly facts: unknown;
  /** Its refusal or end. */
  readonly ends: readonly unknown[];
}

/** Everything about one connection. */
export function connectionView({ stream, told, again, facts, ends }: ConnectionParts): Html {
  const { id } = stream.process;
  const accepted = timeText(numberAt(facts, "acceptedAt"));
  return html`<section id="connection-${id}">
    <h2>Connection ${id}${who(facts)}</h2>
    ${ends.map(endCard)}
    <dl>
      ${pair("client", [textAt(facts, "client", "name"), textAt(facts, "client", "address")].filter(Boolean).join(", "))}
      ${pair("accepted", accepted)} ${pair("session", textAt(facts, "session"))}
      ${pair("stands at", textAt(facts, "step"))} ${pair("record", stream.problem)}
    </dl>
    ${stepsView(stream)} ${againView(again)} ${messagesView(stream, told)}
  </section>`;
}

/** A refusal, or an end, with its words and what to do. */
export function endCard(end: unknown): Html {
  const refused = textAt(end, "what") === "refused" || at(end, "words") !== undefined;
  const words = at(end, "words");
  const code = textAt(words, "code");
  return html`<div class="${refused ? "card" : "card ended"}">
    <p><strong>${textAt(words, "title") || textAt(end, "how")}</strong> <span class="soft">${code}</span></p>
    <p>${textAt(words, "explanation")}</p>
    ${textAt(words, "cause") === "" ? undefined : html`<p><span class="soft">Because of</span> ${textAt(words, "cause")}</p>`}
    ${textAt(words, "remedy") === "" ? undefined : html`<p><span class="soft">What to do:</span> ${textAt(words, "remedy")}</p>`}
    <p class="soft">
      ${timeText(numberAt(end, "at"))}, at ${textAt(end, "step")}; <code>holdfast explain ${textAt(end, "id")}</code>
    </p>
  </div>`;
}

/** The steps of the way in as bars, and the waits in them. */
function stepsView({ records }: RecordedStream): Html {
  const first = records[0]?.at ?? 0;
  const end = records.at(-1)?.at ?? first;
  const steps = records.flatMap(({ at: when, what }) => (what.is === "step" ? [{ when, step: what.step }] : []));
  if (steps.length === 0) return html`<p class="soft">Its steps were not recorded.</p>`;
  const spans = steps.map(({ when, step }, index) => ({ step, from: when, to: steps[index + 1]?.when ?? end }));
  const live = spans.find(({ step }) => step === "active")?.from ?? end;
  // The way in fills the width: what comes after it lasts as long as somebody works.
  const scale = { start: first, length: Math.max(1, (first < live ? live : end) - first) };
  const waits = records.flatMap(({ at: when, what }) =>
    what.is === "wait" ? [{ of: what.of, from: when - what.milliseconds * 1000, to: when }] : [],
  );
  return html`<h3>The way in: ${durationText((live - first) / 1000)}</h3>
    <div class="steps">
      ${spans.slice(0, stepsShown).map(({ step, from, to }) => bar(step, { from, to }, scale, from < live ? "" : "live"))}
      ${waits.slice(0, stepsShown).map(({ of, from, to }) => bar(`waited for ${of}`, { from, to }, scale, "wait"))}
    </div>`;
}

interface Span {
  /** Microseconds. */
  readonly from: number;
  readonly to: number;
}

function bar(
  name: string,
  { from, to }: Span,
  { start, length }: { readonly start: number; readonly length: number },
  kind: string,
): Html {
  const left = Math.min(99.5, Math.max(0, ((from - start) / length) * 100));
  const width = kind === "live" ? 100 - left : Math.max(0, Math.min(100 - left, ((to - from) / length) * 100));
  const style = `left:${left.toFixed(2)}%;width:${width.toFixed(2)}%`;
  return html`<span>${name}</span>
    <span class="track"><i class="${kind}" style="${style}"></i></span>
    <span class="took">${durationText(Math.max(0, to - from) / 1000)}</span>`;
}

function againView(again: RunAgain): Html {
  switch (again.is) {
    case "same":
      return html`<p class="good">
        Run again, its ${again.messages} messages are answered as they were then (${again.answers} answers).
      </p>`;
    case "notRun":
      return html`<p class="soft">Not run again: ${again.why}.</p>`;
    case "different": {
      const { message, step, before, today } = again.difference;
      return html`<p class="bad">
        Run again, ${message} is answered with ${today.join(", ")}; it was ${before.join(", ")} (${step}).
      </p>`;
    }
  }
}

/** Its messages: the first ones and the last ones, where there are many. */
function messagesView({ process }: RecordedStream, records: Iterable<ReplayedRecord>): Html {
  const { head, tail, count } = endsOfRecords(records);
  if (count === 0) return html`<p class="soft">Nothing was recorded of it.</p>`;
  const left = count - head.length - tail.length;
  const isLong = 0 < left;
  const gap = html`<tr>
    <td></td>
    <td></td>
    <td></td>
    <td class="soft">… ${left} more</td>
    <td></td>
  </tr>`;
  return html`<h3>What was recorded: ${count} lines</h3>
    ${isLong ? html`<p class="soft">All of them: <code>holdfast replay TRACE --connection ${process.id}</code></p>` : undefined}
    <div class="scroll">
      <table data-filter>
        <thead>
          <tr>
            <th>time (UTC)</th>
            <th>after</th>
            <th>from</th>
            <th>what</th>
            <th>fields</th>
          </tr>
        </thead>
        <tbody>
          ${head.map(row)}${isLong ? gap : undefined}${tail.map(row)}
        </tbody>
      </table>
    </div>`;
}

function endsOfRecords(records: Iterable<ReplayedRecord>) {
  const head: ReplayedRecord[] = [];
  let tail: ReplayedRecord[] = [];
  let count = 0;
  for (const record of records) {
    count++;
    if (head.length < rowsShown / 2) head.push(record);
    else tail.push(record);
    // The oldest go in bulk.
    if (rowsShown <= tail.length) tail = tail.slice(-rowsShown / 2);
  }
  return { head, tail: tail.slice(-rowsShown / 2), count };
}

function row({ at: when, offset, arrow, name, text, bytes }: ReplayedRecord): Html {
  const way = arrow === "→" ? "up" : arrow === "←" ? "down" : "soft";
  const said = arrow === "→" ? "client" : arrow === "←" ? "server" : "";
  const size = bytes === undefined ? "" : ` (${bytes} bytes)`;
  return html`<tr>
    <td class="number">${clockTime(when)}</td>
    <td class="number">${offset.toFixed(4)} s</td>
    <td class="name ${way}">${said}</td>
    <td class="name">${name}</td>
    <td class="wide">${text}<span class="soft">${size}</span></td>
  </tr>`;
}

function who(facts: unknown): string {
  const user = textAt(facts, "user");
  return user === "" ? "" : `: ${user}`;
}

function pair(name: string, value: string | undefined): Html | undefined {
  return value === undefined || value === ""
    ? undefined
    : html`<dt>${name}</dt>
        <dd>${value}</dd>`;
}

/** The ends that belong to a connection. */
export function endsOf(records: unknown, connection: number): readonly unknown[] {
  return listAt(records).filter((each) => numberAt(each, "connection") === connection);
}

const rowsShown = 2000;
const stepsShown = 60;
