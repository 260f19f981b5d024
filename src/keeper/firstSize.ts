import type { ChildProcess } from "node:child_process";
import { seconds } from "#base/units.ts";
import type { KeeperStart } from "#contracts/keeper.ts";
import type { Log } from "#system/log.ts";
import type { RunAs } from "#system/processes/startProgram.ts";
import { programFile } from "#system/programs.ts";
import { LastLines } from "./lastLines.ts";
import type { UserPrograms } from "./userPrograms.ts";

export interface FirstSizeOptions {
  readonly start: KeeperStart;
  readonly as: RunAs | undefined;
  readonly programs: UserPrograms;
  readonly xAuthority: string;
  readonly log: Log;
}

/**
 * Starts the program that gives a new X server its first size. To be called before the server is up, since the program
 * takes as long to load; what is returned tells it the display, and waits until it is done. Nothing rejects: a failure
 * is logged and survived, since the first connection gives the size again.
 */
export function startFirstSize(options: FirstSizeOptions): (display: number) => Promise<void> {
  const { start, as, programs, log } = options;
  const { size, sizeMax } = start;
  const numbers = [
    size.width,
    size.height,
    sizeMax.width,
    sizeMax.height,
    ...(as === undefined ? [] : [as.uid, as.gid]),
  ];
  const said = new LastLines();
  const failed = (why: string): void => log.warn("firstSizeFailed", { why });
  const starting = programs.startAsKeeper(
    [process.execPath, "--disable-warning=ExperimentalWarning", programFile("firstScreen"), ...numbers.map(String)],
    { XAUTHORITY: options.xAuthority, ...compileCache() },
    ["pipe", "ignore", "pipe"],
  );
  const ended = starting.then((child) => {
    said.read(child.stderr);
    child.stdin?.on("error", () => {});
    return new Promise<number | null>((resolve) => child.once("close", resolve));
  });
  ended.catch((error: unknown) => failed(String(error)));
  return async (display) => {
    try {
      const child = await starting;
      child.stdin?.end(`${display}\n`);
      if ((await within(ended, child)) !== 0) failed(said.lines.slice(-5).join(" | "));
    } catch (error) {
      // It could not be started, which has been told.
      if (!(error instanceof Error)) throw error;
    }
  };
}

async function within(ended: Promise<number | null>, child: ChildProcess): Promise<number | null> {
  const deadline = setTimeout(() => child.kill("SIGKILL"), takesAtMost);
  try {
    return await ended;
  } finally {
    clearTimeout(deadline);
  }
}

/** Lends Node's cache of compiled programs, when this process uses one. */
function compileCache(): Readonly<Record<string, string>> {
  const folder = process.env["NODE_COMPILE_CACHE"];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

const takesAtMost = seconds(10);
