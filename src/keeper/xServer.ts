import type { ChildProcess } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Size } from "#base/geometry.ts";
import { milliseconds, seconds } from "#base/units.ts";
import { displaySocket, removeDisplay } from "#system/keepers/displayFiles.ts";
import { blockedDisplay, removeKeymap } from "#system/keepers/keymapFiles.ts";
import { freeBytes } from "#system/folders.ts";
import { ownWaits } from "#system/inside/openWaits.ts";
import { punchHole } from "#system/native/punchHole.ts";
import { findProgram } from "./findProgram.ts";
import { LastLines } from "./lastLines.ts";
import { SessionFailure } from "./sessionFailure.ts";
import type { UserPrograms } from "./userPrograms.ts";

/** The session's X server: Xvfb, whose screen is a file that others can map. */
export interface XServer {
  /** The N of `:N`. */
  readonly display: number;
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly died: Promise<void>;
  readonly lastLines: readonly string[];
  /** An open file, read only, of the screen as an XWD dump; given. */
  openFramebuffer(): number;
  /** Gives the memory of the screen's empty parts back; to be called while nobody draws. */
  trim(): void;
  /** Asks it to end, ends it, and removes what it left of its display. */
  stop(): Promise<void>;
}

export interface XServerOptions {
  readonly programs: UserPrograms;
  /** On a tmpfs, writable by the user. */
  readonly framebufferFolder: string;
  readonly xAuthority: string;
  readonly userId: number;
  readonly sizeMax: Size;
}

/** Starts the X server and waits until it takes clients. Throws SessionFailure; no process is left then. */
export async function startXServer(options: XServerOptions): Promise<XServer> {
  try {
    return await attempt(options);
  } catch (error) {
    const display = error instanceof SessionFailure ? blockedDisplay(error.end.log) : undefined;
    if (display === undefined) throw error;
    // The number was ours when it said so: whose server had it before is gone.
    removeKeymap(display, "anybody");
    return attempt(options);
  }
}

async function attempt(options: XServerOptions): Promise<XServer> {
  const { programs, framebufferFolder, sizeMax } = options;
  // Of this process, not of the user: which X server a host runs is the administrator's choice.
  const xvfb = findProgram("Xvfb", process.env["PATH"] ?? "/usr/bin");
  if (xvfb === undefined) throw failed("The X server Xvfb is not installed: install the package xvfb.");
  requireSpace(framebufferFolder, sizeMax);
  requireLock();
  const child = await programs.start(
    [
      xvfb,
      "-displayfd",
      "3",
      "-fbdir",
      framebufferFolder,
      "-screen",
      "0",
      `${sizeMax.width}x${sizeMax.height}x24`,
    ].concat([
      "-auth",
      options.xAuthority,
      "-nocursor",
      "-noreset",
      "-nolisten",
      "tcp",
      "-extension",
      "GLX",
      "-br",
    ]) as [string, ...string[]],
    ["ignore", "ignore", "pipe", "pipe"],
  );
  const said = new LastLines();
  said.read(child.stderr);
  const died = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const display = await ownWaits.during("the X server", comesUp, displayOf(child, died));
  if (display === undefined) {
    const how =
      child.signalCode ?? (child.exitCode === null ? `silent for ${comesUp / 1000} s` : `exit code ${child.exitCode}`);
    child.kill("SIGKILL");
    // Its last words may still be in the pipe.
    await Promise.race([closed, died.then(() => delay(asked))]);
    throw failed(`The X server Xvfb did not come up (${how}).`, wordsOf(said));
  }
  const path = join(framebufferFolder, "Xvfb_screen0");
  const socket = displaySocket(display);
  return {
    display,
    pid: child.pid ?? 0,
    died,
    get lastLines() {
      return wordsOf(said);
    },
    // The folder is the user's: whatever he puts there must not hold this process up (a pipe would).
    openFramebuffer: () => openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK),
    trim: () => trimFramebuffer(path),
    stop: async () => {
      await stop(child, died);
      removeDisplay(socket, { userId: options.userId });
    },
  };
}

function wordsOf(said: LastLines): readonly string[] {
  return said.lines.filter((line) => !line.startsWith(searchesDisplay));
}

function failed(sentence: string, log: readonly string[] = []): SessionFailure {
  return new SessionFailure("serverFailed", "Xvfb", sentence, log);
}

/** Xvfb writes its whole file when it starts, and dies of SIGBUS without a word when it cannot. */
function requireSpace(folder: string, { width, height }: Size): void {
  const need = width * height * 4 + HEADER_BYTES;
  const free = freeBytes(folder);
  if (need <= free) return;
  const [needed, left] = [need, free].map((bytes) => `${Math.ceil(bytes / 1024 / 1024)} MB`);
  throw failed(
    `There is no memory for a screen of ${width}×${height}: it needs ${needed} in ${folder}, which has ${left}.`,
  );
}

/** Xvfb writes /tmp/.X1-lock, and takes a disk that is full for a number that is taken. */
function requireLock(): void {
  const free = freeBytes("/tmp");
  if (lockBytes <= free) return;
  throw failed(`There is no room for the lock of an X server: /tmp is full (${free} bytes are left).`);
}

/** undefined: it ended, or said nothing in time. */
function displayOf(child: ChildProcess, died: Promise<void>): Promise<number | undefined> {
  const pipe = child.stdio[3] as Readable;
  return new Promise((resolve) => {
    let said = "";
    const settle = (display: number | undefined): void => {
      clearTimeout(deadline);
      pipe.destroy();
      resolve(display);
    };
    const deadline = setTimeout(() => settle(undefined), comesUp);
    void died.then(() => settle(undefined));
    pipe.on("error", () => settle(undefined));
    pipe.on("data", (bytes: Buffer) => {
      said += bytes.toString("latin1");
      const display = /^(\d{1,5})\n/u.exec(said)?.[1];
      if (display !== undefined) settle(Number(display));
    });
  });
}

/** All but the header of the XWD file, which Xvfb writes once: an empty screen is black, and black is zeros. */
function trimFramebuffer(path: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const header = Buffer.alloc(Math.min(HEADER_BYTES, fstatSync(descriptor).size));
    readSync(descriptor, header, 0, header.length, 0);
    punchHole(descriptor);
    writeSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
}

async function stop(child: ChildProcess, died: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await Promise.race([died, delay(asked)]);
  child.kill("SIGKILL");
  await Promise.race([died, delay(asked)]);
}

/** The XWD header with its colour map, rounded up to pages. */
const HEADER_BYTES = 4096;
/** What Xvfb says of every display that is taken while it looks for a free one. */
const searchesDisplay = "_XSERVTrans";
const comesUp = seconds(15);
const asked = milliseconds(1500);
/** A block of a file system, for each of its two files. */
const lockBytes = 8192;
