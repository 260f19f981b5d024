import { chmodSync, chownSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { milliseconds, seconds } from "#base/units.ts";
import type { KeeperStart, SessionEnd } from "#contracts/keeper.ts";
import { framebufferFolder } from "#system/folders.ts";
import type { Log } from "#system/log.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import type { Account } from "./account.ts";
import { chooseDesktop } from "./desktopChoice.ts";
import { sessionEnvironment } from "./environment.ts";
import { KeyboardLayout } from "./keyboard.ts";
import { LastLines } from "./lastLines.ts";
import { startMessageBus } from "./messageBus.ts";
import type { RunningDesktop } from "./runningDesktop.ts";
import { SessionFailure } from "./sessionFailure.ts";
import type { SessionProcesses } from "./sessionProcesses.ts";
import { UserPrograms } from "./userPrograms.ts";
import { writeXAuthority } from "./xAuthority.ts";
import { startXServer, type XServer } from "./xServer.ts";

export interface DesktopParts {
  readonly start: KeeperStart;
  readonly account: Account;
  readonly programs: UserPrograms;
  readonly processes: SessionProcesses;
  readonly log: Log;
  /** What is opened here is closed there, in the opposite order, also when a later step fails. */
  readonly resources: AsyncDisposableStack;
  /** Aborted when the session is to end before it was ready. */
  readonly signal: AbortSignal;
  readonly noteDesktop: (desktop: RunningDesktop) => void;
}

/** Makes the desktop step by step. Resolves when it runs, with what to wait for: its end. Throws SessionFailure. */
export async function startDesktop(parts: DesktopParts): Promise<{ readonly ended: Promise<SessionEnd> }> {
  const { start, programs, log, signal } = parts;
  const cookie = systemRandomBytes(16);
  const folders = makeSessionFolders(parts, cookie);
  const server = await startXServer({ ...folders, programs, sizeMax: start.sizeMax });
  parts.resources.defer(() => server.stop());
  const died = server.died.then(() => serverDied(server));
  programs.add({ DISPLAY: `:${server.display}` });
  const keyboard = new KeyboardLayout(programs, log);
  const desktop: RunningDesktop = {
    display: server.display,
    cookie: Buffer.from(cookie).toString("hex"),
    serverPid: server.pid,
    leaderPid: 0,
    name: "",
    processes: () => parts.processes.list(start.id, parts.account.user),
    openFramebuffer: () => server.openFramebuffer(),
    setKeyboard: (layout) => keyboard.set(layout),
  };
  parts.noteDesktop(desktop);
  await giveFirstSize(parts);
  server.trim();
  signal.throwIfAborted();
  await keyboard.set(start.keyboard);
  const bus = await startMessageBus(programs, folders.userFolder, log);
  if (bus !== undefined) programs.add({ DBUS_SESSION_BUS_ADDRESS: bus });
  signal.throwIfAborted();
  const leader = await startLeader(parts);
  parts.noteDesktop({ ...desktop, leaderPid: leader.pid, name: leader.name });
  const ended = Promise.race([died, leader.ended]);
  const early = await Promise.race([ended, delay(aliveFor, undefined)]);
  if (early !== undefined) throw new SessionFailure(early.cause, early.culprit, early.sentence, early.log);
  signal.throwIfAborted();
  return { ended };
}

function makeSessionFolders({ start, account, programs, log, resources }: DesktopParts, cookie: Uint8Array) {
  const { user } = account;
  const make = (path: string): string => {
    mkdirSync(path, { mode: 0o700 });
    resources.defer(() => rmSync(path, { recursive: true, force: true }));
    chownSync(path, user.uid, user.gid);
    return path;
  };
  // The user passes through to what is his.
  chmodSync(start.sessionFolder, 0o711);
  const userFolder = make(join(start.sessionFolder, "user"));
  const framebuffer = framebufferFolder(start.sessionFolder, `${start.id}-${process.pid}`);
  if (framebuffer.is === "inSharedMemory") log.info("framebufferElsewhere", { folder: framebuffer.path });
  make(framebuffer.path);
  const xAuthority = join(userFolder, "Xauthority");
  writeXAuthority(xAuthority, cookie, user);
  // The session's folder is RUN/sessions/ID.
  const runFolder = dirname(dirname(start.sessionFolder));
  const { environment: inherited } = account;
  programs.add(sessionEnvironment({ id: start.id, user, inherited, userFolder, xAuthority, runFolder }));
  return { userFolder, xAuthority, framebufferFolder: framebuffer.path };
}

function serverDied(server: XServer): SessionEnd {
  return { cause: "serverDied", culprit: "Xvfb", sentence: "The X server has ended.", log: [...server.lastLines] };
}

/** A failure is told and survived: the first connection gives the size again. */
async function giveFirstSize({ start, programs, log }: DesktopParts): Promise<void> {
  const words = [start.size.width, start.size.height, start.sizeMax.width, start.sizeMax.height].map(String);
  const { code, log: said } = await programs.run([process.execPath, firstScreen, ...words], seconds(10));
  if (code !== 0) log.warn("firstSizeFailed", { why: said.slice(-5).join(" | ") });
}

async function startLeader({ start, account, programs }: DesktopParts) {
  const choice = await chooseDesktop(programs, start);
  if (choice === undefined) {
    const sentence = "No desktop is installed: install one, for instance the packages icewm and xterm.";
    throw new SessionFailure("desktopFailed", "keeper", sentence);
  }
  // Node has raised the number of open files as far as it goes, which breaks programs that count through all of them.
  const limit = account.openFilesUntouched ? "ulimit -S -n 1024 2>/dev/null; " : "";
  const inHome = `${limit}cd "$HOME" 2>/dev/null || { HOME=/; export HOME; cd /; }; exec "$@"`;
  const child = await programs.start(["/bin/sh", "-c", inHome, "sh", ...choice.command], ["ignore", "pipe", "pipe"]);
  const said = new LastLines();
  said.read(child.stdout);
  said.read(child.stderr);
  const startedAt = performance.now();
  const ended = new Promise<SessionEnd>((resolve) => {
    child.once("exit", (code, signal) => {
      const leader = {
        name: choice.name,
        how: signal ?? `exit code ${code}`,
        code,
        isEarly: performance.now() - startedAt < failsWithin,
      };
      resolve(lastWordsOf(programs, said).then((lines) => leaderEnd(leader, lines)));
    });
  });
  return { pid: child.pid ?? 0, name: choice.name, ended };
}

/** What the desktop said on its own stderr, or into the file that Debian's Xsession sends it to. */
async function lastWordsOf(programs: UserPrograms, said: LastLines): Promise<readonly string[]> {
  // It may still be in the pipe.
  await delay(lastWords);
  if (said.lines.length !== 0 || programs.isClosed) return said.lines;
  const { output } = await programs.run(["/bin/sh", "-c", 'tail -n 20 "$HOME/.xsession-errors" 2>/dev/null']);
  return output.split("\n").filter((line) => line !== "");
}

function leaderEnd(
  leader: { readonly name: string; readonly how: string; readonly code: number | null; readonly isEarly: boolean },
  lines: readonly string[],
): SessionEnd {
  const { name, how } = leader;
  const log = lines.slice(-40);
  if (leader.isEarly) {
    return { cause: "desktopFailed", culprit: name, sentence: `The desktop ${name} ended at once (${how}).`, log };
  }
  if (leader.code === 0) return { cause: "signedOut", culprit: name, sentence: "The user has signed out.", log };
  return { cause: "desktopEnded", culprit: name, sentence: `The desktop ${name} has ended (${how}).`, log };
}

const firstScreen = fileURLToPath(new URL("../bin/firstScreen.ts", import.meta.url));
/** A desktop that lives so long is there. */
const aliveFor = milliseconds(300);
/** Nobody signs out so soon: a desktop that ends within this has failed. */
const failsWithin = seconds(2);
const lastWords = milliseconds(50);
