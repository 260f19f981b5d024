import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { adminContract } from "../../../src/contracts/admin.ts";
import type { SessionFacts } from "../../../src/contracts/facts.ts";
import { connectContract, type ContractClient } from "../../../src/system/rpc/connectContract.ts";
import type { NetworkEnd } from "./network.ts";
import { processesOf } from "./processesOf.ts";
import { eventually } from "./eventually.ts";

/** The whole product, started by a test; ended with all its sessions by `await using`. */
export interface TestHost extends AsyncDisposable {
  readonly port: number;
  /** Where clients find it. */
  readonly address: string;
  /** A fresh folder under /tmp, with `run`, `state` and `holdfast.toml` in it. */
  readonly folder: string;
  readonly run: string;
  /** The admin API as root; a new one after `startAgain`. */
  readonly admin: ContractClient<typeof adminContract>;
  /** What the service and the connections have said so far. */
  readonly log: () => string;
  readonly servicePid: number;
  sessions(): Promise<readonly SessionFacts[]>;
  /** Waits until the user has a session that is ready; with `attached`, until somebody is, or nobody is, at it. */
  sessionOf(user: { readonly name: string }, options?: { readonly attached?: boolean }): Promise<SessionFacts>;
  /** SIGKILL for the service alone. */
  killService(): Promise<void>;
  /** Waits until the running service has replaced itself for the n-th time. */
  restarted(times: number): Promise<void>;
  /** Starts the service again in the same folders, at the same port. */
  startAgain(): Promise<void>;
}

export interface TestHostOptions {
  /**
   * More lines of `holdfast.toml`. Without StartWm a session has an empty black screen and nothing that draws on it.
   */
  readonly settings?: string;
  /** What a session runs, as a shell script, instead of nothing at all. */
  readonly desktop?: string;
  /** The machine that it runs on, where that is not this one. */
  readonly end?: NetworkEnd;
  /** What stands before its command, as for a view of the files of its own. */
  readonly enter?: readonly string[];
  /** `bin/holdfast.ts` of other sources; `startAgain` starts those of this clone. */
  readonly program?: string;
}

/**
 * Starts the service as root on a free port of 127.0.0.1, or of its own machine's address. Throws with its log when it
 * does not come up.
 */
export async function startHoldfast(options: TestHostOptions = {}): Promise<TestHost> {
  const host = new RunningHost(options, await freePort());
  try {
    await host.startAgain();
  } catch (error) {
    host.remove();
    throw error;
  }
  return host;
}

class RunningHost implements TestHost {
  readonly port: number;
  readonly address: string;
  readonly #enter: readonly string[];
  readonly folder = mkdtempSync("/tmp/holdfast-test-");
  readonly run = join(this.folder, "run");
  readonly #pamService = existsSync("/etc/pam.d/holdfast") ? "holdfast" : this.folder.split("/").at(-1)!;
  readonly #keeperPids = new Set<number>();
  readonly #ownNetwork: boolean;
  #program: string;
  #log = "";
  #service: ChildProcess | undefined;
  #admin: ContractClient<typeof adminContract> | undefined;

  constructor(options: TestHostOptions, port: number) {
    const { settings = "", desktop = "exec sleep infinity", end, program = holdfast } = options;
    this.#program = program;
    this.#ownNetwork = end !== undefined;
    this.port = port;
    this.address = end?.address ?? "127.0.0.1";
    this.#enter = end?.enter ?? options.enter ?? [];
    chmodSync(this.folder, 0o711);
    const startWm = join(this.folder, "startwm");
    writeFileSync(startWm, `#!/bin/sh\n${desktop}\n`, { mode: 0o755 });
    const usual = {
      PamService: `"${this.#pamService}"`,
      KeepAliveSeconds: "5",
      MaxInstanceCount: "999999",
      BlackScreenSeconds: "0",
      StartWm: `"${startWm}"`,
    };
    const isGiven = (name: string) => new RegExp(`^\\s*${name}\\b`, "mu").test(settings);
    const lines = Object.entries(usual).flatMap(([name, value]) => (isGiven(name) ? [] : [`${name} = ${value}`]));
    writeFileSync(join(this.folder, "holdfast.toml"), `${lines.join("\n")}\n${settings}\n`);
    if (end !== undefined) writeFileSync(join(this.folder, "Xvfb"), ownDisplays, { mode: 0o755 });
    if (this.#pamService === "holdfast") return;
    const stack = ["auth", "account", "session"].map((kind) => `@include common-${kind}\n`);
    writeFileSync(`/etc/pam.d/${this.#pamService}`, stack.join(""));
  }

  get admin(): ContractClient<typeof adminContract> {
    if (this.#admin === undefined) throw new Error("the service does not run");
    return this.#admin;
  }

  get servicePid(): number {
    return this.#service?.pid ?? 0;
  }

  log = (): string => this.#log + logOf(join(this.folder, "state/holdfast.log"));

  async sessions(): Promise<readonly SessionFacts[]> {
    const { sessions } = await this.admin.call("sessions", {});
    for (const { keeperPid } of sessions) this.#keeperPids.add(keeperPid);
    return sessions;
  }

  async sessionOf({ name }: { readonly name: string }, { attached }: { readonly attached?: boolean } = {}) {
    let found: SessionFacts | undefined;
    const what = `${name} has a session that is ready${attached === undefined ? "" : `, attached: ${attached}`}`;
    await eventually(what, async () => {
      found = (await this.sessions()).find((session) => session.user === name && session.ready);
      return found !== undefined && (attached === undefined || (found.attachment !== undefined) === attached);
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.log()}`);
    });
    return found!;
  }

  async killService(): Promise<void> {
    await this.#endService("SIGKILL");
  }

  async restarted(times: number): Promise<void> {
    await eventually(`it has restarted ${times} times`, () => this.log().split(" listening at=").length === times + 2);
    this.#admin?.close();
    this.#admin = await connectContract(adminContract, join(this.run, "admin.sock"), {});
  }

  async startAgain(): Promise<void> {
    await this.#endService("SIGTERM");
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const command = [...this.#enter, process.execPath, ...nodeOptions, this.#program, "serve", ...this.#words()];
    this.#program = holdfast;
    const service = spawn(command[0]!, command.slice(1), {
      stdio: ["ignore", "pipe", "pipe"],
      // Connections inherit it: by the folder's name they are found when they outlive their host.
      env: { ...environment, ...this.#path(environment), HOLDFAST_RUN: this.run },
    });
    this.#service = service;
    let welcome = "";
    service.stdout.setEncoding("utf8").on("data", (text: string) => (welcome += text));
    service.stderr.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
    let ended = false;
    service.once("exit", () => (ended = true));
    await eventually("the service is ready", () => ended || welcome.includes("ready"));
    if (ended) throw new Error(`the service ended at once:\n${welcome}${this.log()}`);
    this.#admin = await connectContract(adminContract, join(this.run, "admin.sock"), {});
  }

  /** Only there: processes are told to be of this host by its folder in their environment. */
  #path({ PATH = "" }: NodeJS.ProcessEnv) {
    return this.#ownNetwork ? { PATH: `${this.folder}:${PATH}` } : {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#service?.exitCode !== null || this.#service.signalCode !== null) await this.startAgain();
      for (const { id } of await this.sessions()) await this.admin.call("endSession", { session: id, how: "reset" });
      await this.#endService("SIGTERM");
      await eventually("nothing of the host is left", () => this.#left().length === 0).catch(() => {});
      const left = this.#left();
      if (0 < left.length) throw new Error(`left behind:\n  ${left.join("\n  ")}\n${this.log()}`);
    } finally {
      this.remove();
    }
  }

  /** Ends what is left, and removes the files. */
  remove(): void {
    for (const { pid } of processesOf(this.folder)) {
      // Also of a session that was on its way and had not been told of yet.
      this.#keeperPids.add(pid);
      process.kill(pid, "SIGKILL");
    }
    for (const path of this.#framebuffers()) rmSync(path, { recursive: true, force: true });
    if (this.#pamService !== "holdfast") rmSync(`/etc/pam.d/${this.#pamService}`, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  #words(): readonly string[] {
    const { folder, run, port } = this;
    const places = ["--run", run, "--state", join(folder, "state"), "--config", join(folder, "holdfast.toml")];
    return ["--listen", `${this.address}:${port}`, ...places];
  }

  async #endService(signal: NodeJS.Signals): Promise<void> {
    const service = this.#service;
    this.#admin?.close();
    this.#admin = undefined;
    if (service === undefined) return;
    service.kill(signal);
    await eventually("the service has ended", () => service.exitCode !== null || service.signalCode !== null);
    this.#service = undefined;
  }

  #left(): readonly string[] {
    const folders = existsSync(join(this.run, "sessions")) ? readdirSync(join(this.run, "sessions")) : [];
    return [
      ...processesOf(this.folder).map(({ pid, command }) => `process ${pid} ${command}`),
      ...this.#framebuffers(),
      ...folders.map((name) => join(this.run, "sessions", name)),
    ];
  }

  #framebuffers(): readonly string[] {
    return readdirSync("/dev/shm")
      .filter((name) => this.#keeperPids.has(Number(/^holdfast-\d+-(?<pid>\d+)$/u.exec(name)?.groups?.["pid"])))
      .map((name) => join("/dev/shm", name));
  }
}

function logOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const holdfast = fileURLToPath(new URL("../../../src/bin/holdfast.ts", import.meta.url));
const nodeOptions = ["--disable-warning=ExperimentalWarning"];
/**
 * On a machine of its own, which has a network of its own, an X server does not see whose display numbers are taken
 * here, and would put its socket in /tmp/.X11-unix in the place of another's.
 */
const ownDisplays = `#!/bin/sh
exec /usr/bin/Xvfb ":$((20000 + $$ % 30000))" "$@"
`;
