import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Size } from "../src/base/geometry.ts";

/** A real X server of a test's own, gone with `await using`. */
export interface Xvfb extends AsyncDisposable {
  /** The N of `:N`. */
  readonly display: number;
  /** MIT-MAGIC-COOKIE-1, in hexadecimal. */
  readonly cookie: string;
  /** A fresh folder, removed with the server. */
  readonly folder: string;
  /** Its pixels as an XWD file. */
  readonly framebufferPath: string;
  /** What an X program needs: DISPLAY, XAUTHORITY, a UTF-8 locale, and HOME in the folder. */
  readonly environment: NodeJS.ProcessEnv;
  readonly process: ChildProcess;
  /** Starts an X program, which is ended with the server. Its output is dropped unless `stdio` says else. */
  start(command: string, args: readonly string[], stdio?: "ignore" | "inherit" | "pipe"): ChildProcess;
  /** Runs an X program to its end; throws when it fails. */
  run(command: string, args: readonly string[]): Promise<void>;
}

/**
 * Starts Xvfb on a free display. `size` is the largest that RandR can give later, and the one at first; `words` are
 * added to its command.
 */
export async function startXvfb(size: Size, words: readonly string[] = []): Promise<Xvfb> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-xvfb-"));
  const cookie = randomBytes(16).toString("hex");
  const authority = join(folder, "authority");
  writeFileSync(authority, authorityEntry(cookie), { mode: 0o600 });
  const log = openSync(join(folder, "xvfb.log"), "w");
  const server = spawn(
    "Xvfb",
    ["-displayfd", "3", "-fbdir", folder, "-auth", authority, "-screen", "0", `${size.width}x${size.height}x24`].concat(
      ["-nocursor", "-noreset", "-nolisten", "tcp", "-extension", "GLX", ...words],
    ),
    { stdio: ["ignore", log, log, "pipe"] },
  );
  closeSync(log);
  const display = await displayNumber(server);
  const programs: ChildProcess[] = [];
  const environment = {
    PATH: process.env["PATH"],
    DISPLAY: `:${display}`,
    XAUTHORITY: authority,
    LC_ALL: "C.UTF-8",
    HOME: folder,
  };
  const start: Xvfb["start"] = (command, args, stdio = "ignore") => {
    const program = spawn(command, args, { env: environment, cwd: folder, stdio });
    programs.push(program);
    return program;
  };
  return {
    display,
    cookie,
    folder,
    framebufferPath: join(folder, "Xvfb_screen0"),
    environment,
    process: server,
    start,
    run: async (command, args) => {
      const code = await ended(start(command, args));
      if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ended with ${code}`);
    },
    [Symbol.asyncDispose]: async () => {
      for (const program of programs) program.kill();
      await Promise.all(programs.map(ended));
      server.kill();
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Waits until `condition` holds, looking every few milliseconds; throws with `what` when it does not within five
 * seconds.
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < 500; look++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never happened: ${what}`);
}

/** An Xauthority record for any host and display (Xau(3)): big-endian counted family, address, number, name, data. */
function authorityEntry(cookie: string): Buffer {
  const parts = [Buffer.alloc(0), Buffer.alloc(0), Buffer.from("MIT-MAGIC-COOKIE-1"), Buffer.from(cookie, "hex")];
  return Buffer.concat([Buffer.of(0xff, 0xff), ...parts.map(counted)]);
}

const counted = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length), bytes]);

async function displayNumber(server: ChildProcess): Promise<number> {
  const pipe = server.stdio[3] as Readable;
  let text = "";
  for await (const chunk of pipe) {
    text += String(chunk);
    if (text.includes("\n")) return Number.parseInt(text, 10);
  }
  throw new Error("Xvfb ended before it was ready; is the package xvfb installed?");
}

const ended = (program: ChildProcess): Promise<number | undefined> =>
  new Promise((resolve) => {
    if (program.exitCode !== null || program.signalCode !== null || program.pid === undefined) {
      resolve(program.exitCode ?? undefined);
    } else {
      program.once("exit", (code) => resolve(code ?? undefined));
    }
  });
