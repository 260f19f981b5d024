import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { seconds } from "#base/units.ts";
import type { Log } from "#system/log.ts";
import { findProgram } from "./findProgram.ts";
import type { UserPrograms } from "./userPrograms.ts";

/**
 * The address of the session's D-Bus: systemd's for the user when there is one, else that of a dbus-daemon of the
 * session's own.
 */
export async function startMessageBus(
  programs: UserPrograms,
  userFolder: string,
  log: Log,
): Promise<string | undefined> {
  const { environment } = programs;
  const usersBus = join(environment["XDG_RUNTIME_DIR"] ?? "/nowhere", "bus");
  if (!usersBus.startsWith(userFolder) && existsSync(usersBus) && statSync(usersBus).isSocket()) {
    return `unix:path=${usersBus}`;
  }
  const daemon = findProgram("dbus-daemon", environment["PATH"] ?? "");
  if (daemon === undefined) return undefined;
  const child = await programs.start(
    [
      daemon,
      "--session",
      "--nofork",
      "--nopidfile",
      "--nosyslog",
      `--address=unix:path=${userFolder}/bus`,
      "--print-address=3",
    ],
    ["ignore", "ignore", "ignore", "pipe"],
  );
  const address = await firstLine(child.stdio[3] as Readable);
  if (address === undefined) log.warn("messageBusFailed", { program: daemon });
  return address;
}

function firstLine(pipe: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    const settle = (line: string | undefined): void => {
      clearTimeout(deadline);
      pipe.destroy();
      resolve(line);
    };
    const deadline = setTimeout(() => settle(undefined), seconds(5));
    pipe.on("error", () => settle(undefined));
    pipe.on("close", () => settle(undefined));
    pipe.on("data", (bytes: Buffer) => {
      said += bytes.toString("utf8");
      const end = said.indexOf("\n");
      if (end !== -1) settle(said.slice(0, end));
    });
  });
}
