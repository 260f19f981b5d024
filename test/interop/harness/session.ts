import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Size } from "../../../src/base/geometry.ts";
import type { Pixels } from "../../../src/base/pixels.ts";
import { seconds } from "../../../src/base/units.ts";
import type { SessionFacts } from "../../../src/contracts/facts.ts";
import { X11Connection } from "../../../src/desktop/x11/x11Connection.ts";
import { environmentOf } from "../../../src/system/processes/processList.ts";
import { readFramebufferFile } from "./readFramebufferFile.ts";

/** A session seen from inside: its screen, and programs on it. Needs root. Ends what it started with `await using`. */
export interface InsideSession extends AsyncDisposable {
  readonly facts: SessionFacts;
  /** What the session's programs have: DISPLAY, XAUTHORITY, HOME, … */
  readonly environment: Readonly<Record<string, string>>;
  /** For drawing: see `testWindow.ts`. */
  readonly x11: X11Connection;
  /** The present size of the screen, as the X server says. */
  size(): Promise<Size>;
  /** What is on the screen, at its present size. The pointer is not in it. */
  screen(): Promise<Pixels>;
  /** Starts a program as the session's user. */
  start(command: string, args?: readonly string[]): ChildProcess;
  /** Runs a program as the session's user to its end, and gives what it printed; throws when it fails. */
  run(command: string, args?: readonly string[]): Promise<string>;
}

export async function insideSession(facts: SessionFacts): Promise<InsideSession> {
  const environment = environmentOf(facts.leaderPid);
  if (environment === undefined) throw new Error(`session ${facts.id} has no running desktop`);
  const groupId = Number(/^Gid:\t(\d+)/mu.exec(readFileSync(`/proc/${facts.leaderPid}/status`, "latin1"))?.[1]);
  const words = readFileSync(`/proc/${facts.serverPid}/cmdline`, "utf8").split("\0");
  const framebuffer = join(words[words.indexOf("-fbdir") + 1] ?? "", "Xvfb_screen0");
  const x11 = await X11Connection.open({
    display: facts.display,
    // The file has one entry, and the cookie is its end.
    cookie: readFileSync(environment["XAUTHORITY"] ?? "")
      .subarray(-16)
      .toString("hex"),
    answerWithin: seconds(5),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const started: ChildProcess[] = [];
  const start: InsideSession["start"] = (command, args = []) => {
    const as = [`--reuid=${facts.uid}`, `--regid=${groupId}`, "--init-groups", "--"];
    const child = spawn("setpriv", [...as, command, ...args], {
      env: environment,
      cwd: "/",
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(child);
    return child;
  };
  const size = async (): Promise<Size> => {
    const { width, height } = await x11.ask<Size>("GetGeometry", (answer) => x11.client.GetGeometry(x11.root, answer));
    return { width, height };
  };
  return {
    facts,
    environment,
    x11,
    size,
    screen: async () => readFramebufferFile(framebuffer, await size()),
    start,
    run: async (command, args) => {
      const child = start(command, args);
      let output = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
      const code = await new Promise((resolve) => child.once("close", resolve));
      if (code !== 0) throw new Error(`${command} ${args?.join(" ")}: ended with ${String(code)}: ${output}`);
      return output;
    },
    [Symbol.asyncDispose]: async () => {
      x11.close();
      const running = started.filter((child) => child.exitCode === null && child.signalCode === null);
      for (const child of running) child.kill();
      await Promise.all(running.map((child) => new Promise((resolve) => child.once("exit", resolve))));
    },
  };
}
