import { chmodSync, chownSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, seconds } from "#base/units.ts";
import type { KeeperStart, SessionEnd } from "#contracts/keeper.ts";
import { framebufferFolder } from "#system/folders.ts";
import { systemClock } from "#system/clock.ts";
import type { Log } from "#system/log.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import type { Account } from "./account.ts";
import { chooseDesktop, type DesktopChoice } from "./desktopChoice.ts";
import { sessionEnvironment } from "./environment.ts";
import { startFirstSize } from "./firstSize.ts";
import { IdleInhibitors } from "./idleInhibitors.ts";
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
  readonly noteInhibition: () => void;
}

/** Makes the desktop step by step. Resolves when it runs, with what to wait for: its end. Throws SessionFailure. */
export async function startDesktop(parts: DesktopParts): Promise<{ readonly ended: Promise<SessionEnd> }> {
  const { start, programs, log, signal } = parts;
  const cookie = systemRandomBytes(16);
  const folders = makeSessionFolders(parts, cookie);
  const { xAuthority, userFolder } = folders;
  const giveFirstSize = startFirstSize({ start, as: parts.account.as, programs, xAuthority, log });
  const choosing = chooseDesktop(programs, start);
  choosing.catch(() => {});
  const server = await startXServer({ ...folders, programs, userId: parts.account.user.uid, sizeMax: start.sizeMax });
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
  const [bus] = await Promise.all([
    startMessageBus(programs, userFolder, log),
    giveFirstSize(server.display),
    keyboard.set(start.keyboard),
  ]);
  server.trim();
  if (bus !== undefined) programs.add({ DBUS_SESSION_BUS_ADDRESS: bus });
  signal.throwIfAborted();
  const leader = await startLeader(parts, await choosing);
  const running = { ...desktop, leaderPid: leader.pid, name: leader.name, lastWords: leader.lastWords };
  parts.noteDesktop(running);
  // Nobody waits for it: a bus that is slow must not hold up the desktop.
  if (bus !== undefined) void addInhibitors(parts, bus, running);
  signal.throwIfAborted();
  return { ended: Promise.race([died, leader.ended]) };
}

async function addInhibitors(parts: DesktopParts, address: string, desktop: RunningDesktop): Promise<void> {
  const { account, resources, noteInhibition, log } = parts;
  const { wallTime } = systemClock;
  const inhibitors = await IdleInhibitors.open({
    address,
    user: account.user,
    wallTime,
    changed: noteInhibition,
    log,
  });
  if (resources.disposed) return inhibitors.close();
  resources.defer(() => inhibitors.close());
  parts.noteDesktop({ ...desktop, inhibitors });
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

async function startLeader({ account, programs }: DesktopParts, choice: DesktopChoice | undefined) {
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
  return { pid: child.pid ?? 0, name: choice.name, ended, lastWords: () => lastWordsOf(programs, said) };
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

/** Nobody signs out so soon: a desktop that ends within this has failed. */
const failsWithin = seconds(2);
const lastWords = milliseconds(50);
