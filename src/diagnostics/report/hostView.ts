import type { TraceParts } from "../replay/traceParts.ts";
import { html, type Html } from "./html.ts";
import { at, jsonPart, listAt, numberAt, textAt, textPart, timeText } from "./reportParts.ts";

/** What the doctor found; undefined: it was not asked. */
export function doctorView(parts: TraceParts): Html | undefined {
  const findings = listAt(jsonPart(parts, "doctor.json"), "findings");
  if (findings.length === 0) return undefined;
  const rows = findings
    .toSorted((one, other) => rank(one) - rank(other))
    .map((finding) => {
      const is = textAt(finding, "is");
      const look = is === "broken" ? "bad" : is === "warning" ? "warn" : "good";
      return html`<tr>
        <td class="name ${look}">${is}</td>
        <td class="name">${textAt(finding, "about")}</td>
        <td class="wide">${textAt(finding, "evidence")}</td>
        <td class="wide">${textAt(finding, "mend")}</td>
      </tr>`;
    });
  return html`<section id="doctor">
    <h2>The host, as the doctor sees it</h2>
    ${tableOf(["", "about", "evidence", "what mends it"], rows)}
  </section>`;
}

function rank(finding: unknown): number {
  return ["broken", "warning", "ok"].indexOf(textAt(finding, "is"));
}

/** What was written down as events while it was recorded. */
export function eventsView(parts: TraceParts): Html | undefined {
  const events = listAt(jsonPart(parts, "events.json"));
  if (events.length === 0) return undefined;
  const rows = events.slice(-eventsShown).map(
    (event) => html`<tr>
      <td class="number">${timeText(numberAt(event, "at"))}</td>
      <td class="name">${textAt(event, "level")}</td>
      <td class="number">${textAt(event, "id")}</td>
      <td class="name">${textAt(event, "user")}</td>
      <td class="wide">${textAt(event, "message")}</td>
    </tr>`,
  );
  return html`<section id="events">
    <h2>Events</h2>
    ${tableOf(["time", "level", "id", "user", "message"], rows, { filter: true })}
  </section>`;
}

/** Which settings held, for the host and for each user, and from where. */
export function policiesView(parts: TraceParts): Html | undefined {
  const files = [...parts.keys()].filter((name) => /^policy\/.*\.json$/u.test(name)).toSorted();
  const views = files.flatMap((file) => {
    const settings = listAt(jsonPart(parts, file), "settings");
    const rows = settings.map((setting) => {
      const isDefault = textAt(setting, "kind") === "default";
      return html`<tr>
        <td class="name">${textAt(setting, "name")}</td>
        <td class="wide mono">${textAt(setting, "value")}</td>
        <td class="wide ${isDefault ? "soft" : ""}">${textAt(setting, "source")}</td>
      </tr>`;
    });
    if (rows.length === 0) return [];
    const chosen = settings.filter((setting) => textAt(setting, "kind") !== "default").length;
    const whose = file.slice("policy/".length, -".json".length).replace(/^user-/u, "");
    return html`<details>
      <summary>${whose}: ${chosen} of ${rows.length} settings are not by default</summary>
      ${tableOf(["setting", "value", "from"], rows)}
    </details>`;
  });
  return views.length === 0
    ? undefined
    : html`<section id="policies">
        <h2>Settings that held</h2>
        ${views}
      </section>`;
}

/** The processes at the end, with what they were at the beginning where that was looked at. */
export function processesView(parts: TraceParts): Html | undefined {
  const after = jsonPart(parts, "host/after.json");
  const processes = listAt(after, "processes");
  if (processes.length === 0) return undefined;
  const before = new Map(
    listAt(jsonPart(parts, "host/before.json"), "processes").map((each) => [textAt(each, "pid"), each]),
  );
  const rows = processes.slice(0, processesShown).map((each) => processRow(each, before.get(textAt(each, "pid"))));
  const host = Object.entries(at(after, "host") ?? {}).map(
    ([name, text]) =>
      html`<details>
        <summary>${name}</summary>
        <pre>${String(text)}</pre>
      </details>`,
  );
  return html`<section id="processes">
    <h2>Processes</h2>
    ${tableOf(["process", "pid", "state", "resident", "before", "threads", "descriptors", "waits in"], rows)}
    <h3>The host's own state</h3>
    ${host}
  </section>`;
}

function processRow(facts: unknown, before: unknown): Html {
  const status = textAt(facts, "files", "status");
  const descriptors = Object.values(at(facts, "descriptors") ?? {}).reduce(
    (sum: number, each) => sum + Number(each),
    0,
  );
  const waits = [...new Set(listAt(facts, "threads").map((thread) => textAt(thread, "waitsIn")))].filter(
    (wait) => wait !== "" && wait !== "0",
  );
  const cells = [statusField(status, "VmRSS"), statusField(textAt(before, "files", "status"), "VmRSS")];
  return html`<tr>
    <td class="wide">${textAt(facts, "what")}</td>
    <td class="number">${textAt(facts, "pid")}</td>
    <td class="name">${statusField(status, "State")}</td>
    <td class="number">${cells[0]}</td>
    <td class="number soft">${cells[1]}</td>
    <td class="number">${statusField(status, "Threads")}</td>
    <td class="number">${descriptors}</td>
    <td class="wide">${waits.slice(0, 6).join(", ")}</td>
  </tr>`;
}

function statusField(status: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, "mu").exec(status)?.[1]?.trim() ?? "";
}

/** The logs, and what X servers and desktops said: the last of each. */
export function logsView(parts: TraceParts): Html | undefined {
  const files = [...parts.keys()].filter((name) => /^(?:logs|output)\//u.test(name)).toSorted();
  const views = files.flatMap((file) => {
    const text = textPart(parts, file)?.trim() ?? "";
    if (text === "") return [];
    const lines = text.split("\n");
    const shown = lines.slice(-linesShown);
    const left = lines.length - shown.length;
    return html`<details>
      <summary>${file}: ${lines.length} lines</summary>
      ${left === 0 ? undefined : html`<p class="soft">The last ${linesShown} of them; all are in ${file}.</p>`}
      <pre>${shown.join("\n")}</pre>
    </details>`;
  });
  return views.length === 0
    ? undefined
    : html`<section id="logs">
        <h2>Logs, and what programs said</h2>
        ${views}
      </section>`;
}

/** A table that scrolls by itself. */
export function tableOf(
  heads: readonly string[],
  rows: readonly Html[],
  options: { readonly filter?: boolean } = {},
): Html {
  const head = heads.map((name) => html`<th>${name}</th>`);
  const table = options.filter === true ? html`<table data-filter></table>` : html`<table></table>`;
  return html`<div class="scroll">${table}<thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const eventsShown = 500;
const processesShown = 500;
const linesShown = 1000;
