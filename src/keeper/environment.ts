import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "#base/ids.ts";
import { sessionMarker } from "#system/processes/sessionMarker.ts";
import type { User } from "#system/users.ts";

export interface EnvironmentFacts {
  readonly id: SessionId;
  readonly user: User;
  /** What PAM wants, or in single-user mode the keeper's own. */
  readonly inherited: Readonly<Record<string, string>>;
  /** The session's folder that belongs to the user. */
  readonly userFolder: string;
  readonly xAuthority: string;
  /** Of the service whose session it is: several may run on one host, and commands inside must ask the right one. */
  readonly runFolder: string;
}

/** The environment of a session's programs; the display and the message bus come to it when they run. */
export function sessionEnvironment(facts: EnvironmentFacts): Readonly<Record<string, string>> {
  const { user, inherited } = facts;
  const mail = join("/var/mail", user.name);
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games",
    ...localeOf("/etc/default/locale"),
    ...(existsSync(mail) ? { MAIL: mail } : {}),
    ...withoutOthersDisplay(inherited),
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    XDG_RUNTIME_DIR: runtimeFolder(facts),
    XDG_SESSION_TYPE: "x11",
    XAUTHORITY: facts.xAuthority,
    HOLDFAST_RUN: facts.runFolder,
    [sessionMarker]: String(facts.id),
  };
}

/** LANG and its like as the administrator has set them for the host (locale(5)); LANG is there always. */
export function localeOf(path: string): Readonly<Record<string, string>> {
  const locale: Record<string, string> = { LANG: "C.UTF-8" };
  if (!existsSync(path)) return locale;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [, name, value] = /^\s*(LANG|LANGUAGE|LC_[A-Z]+)=["']?([^"'\s]*)["']?\s*$/u.exec(line) ?? [];
    if (name !== undefined && value !== undefined && value !== "") locale[name] = value;
  }
  return locale;
}

/**
 * A user who starts Holdfast from a desktop of his own must not get its windows and its message bus into the session.
 */
function withoutOthersDisplay(inherited: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => !notInherited.test(name)));
}

/** logind's, when it made one; else a folder of the session. */
function runtimeFolder({ inherited, user, userFolder }: EnvironmentFacts): string {
  const found = [inherited["XDG_RUNTIME_DIR"], `/run/user/${user.uid}`].find(
    (path) => path !== undefined && existsSync(path) && statSync(path).uid === user.uid,
  );
  return found ?? userFolder;
}

const notInherited =
  /^(DISPLAY|XAUTHORITY|WAYLAND_.*|DBUS_SESSION_BUS_ADDRESS|SESSION_MANAGER|WINDOWID|SSH_.*|XDG_(SEAT|VTNR|CURRENT_DESKTOP)|NODE_.*)$/u;
