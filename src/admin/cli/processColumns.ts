import { cut, marker, plain, sessionNameWidth, userNameWidth } from "./columns.ts";

/** One process of one session. */
export interface ProcessRow {
  /** Empty when it is not known. */
  readonly user: string;
  readonly sessionName: string;
  readonly session: number;
  readonly pid: number;
  readonly image: string;
  readonly own: boolean;
}

/** `query process`, byte for byte as Windows prints it; only a process id of more than six digits shifts the image. */
export function processColumns(rows: readonly ProcessRow[]): string {
  return [header, ...rows.map(processLine)].map((line) => `${line}\n`).join("");
}

function processLine(row: ProcessRow): string {
  const user = cut(row.user === "" ? "(unknown)" : row.user, userNameWidth).padEnd(22);
  const name = cut(row.sessionName, sessionNameWidth).padEnd(17);
  const numbers = `${String(row.session).padStart(5)} ${String(row.pid).padStart(6)}`;
  return `${marker(row.own)}${user}${name}${numbers}  ${plain(row.image)}`;
}

const header = " USERNAME              SESSIONNAME         ID    PID  IMAGE";
