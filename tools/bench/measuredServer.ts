import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectClient } from "#diagnostics/client/connectClient.ts";
import type { ClientOptions } from "#diagnostics/client/clientOptions.ts";
import type { RdpClient } from "#diagnostics/client/rdpClient.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { commandLineOf, descendantsOf } from "#system/processes/processList.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";
import { startHoldfast, type TestHost } from "../../test/interop/harness/holdfast.ts";
import type { NetworkEnd } from "../../test/interop/harness/network.ts";
import { testUser, type TestUser } from "../../test/interop/harness/users.ts";
import { ensurePrograms } from "../setup/programs.ts";

/** A server under measurement with one user of its own; ended with all its sessions by `await using`. */
export interface MeasuredServer extends AsyncDisposable {
  /** As the figures call it. */
  readonly name: "holdfast" | "xrdp" | "shadow";
  readonly port: number;
  readonly user: TestUser;
  readonly knowsNla: boolean;
  endSessions(): Promise<void>;
  /** When the user was last signed in, in milliseconds since 1970; undefined: the server does not say. */
  signedInAt(): number | undefined;
  /** Those of its connections and sessions, with what they have started. */
  processes(): Promise<ServerProcesses>;
}

/** By their ids. */
export interface ServerProcesses {
  /** What encodes and sends. */
  readonly connection: readonly number[];
  /** What else it has for a session: what keeps it, sound, clipboard. */
  readonly keeper: readonly number[];
  readonly xServer: readonly number[];
}

export interface MeasuredHoldfast extends MeasuredServer {
  readonly host: TestHost;
}

/**
 * The product itself. `startWm`: a program that is the desktop of every session; `settings`: further lines of its
 * configuration; `end`: the machine that it runs on, where that is not this one.
 */
export async function measuredHoldfast(
  startWm: string,
  options: { readonly settings?: string; readonly end?: NetworkEnd } = {},
): Promise<MeasuredHoldfast> {
  // As ./holdfast does: without them every process would read and compile its sources anew, and keep more of them.
  await ensurePrograms({ say: console.error });
  process.env["NODE_COMPILE_CACHE"] ??= join(process.cwd(), ".cache/node");
  const { settings = "", end } = options;
  const place = end === undefined ? {} : { end };
  const host = await startHoldfast({ settings: `StartWm = "${startWm}"\n${settings}`, ...place });
  const user = await testUser();
  return {
    name: "holdfast",
    port: host.port,
    user,
    knowsNla: true,
    host,
    endSessions: async () => {
      for (const { id } of await host.sessions()) {
        // A session that has just ended by itself cannot be ended, and need not be.
        await host.admin.call("endSession", { session: id, how: "reset" }).catch((error: unknown) => {
          if (!(error instanceof CallFailed)) throw error;
        });
      }
      await eventually("no session is left", async () => (await host.sessions()).length === 0);
    },
    signedInAt: () => {
      const lines = readFileSync(join(host.folder, "state/holdfast.log"), "utf8").split("\n");
      const last = lines.findLast((line) => line.includes(" signedIn ") && line.includes(`user=${user.name}`));
      return last === undefined ? undefined : Date.parse(last.split(" ", 1)[0] ?? "");
    },
    processes: async () => {
      const { sessions, connections } = await host.admin.call("sessions", {});
      return {
        connection: [...withDescendants(connections.map(({ pid }) => pid)), ...videoEncodersOf(host.servicePid)],
        keeper: sessions.map(({ keeperPid }) => keeperPid),
        xServer: sessions.map(({ serverPid }) => serverPid),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await user[Symbol.asyncDispose]();
    },
  };
}

/** Connects a client of ours with the server's user. */
export function connectTo(server: MeasuredServer, options: Partial<ClientOptions> = {}): Promise<RdpClient> {
  const { name: user, password } = server.user;
  return connectClient({ host: "127.0.0.1", port: server.port, user, password, offered: ["tls"], ...options });
}

function withDescendants(pids: readonly number[]): readonly number[] {
  return pids.flatMap((pid) => [pid, ...descendantsOf(pid).map((each) => each.pid)]);
}

function videoEncodersOf(service: number): readonly number[] {
  const pids = descendantsOf(service).map(({ pid }) => pid);
  return pids.filter((pid) => commandLineOf(pid).some((word) => word.includes("videoEncoder")));
}

/** Writes a shell script that anybody may run; gives its path. */
export function script(path: string, commands: string): string {
  writeFileSync(path, `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
  return path;
}
