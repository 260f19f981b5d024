import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { wallTime } from "#base/units.ts";
import { consoleSeatOf, type ConsoleFacts } from "./consoleSeat.ts";
import { readConsole } from "./readConsole.ts";

const at = wallTime(Date.parse("2026-11-20T21:10:00Z"));
const bare: ConsoleFacts = { activeTerminal: undefined, logindSessions: [], logins: [], displays: [] };
const seated = { seat: "seat0", user: "alice", kind: "user", isActive: true, since: at };
const xorg = { display: 0, user: undefined, terminal: "tty7", since: at };

test("a host without a screen has no console", () => {
  assert.equal(consoleSeatOf(bare), undefined);
  // Somebody over SSH, and a Holdfast user: neither is at the host's own seat.
  const remote = { ...seated, seat: "" };
  assert.equal(
    consoleSeatOf({ ...bare, logindSessions: [remote], logins: [{ user: "bob", line: "pts/0", since: at }] }),
    undefined,
  );
});

test("the console is whose session logind has in front; a greeter is nobody", () => {
  const others = [{ ...seated, user: "bob", isActive: false }];

  const who = (kind: string) =>
    consoleSeatOf({ ...bare, activeTerminal: "tty2", logindSessions: [...others, { ...seated, kind }] });

  assert.deepEqual(who("user"), { user: "alice", since: at });
  assert.deepEqual(who("greeter"), { user: undefined, since: undefined });
});

test("without logind it is who has signed in at the terminal in front, or at the display on it", () => {
  const logins = [
    { user: "root", line: "tty1", since: at },
    { user: "alice", line: ":0", since: at },
    { user: "bob", line: "pts/3", since: at },
  ];

  const who = (facts: Partial<ConsoleFacts>) => consoleSeatOf({ ...bare, logins, ...facts })?.user;

  assert.deepEqual(
    [
      who({ activeTerminal: "tty1" }),
      who({ activeTerminal: "tty2" }),
      who({ activeTerminal: "tty7", displays: [xorg] }),
      who({ activeTerminal: "tty1", displays: [xorg] }),
      who({ displays: [xorg] }),
    ],
    ["root", undefined, "alice", "root", "alice"],
  );
});

test("an X server that runs as its user is his console, where nobody has written down who signed in", () => {
  assert.equal(consoleSeatOf({ ...bare, displays: [{ ...xorg, user: "alice" }] })?.user, "alice");
  assert.deepEqual(consoleSeatOf({ ...bare, displays: [xorg] }), { user: undefined, since: undefined });
});

test("the facts are read from the host's files and processes", async (t) => {
  const root = folder(t);
  assert.equal(await readConsole(root), undefined);

  plant(root, "sys/class/tty/tty0/active", "tty1\n");
  assert.deepEqual(await readConsole(root), { user: undefined, since: undefined });

  plant(root, "run/utmp", Buffer.concat([utmpRecord(8, "tty1", "gone"), utmpRecord(7, "tty1", "alice")]));
  assert.deepEqual(await readConsole(root), { user: "alice", since: at });

  plant(root, "run/systemd/sessions/c2", `SEAT=seat0\nUSER=bob\nCLASS=user\nACTIVE=1\nREALTIME=${at * 1000}\n`);
  plant(root, "run/systemd/sessions/c2.ref", "");
  assert.deepEqual(await readConsole(root), { user: "bob", since: at });
});

test("an Xorg that somebody has started outside is the console's; an Xvfb and a session of ours are not", async (t) => {
  const root = folder(t);
  const uid = process.getuid?.() === 0 ? nobodyUid : undefined;
  const start = (name: string, display: number, environment: NodeJS.ProcessEnv = {}): void => {
    const program = join(root, name);
    copyFileSync("/bin/sleep", program);
    const child = spawn(program, ["600"], { env: environment, stdio: "ignore", ...(uid === undefined ? {} : { uid }) });
    t.after(() => child.kill());
    plant(root, `tmp/.X11-unix/X${display}`, "");
    plant(root, `tmp/.X${display}-lock`, `${String(child.pid).padStart(10)}\n`);
  };

  start("Xvfb", 3);
  start("X", 4, { HOLDFAST_SESSION: "2" });
  plant(root, "tmp/.X11-unix/X5", "");
  assert.equal(await readConsole(root), undefined);
  start("Xorg", 1);

  const owner = uid === undefined ? userInfo().username : "nobody";
  assert.equal((await readConsole(root))?.user, owner);
});

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "hf-console-"));
  t.after(() => rmSync(path, { recursive: true }));
  // Programs in it are run by another user.
  rmSync(path, { recursive: true });
  mkdirSync(path, { mode: 0o755 });
  return path;
}

function plant(root: string, path: string, contents: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), contents);
}

function utmpRecord(type: number, line: string, user: string): Buffer {
  const isWide = process.arch === "arm64";
  const record = Buffer.alloc(isWide ? 400 : 384);
  record.writeInt16LE(type, 0);
  record.write(line, 8);
  record.write(user, 44);
  record.writeUInt32LE(at / 1000, isWide ? 344 : 340);
  return record;
}

const nobodyUid = 65_534;
