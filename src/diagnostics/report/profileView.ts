import { ShapeError } from "#base/shape/shape.ts";
import type { TraceParts } from "../replay/traceParts.ts";
import { parseProfile, summarizeProfile, type FlameNode, type ProfileSummary } from "./cpuProfile.ts";
import { tableOf } from "./hostView.ts";
import { html, type Html } from "./html.ts";
import { durationText, jsonPart } from "./reportParts.ts";

/** What each process of Holdfast spent its time with; undefined: there are no profiles. */
export function profilesView(parts: TraceParts): Html | undefined {
  const files = [...parts.keys()].filter((name) => /^profiles\/.*\.cpuprofile$/u.test(name)).toSorted();
  if (files.length === 0) return undefined;
  const views = files.map((file) => {
    const name = file.slice("profiles/".length, -".cpuprofile".length);
    const summary = summaryOf(jsonPart(parts, file));
    return typeof summary === "string" ? html`<p class="soft">${name}: ${summary}</p>` : profileView(name, summary);
  });
  return html`<section id="profiles">
    <h2>Where the processor's time went</h2>
    ${views}
  </section>`;
}

function summaryOf(value: unknown): ProfileSummary | string {
  if (value === undefined) return "the profile cannot be read";
  try {
    return summarizeProfile(parseProfile(value));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return `the profile cannot be read: ${error.message}`;
  }
}

function profileView(name: string, { span, busy, functions, flame }: ProfileSummary): Html {
  const share = 0 < span ? ((busy / span) * 100).toFixed(1) : "0";
  const rows = functions.slice(0, functionsShown).map(
    (each) =>
      html`<tr>
        <td class="number">${durationText(each.self)}</td>
        <td class="number">${((each.self / Math.max(busy, 0.001)) * 100).toFixed(1)} %</td>
        <td class="name mono">${each.name}</td>
        <td class="wide mono soft">${each.place}</td>
      </tr>`,
  );
  return html`<details>
    <summary>${name}: at work ${durationText(busy)} of ${durationText(span)} (${share} %)</summary>
    ${flameView(flame)} ${tableOf(["itself", "share", "function", "where"], rows)}
  </details>`;
}

/** Callers above, what they called below; as wide as it took long. */
function flameView(flame: FlameNode): Html {
  if (flame.total === 0) return html`<p class="soft">It did nothing.</p>`;
  const bars: Html[] = [];
  let deepest = 0;
  const add = (node: FlameNode, left: number, depth: number): void => {
    const width = (node.total / flame.total) * 100;
    if (width < narrowest || depthMax <= depth || barsMax <= bars.length) return;
    deepest = Math.max(deepest, depth);
    const style = `left:${left.toFixed(3)}%;width:${width.toFixed(3)}%;top:${depth * rowPixels}px`;
    const title = `${node.name} ${node.place} ${durationText(node.total)}`;
    bars.push(html`<i class="h${(node.name.length + depth) % 4}" style="${style}" title="${title}">${node.name}</i>`);
    let at = left;
    for (const child of node.children) {
      add(child, at, depth + 1);
      at += (child.total / flame.total) * 100;
    }
  };
  add(flame, 0, 0);
  return html`<div class="flame" style="height:${(deepest + 1) * rowPixels}px">${bars}</div>`;
}

const functionsShown = 40;
/** Per cent of the width. */
const narrowest = 0.3;
const depthMax = 40;
const barsMax = 3000;
const rowPixels = 19;
