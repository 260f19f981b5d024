import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Say } from "./setUp.ts";

/**
 * As root: says how people sign in, in /etc/pam.d/holdfast, unless the administrator or an earlier run has said so
 * already.
 */
export function ensurePamService(options: { readonly say: Say; readonly folder?: string }): void {
  const folder = options.folder ?? "/etc/pam.d";
  const path = join(folder, "holdfast");
  if (process.getuid?.() !== 0 || existsSync(path)) return;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, rulesFor(folder), { mode: 0o644 });
  renameSync(unfinished, path);
  options.say(`wrote ${path}, which says how people sign in`);
}

/**
 * The host's own rules where Debian keeps them; else those of `login`; without either nobody but the host's files
 * decides.
 */
export function rulesFor(folder: string): string {
  const has = (name: string): boolean => existsSync(join(folder, name));
  const lines = ["auth", "account", "session"].flatMap((kind) => [
    ...extraRules[kind]!,
    has(`common-${kind}`)
      ? `@include common-${kind}`
      : has("login")
        ? `${kind} include login`
        : `${kind} required pam_unix.so`,
  ]);
  return [...introduction, ...lines, ""].join("\n");
}

const introduction = [
  "# How people sign in to Holdfast. Written once by its set-up, then the administrator's: it is never changed again.",
];

/** Around the host's rules, as Debian's `login` and `sshd` have them. */
const extraRules: Readonly<Record<string, readonly string[]>> = {
  auth: ["auth requisite pam_nologin.so"],
  account: ["account required pam_nologin.so"],
  session: [
    "-session optional pam_loginuid.so",
    "session required pam_env.so readenv=1",
    "session required pam_env.so readenv=1 envfile=/etc/default/locale",
    "session required pam_limits.so",
    "session optional pam_keyinit.so force revoke",
  ],
};
