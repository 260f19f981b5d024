import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Size } from "#base/geometry.ts";
import { seconds } from "#base/units.ts";
import { X11Connection } from "#desktop/x11/x11Connection.ts";
import { environmentOf, listProcesses, userIdOf } from "#system/processes/processList.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";
import { startXfreerdp, type TestClient } from "../../test/interop/harness/clients.ts";
import type { NetworkEnd } from "../../test/interop/harness/network.ts";
import type { MeasuredServer } from "../../tools/bench/measuredServer.ts";
import { clientKeys } from "./clientKeys.ts";
import type { Stage } from "./workload.ts";

/** A stock client at a session of a server, and the session's inside. Ends the client, and what was started. */
export interface MeasuredStage extends Stage, AsyncDisposable {
  readonly client: TestClient;
}

export async function measuredStage(
  server: MeasuredServer,
  options: {
    readonly size: Size;
    readonly args: readonly string[];
    readonly end?: NetworkEnd;
    readonly address?: string;
  },
): Promise<MeasuredStage> {
  const { size, args, end, address } = options;
  await using opened = new AsyncDisposableStack();
  const client = opened.use(
    await startXfreerdp({
      host: { port: server.port, ...(address === undefined ? {} : { address }) },
      user: server.user,
      password: server.user.password,
      size,
      args,
      ...(end === undefined ? {} : { end }),
    }),
  );
  const environment = await environmentOfSession(server, client);
  const x11 = opened.adopt(await openDisplay(environment), (each) => each.close());
  const keyboard = await X11Connection.open({ ...client.xvfb, answerWithin: seconds(5), log });
  opened.defer(() => keyboard.close());
  const folder = mkdtempSync("/tmp/bench-stage-");
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  const started: ChildProcess[] = [];
  opened.defer(() => endAll(started));
  const { uid, gid } = server.user;
  const start: Stage["start"] = (command, words) => {
    const as = [`--reuid=${uid}`, `--regid=${gid}`, "--init-groups", "--", command, ...words];
    const child = spawn("setpriv", as, { env: environment, cwd: "/", stdio: ["ignore", "ignore", "inherit"] });
    started.push(child);
    return child;
  };
  const keys = await clientKeys(keyboard);
  const resources = opened.move();
  const onEnd: Stage["onEnd"] = (call) => resources.defer(call);
  const dispose = (): Promise<void> => resources.disposeAsync();
  return { size, client, x11, keys, folder, start, onEnd, [Symbol.asyncDispose]: dispose };
}

/** The desktop of a measured session: nothing, and quiet. */
export const quietDesktop = "exec sleep 1000000";

async function environmentOfSession({ user }: MeasuredServer, client: TestClient) {
  let found: Readonly<Record<string, string>> | undefined;
  await eventually(
    "the session's desktop runs",
    () => {
      if (client.exitCode !== undefined) throw new Error(`the client ended: ${client.output}`);
      const desktop = listProcesses().find(({ pid, command }) => command === "sleep" && userIdOf(pid) === user.uid);
      found = desktop && environmentOf(desktop.pid);
      return found?.["DISPLAY"] !== undefined;
    },
    { within: 20_000 },
  );
  return found ?? {};
}

function openDisplay(environment: Readonly<Record<string, string>>): Promise<X11Connection> {
  const authority = environment["XAUTHORITY"] ?? join(environment["HOME"] ?? "", ".Xauthority");
  const display = Number(/:(\d+)/u.exec(environment["DISPLAY"] ?? "")?.[1]);
  // The last entry's end is the cookie.
  const cookie = readFileSync(authority).subarray(-16).toString("hex");
  return X11Connection.open({ display, cookie, answerWithin: seconds(10), log });
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  for (const child of running) child.kill();
  await Promise.all(running.map((child) => new Promise((resolve) => child.once("exit", resolve))));
}

const log = (line: string): void => void process.stderr.write(`${line}\n`);
