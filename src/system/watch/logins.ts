import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A session of logind that Holdfast's PAM conversation has opened and whose leader has ended. */
export interface LeftLogin {
  readonly name: string;
  readonly uid: number;
  readonly leader: number;
}

/** Empty where logind does not run. `folder`: /run/systemd/sessions, a file of shell variables each. */
export function leftLogins(service: string, folder = "/run/systemd/sessions"): readonly LeftLogin[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    // Beside each there is a pipe, which must not be opened.
    if (name.endsWith(".ref")) return [];
    const text = readFileSync(join(folder, name), "utf8");
    const value = (key: string): string => new RegExp(`^${key}=(.*)$`, "mu").exec(text)?.[1] ?? "";
    const leader = Number(value("LEADER"));
    if (value("SERVICE") !== service || leader === 0 || existsSync(`/proc/${leader}`)) return [];
    return [{ name, uid: Number(value("UID")), leader }];
  });
}

/** What is mounted below the sessions' folders, with the session's number: proc(5), mountinfo. */
export function sessionMounts(
  sessionsFolder: string,
  table = readFileSync("/proc/self/mountinfo", "utf8"),
): readonly { readonly path: string; readonly session: number }[] {
  return table.split("\n").flatMap((line) => {
    const path = line.split(" ")[4]?.replaceAll("\\040", " ");
    if (path === undefined || !path.startsWith(`${sessionsFolder}/`)) return [];
    const session = /^(\d{1,5})(?:\/|$)/u.exec(path.slice(sessionsFolder.length + 1))?.[1];
    return session === undefined ? [] : [{ path, session: Number(session) }];
  });
}
