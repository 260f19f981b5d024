import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { wallTime } from "#base/units.ts";
import { commandLineOf, environmentOf, userIdOf } from "../processes/processList.ts";
import { systemUsers } from "../users.ts";
import { consoleSeatOf, timeFrom, type ConsoleDisplay, type ConsoleSeat, type LogindSession } from "./consoleSeat.ts";
import { parseUtmp } from "./utmp.ts";

/**
 * The host's own seat now; undefined: it has none. `root`: where its files are. Below 1 ms on a host without displays.
 */
export async function readConsole(root = "/"): Promise<ConsoleSeat | undefined> {
  return consoleSeatOf({
    activeTerminal: contents(join(root, "sys/class/tty/tty0/active"))?.trim() || undefined,
    logindSessions: logindSessions(join(root, "run/systemd/sessions")),
    logins: logins(join(root, "run/utmp")),
    displays: await displays(join(root, "tmp")),
  });
}

/** systemd's own files, which say the same as its D-Bus interface and cannot keep us waiting. */
function logindSessions(folder: string): readonly LogindSession[] {
  return namesIn(folder)
    .filter((name) => /^\w+$/u.test(name))
    .slice(0, entriesMax)
    .map((name) => {
      const lines = (contents(join(folder, name)) ?? "").split("\n").map((line) => line.split("=", 2));
      const values = new Map(lines.map(([key = "", value = ""]) => [key, value]));
      return {
        seat: values.get("SEAT") ?? "",
        user: values.get("USER") ?? "",
        kind: values.get("CLASS") ?? "",
        isActive: values.get("ACTIVE") === "1",
        since: timeFrom(values.get("REALTIME"), microsecondsPerMillisecond),
      };
    });
}

function logins(path: string) {
  return existsSync(path) && statSync(path).size < utmpBytesMax ? parseUtmp(readFileSync(path), process.arch) : [];
}

/** X servers of the host's own screen: Xorg, and none of ours. Others (Xvfb, Xvnc, Xwayland) draw elsewhere. */
async function displays(folder: string): Promise<readonly ConsoleDisplay[]> {
  const found: ConsoleDisplay[] = [];
  for (const name of namesIn(join(folder, ".X11-unix")).slice(0, entriesMax)) {
    const display = Number(/^X(\d{1,5})$/u.exec(name)?.[1] ?? NaN);
    const lock = join(folder, `.X${display}-lock`);
    const pid = Number(contents(lock)?.trim() ?? NaN);
    if (!Number.isInteger(display) || !Number.isInteger(pid)) continue;
    const words = commandLineOf(pid);
    if (!consoleServers.has(basename(words[0] ?? "")) || environmentOf(pid)?.["HOLDFAST_SESSION"] !== undefined)
      continue;
    const uid = userIdOf(pid);
    const terminal = words.find((word) => /^vt\d+$/u.test(word))?.replace("vt", "tty");
    const user = uid === undefined || uid === 0 ? undefined : (await systemUsers.byId(uid))?.name;
    found.push({ display, user, terminal, since: wallTime(Math.floor(statSync(lock).mtimeMs)) });
  }
  return found;
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** undefined: it is not there, or has just gone; what is longer than such files are is cut. */
function contents(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8").slice(0, fileCharactersMax) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && goneCodes.has(String(error.code))) return undefined;
    throw error;
  }
}

const consoleServers = new Set(["Xorg", "Xorg.bin", "X"]);
const goneCodes = new Set(["ENOENT", "ENOTDIR", "EACCES", "EIO"]);
const microsecondsPerMillisecond = 1000;
const entriesMax = 256;
const fileCharactersMax = 16_384;
const utmpBytesMax = 4 << 20;
