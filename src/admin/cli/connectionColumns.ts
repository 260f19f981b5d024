import type { ConnectionFacts } from "#contracts/service.ts";
import { marker, plain } from "./columns.ts";
import { shortDateAndTime, type TimeStyle } from "./shortDateAndTime.ts";

export interface ConnectionRow {
  readonly facts: ConnectionFacts;
  /** It is attached to the session that the caller is in. */
  readonly own: boolean;
}

/** `query connection`: columns as wide as needed; `-` for nothing, so that splitting at blanks stays possible. */
export function connectionColumns(rows: readonly ConnectionRow[], style: TimeStyle): string {
  const cells = [header, ...rows.map(({ facts }) => connectionCells(facts, style))];
  const widths = header.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? "").length)));
  return cells
    .map((line, index) => {
      const padded = line.map((cell, column) => pad(cell, column, widths[column] ?? 0));
      return `${marker(rows[index - 1]?.own === true)}${padded.join("  ").trimEnd()}\n`;
    })
    .join("");
}

function connectionCells(facts: ConnectionFacts, style: TimeStyle): readonly string[] {
  return [
    String(facts.id),
    oneWord(facts.user ?? ""),
    oneWord(facts.client.name),
    facts.client.address,
    facts.session === undefined ? "-" : String(facts.session),
    facts.step,
    shortDateAndTime(facts.acceptedAt, style),
  ];
}

/** A client's own words, in which a blank would be a column more. */
function oneWord(text: string): string {
  return plain(text.trim().replace(/\s+/gu, "_")) || "-";
}

function pad(cell: string, column: number, width: number): string {
  return header[column] === "ID" || header[column] === "SESSION" ? cell.padStart(width) : cell.padEnd(width);
}

const header: readonly string[] = ["ID", "USERNAME", "CLIENTNAME", "ADDRESS", "SESSION", "STEP", "SINCE"];
