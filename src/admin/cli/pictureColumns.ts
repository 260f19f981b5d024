import { codecWords } from "#contracts/codecWords.ts";
import type { ConnectionFacts } from "#contracts/service.ts";

/**
 * How one client's picture is sent: what a frame is made of, what that has taken, how far the client is away, and how
 * long its input is on its way.
 */
export function pictureColumns(picture: Picture): string {
  const { encoder, frames, bytes, roundTripMs, framesInFlight, inputDelay, keyToFrame, operations } = picture;
  const { without = [] } = picture;
  const away = roundTripMs === undefined ? "" : `, acknowledged within ${Math.round(roundTripMs)} ms`;
  const flying = framesInFlight === undefined ? "" : `, ${framesInFlight} in flight`;
  const delays = [delayLine("Input to the screen", inputDelay), delayLine("A key to its frame", keyToFrame)];
  const line = `${encoder}: ${frames} frames, ${bytes} bytes${away}${flying}`;
  return `\n${line}\n${withoutLine(without)}${delays.join("")}${table(operations)}`;
}

function withoutLine(codecs: NonNullable<Picture["without"]>): string {
  if (codecs.length === 0) return "";
  const words = codecs.map((codec) => codecWords[codec]).join(", ");
  return ` Without ${words}, which this client has rejected before (holdfast codecs)\n`;
}

function delayLine(what: string, delays: Picture["inputDelay"]): string {
  if (delays === undefined) return "";
  const { medianMs, p99Ms, count } = delays;
  return ` ${what}: ${medianMs.toFixed(1)} ms in the middle, ${p99Ms.toFixed(1)} ms at most of 99 in 100 (${count})\n`;
}

/** The share is of all bytes, before bulk compression. */
function table(operations: Picture["operations"]): string {
  if (operations.length === 0) return "";
  const all = operations.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = (bytes: number): string => (all === 0 ? "-" : `${((100 * bytes) / all).toFixed(1)}%`);
  const cells = [
    ["OPERATION", "AREAS", "BYTES", "SHARE"],
    ...operations.map(({ operation, areas, bytes }) => [operation, String(areas), String(bytes), share(bytes)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map(([operation = "", ...numbers]) => {
    const columns = numbers.map((number, index) => number.padStart(widths[index + 1] ?? 0));
    return ` ${operation.padEnd(widths[0] ?? 0)}  ${columns.join("  ")}\n`;
  });
  return lines.join("");
}

type Picture = NonNullable<ConnectionFacts["picture"]>;
