import { readFileSync } from "node:fs";
import { limits } from "#base/limits.ts";
import { setAlarm } from "#system/native/alarm.ts";
import { takeGroupsOf } from "#system/native/groups.ts";
import { Pam, type PamStep } from "#system/pam/pam.ts";
import type { User } from "#system/users.ts";
import { readPamRules } from "#system/pam/pamRules.ts";
import { deniesEverybody } from "#system/pam/pamVerdict.ts";
import { SessionFailure } from "./sessionFailure.ts";

/** The PAM session that the keeper holds open; its limits, umask and groups are those of this process from then on. */
export interface PamSession {
  /** What the modules want in the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The modules left the number of open files to us. */
  readonly openFilesUntouched: boolean;
  close(): void;
}

/**
 * Checks the account and opens the session, as root. A module that hangs ends the process (alarm): nothing has been
 * started then. Throws SessionFailure.
 */
export function openPamSession(
  service: string,
  { name: user, gid }: Pick<User, "name" | "gid">,
  {
    remoteHost,
    seconds = limits.pamOpensSeconds,
  }: { readonly remoteHost: string; readonly seconds?: number | undefined },
): PamSession {
  const notices: string[] = [];
  setAlarm(Math.min(seconds, limits.pamOpensSeconds));
  const before = openFiles();
  const pam = startPam(service, user, notices);
  const must = (step: PamStep): void => {
    if (step.returned === 0) return;
    pam.end();
    setAlarm(0);
    const sentence = `${step.step} said no to ${user}: ${step.detail} (${step.returned}).`;
    throw new SessionFailure("pamRefused", step.step, sentence, notices, denyingRule(service, step.step));
  };
  must(pam.setItem("remoteHost", remoteHost));
  must(pam.setItem("terminal", "rdp"));
  for (const [name, value] of Object.entries({ XDG_SESSION_TYPE: "x11", XDG_SESSION_CLASS: "user" })) {
    must(pam.putEnvironment(name, value));
  }
  must(pam.checkAccount());
  takeGroupsOf(user, gid);
  must(pam.establishCredentials());
  const opened = pam.openSession();
  if (opened.returned !== 0) pam.deleteCredentials();
  must(opened);
  setAlarm(0);
  return {
    environment: pam.environment(),
    openFilesUntouched: openFiles() === before,
    close: () => {
      setAlarm(CLOSE_SECONDS);
      pam.closeSession();
      pam.deleteCredentials();
      pam.end();
      setAlarm(0);
    },
  };
}

/** The rule that lets nobody have a session, where there is one; else the file. */
function denyingRule(service: string, step: string): string {
  const kind = step === "pam_acct_mgmt" ? "account" : step === "pam_setcred" ? "auth" : "session";
  return deniesEverybody(readPamRules(service).rules, kind)?.place ?? `/etc/pam.d/${service}`;
}

function startPam(service: string, user: string, notices: string[]): Pam {
  try {
    return new Pam(service, user, (message) => {
      // Nobody can be asked any more: a module that asks is told so.
      notices.push(message.text.trim());
      return undefined;
    });
  } catch (error) {
    setAlarm(0);
    throw new SessionFailure("pamRefused", "pam_start", `PAM cannot be used: ${String(error)}.`);
  }
}

function openFiles(): string {
  return /^Max open files.*$/mu.exec(readFileSync("/proc/self/limits", "utf8"))?.[0] ?? "";
}

const CLOSE_SECONDS = 20;
