import { runAgain } from "../replay/differences.ts";
import { recordedStreams, type RecordedStream } from "../replay/recordedStreams.ts";
import { replayedRecords } from "../replay/replayedStreams.ts";
import type { TraceParts } from "../replay/traceParts.ts";
import { connectionView, endCard, endsOf } from "./connectionView.ts";
import { doctorView, eventsView, logsView, policiesView, processesView } from "./hostView.ts";
import { Html, html } from "./html.ts";
import { profilesView } from "./profileView.ts";
import { at, durationText, jsonPart, listAt, numberAt, textAt, textPart, timeText } from "./reportParts.ts";
import { reportScript, reportStyle } from "./reportStyle.ts";

/**
 * `report.html` of a trace: one page that needs nothing from outside and works without its script. What is missing in
 * the trace is left out; all text of others is escaped.
 */
export function reportPage(parts: TraceParts): string {
  const manifest = jsonPart(parts, "manifest.json");
  const records = jsonPart(parts, "records.json");
  const streams = recordedStreams(parts);
  const start = Math.min(...streams.flatMap(({ records: own }) => own.slice(0, 1).map((record) => record.at)));
  const connections = streams.filter(({ process }) => process.kind === "connection" || process.kind === "probe");
  const shown = connections.slice(0, connectionsShown);
  const elsewhere = listAt(records).filter(
    (end) => !shown.some(({ process }) => process.id === numberAt(end, "connection")),
  );
  const sections = [
    elsewhere.length === 0
      ? undefined
      : html`<section id="ends">
          <h2>What else was refused, or ended</h2>
          ${elsewhere.map(endCard)}
        </section>`,
    probeView(parts),
    ...shown.map((stream) => connectionOf(stream, { manifest, records, start })),
    otherConnections(connections.length - shown.length),
    doctorView(parts),
    eventsView(parts),
    policiesView(parts),
    processesView(parts),
    profilesView(parts),
    logsView(parts),
    missingView(parts),
  ].filter((section) => section !== undefined);
  const title = textAt(manifest, "name") || "Trace";
  return `<!doctype html>\n${page(title, headView(manifest, title, streams), navView(shown, sections), sections).markup}\n`;
}

function page(title: string, head: Html, nav: Html, sections: readonly Html[]): Html {
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
      />
      <title>${title}</title>
      <style>
        ${new Html(reportStyle)}
      </style>
    </head>
    <body>
      <main>${head} ${nav} ${sections}</main>
      <script>
        ${new Html(reportScript)};
      </script>
    </body>
  </html>`;
}

function connectionOf(
  stream: RecordedStream,
  { manifest, records, start }: { readonly manifest: unknown; readonly records: unknown; readonly start: number },
): Html {
  const { id } = stream.process;
  return connectionView({
    stream,
    told: replayedRecords(stream, start),
    again: runAgain(stream),
    facts: listAt(manifest, "connections").find((each) => numberAt(each, "id") === id),
    ends: endsOf(records, id),
  });
}

function headView(manifest: unknown, title: string, streams: readonly RecordedStream[]): Html {
  const since = numberAt(manifest, "since");
  const until = numberAt(manifest, "until");
  const span = since === undefined || until === undefined ? "" : ` (${durationText(until - since)})`;
  const how = hows.get(textAt(manifest, "how")) ?? "from its start to its end";
  const rows: readonly (readonly [string, string])[] = [
    ["host", textAt(manifest, "host")],
    ["Holdfast", textAt(manifest, "version")],
    ["from", timeText(since)],
    ["to", `${timeText(until)}${span}`],
    ["recorded", at(manifest, "how") === undefined ? "" : how],
    ["it ended because", textAt(manifest, "because")],
    ["pictures", at(manifest, "pictures") === true ? "yes: holdfast replay --pictures shows them" : "no"],
    ["records", String(streams.reduce((sum, { records }) => sum + records.length, 0))],
    ["sessions", listAt(manifest, "sessions").map(sessionText).join("; ")],
  ];
  return html`<header>
    <h1>${title}</h1>
    <p class="soft">
      A trace of Holdfast. Passwords, keys and what was copied are not in it; names, addresses and times are.
    </p>
    <dl>
      ${rows
        .filter(([, value]) => value !== "")
        .map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
    </dl>
  </header>`;
}

/** What the client's side found. */
function probeView(parts: TraceParts): Html | undefined {
  const found = textPart(parts, "probe.txt");
  if (found === undefined) return undefined;
  return html`<section id="probe">
    <h2>What the probe found</h2>
    <pre>${found}</pre>
  </section>`;
}

function sessionText(session: unknown): string {
  const state = at(session, "attachment") === undefined ? "disconnected" : "connected";
  return `${textAt(session, "id")} of ${textAt(session, "user")}, ${state}`;
}

function navView(streams: readonly RecordedStream[], sections: readonly Html[]): Html {
  const links = streams.map(({ process }) => html`<a href="#connection-${process.id}">connection ${process.id}</a>`);
  const rest = [
    ["ends", "refusals and ends"],
    ["probe", "probe"],
    ["doctor", "doctor"],
    ["events", "events"],
    ["policies", "settings"],
    ["processes", "processes"],
    ["profiles", "profiles"],
    ["logs", "logs"],
  ]
    .filter(([id]) => sections.some(({ markup }) => markup.startsWith(`<section id="${id ?? ""}"`)))
    .map(([id, name]) => html`<a href="#${id}">${name}</a>`);
  return html`<nav>${links}${rest}</nav>`;
}

function otherConnections(count: number): Html | undefined {
  if (count <= 0) return undefined;
  return html`<p class="soft">${count} more connections are in the trace: <code>holdfast replay TRACE</code></p>`;
}

/** Parts that could not be had, each with why. */
function missingView(parts: TraceParts): Html | undefined {
  const missing = [...parts.keys()].filter((name) => name.endsWith("-missing.json"));
  if (missing.length === 0) return undefined;
  const rows = missing.map(
    (name) => html`<li>${name.replace("-missing.json", "")}: ${textAt(jsonPart(parts, name), "why")}</li>`,
  );
  return html`<section id="missing">
    <h2>What could not be had</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}

const hows: ReadonlyMap<string, string> = new Map([
  ["saved", "what was remembered"],
  ["probed", "by a probe, from the client's side"],
]);
const connectionsShown = 50;
