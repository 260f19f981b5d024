import type { Milliseconds, WallTime } from "#base/units.ts";
import { cut, marker, sessionNameWidth, userNameWidth } from "./columns.ts";
import { shortDateAndTime, type TimeStyle } from "./shortDateAndTime.ts";

/** One user in one session. */
export interface UserRow {
  readonly user: string;
  readonly sessionName: string;
  readonly id: number;
  readonly state: string;
  /** Since the last input; undefined where it is not known, as at a console. */
  readonly idle: Milliseconds | undefined;
  readonly loggedOnAt: WallTime;
  readonly own: boolean;
}

/** `query user`, byte for byte as Windows prints it. */
export function userColumns(rows: readonly UserRow[], style: TimeStyle): string {
  return [header, ...rows.map((row) => userLine(row, style))].map((line) => `${line}\n`).join("");
}

/** `none` not known, `.` below a minute, `49` minutes, `1:12` hours and minutes, `5+02:09` with days. */
export function idleText(idle: Milliseconds | undefined): string {
  if (idle === undefined) return "none";
  const minutes = Math.floor(idle / 60_000);
  if (minutes < 1) return ".";
  if (minutes < 60) return String(minutes);
  const hours = Math.floor(minutes / 60);
  const minuteText = String(minutes % 60).padStart(2, "0");
  if (hours < 24) return `${hours}:${minuteText}`;
  return `${Math.floor(hours / 24)}+${String(hours % 24).padStart(2, "0")}:${minuteText}`;
}

function userLine(row: UserRow, style: TimeStyle): string {
  const user = cut(row.user, userNameWidth).padEnd(22);
  const name = cut(row.sessionName, sessionNameWidth).padEnd(16);
  const id = String(row.id).padStart(5);
  // Windows leaves a blank behind `none`, and only there.
  const idle = (row.idle === undefined ? "none " : idleText(row.idle)).padStart(9);
  const since = shortDateAndTime(row.loggedOnAt, style);
  return `${marker(row.own)}${user}${name}${id}  ${row.state.padEnd(8)}${idle}  ${since}`;
}

const header = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME";
