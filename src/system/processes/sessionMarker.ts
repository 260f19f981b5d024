import { sessionId, type SessionId } from "#base/ids.ts";
import { environmentOf, readProcess } from "./processList.ts";

/** In the environment of every process of a session: the session's id. */
export const sessionMarker = "HOLDFAST_SESSION";

/**
 * The session that a process belongs to, by its own or an ancestor's marker; undefined: none, or it may not be seen.
 */
export function sessionOfProcess(pid: number): SessionId | undefined {
  for (let at = readProcess(pid); at !== undefined && 1 < at.pid; at = readProcess(at.parentPid)) {
    const marker = environmentOf(at.pid)?.[sessionMarker];
    if (marker !== undefined && /^\d{1,5}$/u.test(marker)) return sessionId(Number(marker));
  }
  return undefined;
}
