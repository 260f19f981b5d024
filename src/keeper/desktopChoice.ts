import type { Finished, UserPrograms } from "./userPrograms.ts";
import { findProgram, isExecutable } from "./findProgram.ts";

export interface DesktopChoice {
  /** For people: "icewm-session", "/etc/X11/Xsession". */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/**
 * Which desktop a session gets: the command asked for; the user's own choice; the host's; Debian's Xsession when it
 * would find something to start; else a small window manager with a terminal. undefined: nothing of it is installed.
 */
export async function chooseDesktop(
  programs: UserPrograms,
  asked: { readonly command?: string; readonly startwm: string },
): Promise<DesktopChoice | undefined> {
  if (asked.command !== undefined) return { name: asked.command, command: ["/bin/sh", "-c", asked.command] };
  const own = await usersChoice(programs);
  if (own !== undefined) return { name: own, command: [own] };
  if (isExecutable(asked.startwm)) return { name: asked.startwm, command: [asked.startwm] };
  const path = programs.environment["PATH"] ?? "";
  const manager = ["x-session-manager", "x-window-manager"].map((name) => findProgram(name, path)).find(Boolean);
  if (isExecutable(debianSession) && manager !== undefined) return { name: debianSession, command: [debianSession] };
  return smallDesktop(path);
}

/** Looked for as the user: only he may be able to see into his home. */
async function usersChoice(programs: UserPrograms): Promise<string | undefined> {
  let found: Finished;
  try {
    found = await programs.run(["/bin/sh", "-c", lookForChoice]);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
  const line = found.output.split("\n")[0];
  return line === undefined || line === "" ? undefined : line;
}

function smallDesktop(path: string): DesktopChoice | undefined {
  const find = (names: readonly string[]): string | undefined =>
    names.map((name) => findProgram(name, path)).find((found) => found !== undefined);
  const manager = find(["icewm-session", "openbox", "xfwm4", "icewm", "twm"]);
  const terminal = find(["x-terminal-emulator", "xterm"]);
  if (manager === undefined && terminal === undefined) return undefined;
  if (manager === undefined || terminal === undefined) {
    const only = manager ?? terminal ?? "";
    return { name: only, command: [only] };
  }
  return { name: manager, command: ["/bin/sh", "-c", '"$1" & exec "$2"', "sh", terminal, manager] };
}

const debianSession = "/etc/X11/Xsession";
const lookForChoice = `cd "$HOME" 2>/dev/null || exit 0
for file in "$HOME/.config/holdfast/startwm" "$HOME/.xsession" "$HOME/.Xclients"; do
  if [ -f "$file" ] && [ -x "$file" ]; then printf '%s\\n' "$file"; exit 0; fi
done`;
