import { execFile, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";

/** A session bus (dbus-daemon) of a user who is not root, until the test is over. `run` gives what a program prints. */
export async function startMessageBus(t: TestContext) {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const folder = mkdtempSync(join(tmpdir(), "hf-dbus-"));
  chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const address = `unix:path=${folder}/bus`;
  const as = { uid: user.uid, gid: user.gid, env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: address }, cwd: "/" };
  const daemon = spawn(
    "dbus-daemon",
    ["--session", "--nofork", "--nopidfile", `--address=${address}`, "--print-address"],
    as,
  );
  t.after(async () => {
    // It removes its socket when it ends, and must not find that somebody else is at it.
    const ended = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  await new Promise((resolve) => daemon.stdout.once("data", resolve));
  const run = async (program: string, args: readonly string[]) => (await promisify(execFile)(program, args, as)).stdout;
  return { address, user, run };
}
