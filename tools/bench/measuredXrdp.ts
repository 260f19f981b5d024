import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemUsers } from "#system/users.ts";
import { descendantsOf, imageOf, listProcesses, userIdOf } from "#system/processes/processList.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";
import { freePort } from "../../test/interop/harness/freePort.ts";
import type { NetworkEnd } from "../../test/interop/harness/network.ts";
import { testUser } from "../../test/interop/harness/users.ts";
import type { MeasuredServer, ServerProcesses } from "./measuredServer.ts";
import { isTaken } from "./ports.ts";
import { endPeer } from "./endPeer.ts";

/**
 * Debian's xrdp with its Xorg back end, configured as it comes; undefined, with the reason told, where it cannot run.
 * `end`: the machine that it runs on, where that is not this one.
 */
export async function measuredXrdp(
  startWm: string,
  say: (line: string) => void,
  end?: NetworkEnd,
): Promise<MeasuredServer | undefined> {
  const missing = needed.filter((path) => !existsSync(path));
  if (0 < missing.length) return void say(`xrdp: not installed (${missing.join(", ")})`);
  // xrdp 0.9 looks for its session manager at this port and at no other.
  if (isTaken(sesmanPort, end)) return void say(`xrdp: another one runs already (port ${sesmanPort} is taken)`);
  const folder = mkdtempSync("/tmp/bench-xrdp-");
  chmodSync(folder, 0o711);
  const port = await freePort();
  const log = { LogFile: join(folder, "log"), EnableSyslog: "false" };
  configure("xrdp.ini", folder, {
    ...log,
    port: `tcp://${end?.address ?? "127.0.0.1"}:${port}`,
    autorun: "Xorg",
    certificate: "/etc/xrdp/cert.pem",
    key_file: "/etc/xrdp/key.pem",
  });
  configure("sesman.ini", folder, { ...log, EnableUserWindowManager: "false", DefaultWindowManager: startWm });
  const user = await testUser();
  const started = [start("/usr/sbin/xrdp-sesman", "sesman.ini"), start("/usr/sbin/xrdp", "xrdp.ini")];
  await eventually("xrdp listens", () => isTaken(port, end) && isTaken(sesmanPort, end));
  return {
    name: "xrdp",
    port,
    user,
    knowsNla: false,
    endSessions: () => endProcessesOf(user.name),
    signedInAt: () => undefined,
    processes: () => Promise.resolve(processesOf(started.map(({ pid = 0 }) => pid))),
    [Symbol.asyncDispose]: async () => {
      await endProcessesOf(user.name);
      for (const child of started.toReversed()) await endPeer(child, "xrdp");
      rmSync(folder, { recursive: true, force: true });
      await user[Symbol.asyncDispose]();
    },
  };

  function start(program: string, configuration: string): ChildProcess {
    const command = [...(end?.enter ?? []), program, "--nodaemon", "--config", join(folder, configuration)];
    return spawn(command[0]!, command.slice(1), { stdio: "ignore" });
  }
}

/**
 * The session manager starts X server, window manager and channel server; the other listens, and forks for a client.
 */
function processesOf([manager = 0, listener = 0]: readonly number[]): ServerProcesses {
  const all = listProcesses();
  const ofManager = descendantsOf(manager, all);
  const ofXrdp = ofManager.filter(({ command }) => command.startsWith("xrdp-"));
  return {
    connection: [listener, ...descendantsOf(listener, all).map(({ pid }) => pid)],
    keeper: [manager, ...ofXrdp.map(({ pid }) => pid)],
    xServer: ofManager.filter((entry) => imageOf(entry) === "Xorg").map(({ pid }) => pid),
  };
}

/** A copy of the host's file with some values changed. */
function configure(name: string, folder: string, values: Readonly<Record<string, string>>): void {
  const seen = new Set<string>();
  const lines = readFileSync(`/etc/xrdp/${name}`, "utf8")
    .split("\n")
    .map((line) => {
      const [, key = ""] = /^(\w+)=/u.exec(line) ?? [];
      const value = values[key];
      // Its first place is the general one; the modules have a `port` of their own.
      if (value === undefined || seen.has(key)) return line;
      seen.add(key);
      return `${key}=${value}`;
    });
  writeFileSync(join(folder, name), lines.join("\n"));
}

/** Its session manager takes a session for ended when the window manager is; what is left then goes the same way. */
async function endProcessesOf(name: string): Promise<void> {
  const uid = (await systemUsers.byName(name))?.uid;
  await eventually(`xrdp's session of ${name} has ended`, () => {
    const left = listProcesses().filter((each) => !each.zombie && userIdOf(each.pid) === uid);
    for (const { pid } of left) signal(pid);
    return left.length === 0;
  });
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

const needed = [
  "/usr/sbin/xrdp",
  "/usr/sbin/xrdp-sesman",
  "/usr/lib/xorg/Xorg",
  "/usr/lib/xorg/modules/drivers/xrdpdev_drv.so",
];
const sesmanPort = 3350;
