import { accessSync, constants, existsSync, globSync, readFileSync, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { broken, ok, warning, type Examined, type Finding } from "./finding.ts";

/** Whether a session can be started: the X server, something to show on it, and its display numbers. */
export function examineDesktop(host: Examined): readonly Finding[] {
  return [...programs(host), ...desktops(host), ...locks(host), ...socketFolder(host)];
}

function programs({ environment }: Examined): readonly Finding[] {
  return needed.flatMap(({ name, packageName, why }) =>
    find(name, environment) === undefined
      ? [broken("desktop", `${name} is not installed: ${why}`, `apt-get install ${packageName}`)]
      : [],
  );
}

function desktops({ root, settings, environment }: Examined): readonly Finding[] {
  const startwm = join(root, settings.StartWm);
  if (existsSync(startwm)) {
    if (isExecutable(startwm)) return [ok("desktop", `users without a choice of their own get ${settings.StartWm}`)];
    return [broken("desktop", `${settings.StartWm} is there and cannot be executed`, `chmod +x ${settings.StartWm}`)];
  }
  const found = [...managers, ...smallOnes].map((name) => find(name, environment)).find((path) => path !== undefined);
  if (found === undefined) {
    return [broken("desktop", "there is nothing to show in a session", "apt-get install icewm xterm")];
  }
  return [ok("desktop", `users without a choice of their own get what ${found} starts`)];
}

/** Locks of X servers that are gone: such display numbers are passed over, until somebody removes them. */
function locks({ root }: Examined): readonly Finding[] {
  const stale = globSync(join(root, "tmp/.X*-lock")).filter((path) => {
    const pid = Number(readFileSync(path, "latin1"));
    return !Number.isInteger(pid) || pid <= 0 || !existsSync(join(root, "proc", String(pid)));
  });
  if (stale.length === 0) return [];
  const names = stale.map((path) => basename(path));
  const what = `${stale.length} locks of X servers that are gone: ${names.slice(0, 5).join(", ")}`;
  return [
    warning(
      "displays",
      what,
      `rm ${names
        .map((name) => `/tmp/${name}`)
        .slice(0, 5)
        .join(" ")}`,
    ),
  ];
}

function socketFolder({ root }: Examined): readonly Finding[] {
  const path = join(root, "tmp/.X11-unix");
  if (!existsSync(path)) return [];
  const { mode, uid } = statSync(path);
  if (uid === 0 && (mode & 0o1777) === 0o1777) return [];
  const what = `/tmp/.X11-unix has mode ${(mode & 0o7777).toString(8)} and belongs to user ${uid}: X servers of others may not start`;
  return [warning("displays", what, "chown root: /tmp/.X11-unix && chmod 1777 /tmp/.X11-unix")];
}

function find(name: string, { PATH = usualPath }: NodeJS.ProcessEnv): string | undefined {
  return PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    // Not there, or not for us: both mean that it cannot be used.
    return !(error instanceof Error);
  }
}

const needed = [
  { name: "Xvfb", packageName: "xvfb", why: "the X server of each session" },
  { name: "xkbcomp", packageName: "x11-xkb-utils", why: "the X server compiles keyboards with it" },
  { name: "setxkbmap", packageName: "x11-xkb-utils", why: "the client's keyboard is set with it" },
  { name: "setpriv", packageName: "util-linux", why: "programs are started as their user with it" },
  { name: "dbus-daemon", packageName: "dbus-daemon", why: "the message bus of each session" },
];
const managers = ["x-session-manager", "x-window-manager"];
const smallOnes = ["icewm-session", "openbox", "xfwm4", "icewm", "twm", "x-terminal-emulator", "xterm"];
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
