import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { Size } from "#base/geometry.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";
import { freePort } from "../../test/interop/harness/freePort.ts";
import { testUser, type TestUser } from "../../test/interop/harness/users.ts";
import { startXvfb } from "../../test/xvfb.ts";
import type { MeasuredServer, ServerProcesses } from "./measuredServer.ts";
import { isTaken } from "./ports.ts";
import { endPeer } from "./endPeer.ts";

/**
 * FreeRDP's server that shares the screen of an X server: here an Xvfb of `size` with the desktop `startWm`. Whoever
 * connects is let in. undefined, with the reason told, where it is not installed.
 */
export async function measuredShadow(
  startWm: string,
  size: Size,
  say: (line: string) => void,
): Promise<MeasuredServer | undefined> {
  if (!existsSync(program)) return void say(`shadow: not installed (${program})`);
  await using opened = new AsyncDisposableStack();
  const user = opened.use(await testUser());
  const port = await freePort();
  let screen = await sharedScreen({ startWm, size, user, port });
  opened.defer(() => screen[Symbol.asyncDispose]());
  const resources = opened.move();
  return {
    name: "shadow",
    port,
    user,
    knowsNla: false,
    // Its one session is the screen that it shares.
    endSessions: async () => {
      await screen[Symbol.asyncDispose]();
      screen = await sharedScreen({ startWm, size, user, port });
    },
    signedInAt: () => undefined,
    processes: () => Promise.resolve(screen.processes),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface SharedScreen extends AsyncDisposable {
  readonly processes: ServerProcesses;
}

async function sharedScreen({ startWm, size, user, port }: Sharing): Promise<SharedScreen> {
  await using opened = new AsyncDisposableStack();
  const xvfb = opened.use(await startXvfb(size));
  chmodSync(xvfb.folder, 0o711);
  chownSync(join(xvfb.folder, "authority"), user.uid, user.gid);
  const environment = { ...xvfb.environment, HOME: user.home };
  const start = (command: readonly string[]): ChildProcess => {
    const as = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--init-groups", "--", ...command];
    const child = spawn("setpriv", as, { env: environment, cwd: user.home, stdio: "ignore" });
    opened.defer(() => endPeer(child, "freerdp-shadow"));
    return child;
  };
  start([startWm]);
  const server = start([program, `/port:${port}`, "/bind-address:127.0.0.1", "-auth"]);
  await eventually("freerdp-shadow listens", () => isTaken(port));
  const resources = opened.move();
  return {
    processes: { connection: [server.pid ?? 0], keeper: [], xServer: [xvfb.process.pid ?? 0] },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Sharing {
  readonly startWm: string;
  readonly size: Size;
  readonly user: TestUser;
  readonly port: number;
}

const program = "/usr/bin/freerdp-shadow-cli";
