import { cut, marker, sessionNameWidth, userNameWidth } from "./columns.ts";
import type { SessionRow } from "./sessionRow.ts";

/**
 * `query session`, byte for byte as Windows prints it. TYPE and DEVICE are empty there too; a
 * keeper of another version stands in TYPE.
 */
export function sessionColumns(rows: readonly SessionRow[]): string {
  return [header, ...rows.map(sessionLine)].map((line) => `${line}\n`).join("");
}

/** What `/counter` adds. */
export function counterLines(counters: {
  readonly created: number;
  readonly disconnected: number;
  readonly reconnected: number;
}): string {
  return [
    `Total sessions created: ${counters.created}\n`,
    `Total sessions disconnected: ${counters.disconnected}\n`,
    `Total sessions reconnected: ${counters.reconnected}\n`,
  ].join("");
}

function sessionLine(row: SessionRow): string {
  const name = cut(row.name, sessionNameWidth).padEnd(18);
  const user = cut(row.user, userNameWidth).padEnd(22);
  const id = String(row.id).padStart(5);
  const type = (row.keeperVersion === undefined ? "" : `keeper-${row.keeperVersion}`).padEnd(20);
  return `${marker(row.own)}${name}${user}${id}  ${row.state.padEnd(8)}${type}`;
}

const header = " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ";
