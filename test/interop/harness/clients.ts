import { spawn, type ChildProcess } from "node:child_process";
import type { Size } from "../../../src/base/geometry.ts";
import { crop, type Pixels } from "../../../src/base/pixels.ts";
import { startXvfb, type Xvfb } from "../../xvfb.ts";
import { eventually } from "./eventually.ts";
import type { NetworkEnd } from "./network.ts";
import { readFramebufferFile } from "./readFramebufferFile.ts";

/** A stock client under an X server of its own, which shows nothing else. */
export interface TestClient extends AsyncDisposable {
  readonly pid: number;
  /** undefined while it runs; a signal counts as 128 more than its number, as in shells. */
  readonly exitCode: number | undefined;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** What it has printed so far. */
  readonly output: string;
  readonly xvfb: Xvfb;
  /** What its window shows, or the whole of its X screen when there is none. */
  screen(): Promise<Pixels>;
  /** Gives its window another size. */
  resizeWindow(size: Size): Promise<void>;
  /** Waits until its window has this size. */
  awaitSize(size: Size): Promise<void>;
  /** Types into it, as a user. */
  type(text: string): Promise<void>;
  /** Presses keys by their X names, e.g. `ctrl+a`. */
  key(name: string): Promise<void>;
  /** Moves the mouse to a point of its window. */
  moveMouse(x: number, y: number): Promise<void>;
  click(x: number, y: number): Promise<void>;
  /** The way of a crash: its connection breaks without a word. */
  kill9(): Promise<void>;
}

export interface ClientOptions {
  readonly host: { readonly port: number; readonly address?: string };
  readonly user: { readonly name: string };
  /** Absent: no password is given, and the sign-in screen comes. */
  readonly password?: string;
  readonly size?: Size;
  readonly args?: readonly string[];
  /** Of the X server that it runs under; the client's window is never larger. */
  readonly screenSize?: Size;
  /** What its X server is to be like before it starts. */
  readonly prepare?: (xvfb: Xvfb) => Promise<void>;
  /** The machine that it runs on, where that is not this one. */
  readonly end?: NetworkEnd;
}

/** xfreerdp (Debian: freerdp2-x11). */
export function startXfreerdp(options: ClientOptions): Promise<TestClient> {
  const { host, user, password, args = [], size = usualSize } = options;
  const words = [`/v:${addressOf(host)}`, `/u:${user.name}`, "/cert:ignore", `/size:${size.width}x${size.height}`];
  const secret = password === undefined ? [] : [`/p:${password}`];
  return startClient("xfreerdp", [...words, ...secret, "-decorations", "/log-level:INFO", ...args], options);
}

/** rdesktop; it needs a user whose password is in its command line. */
export function startRdesktop(options: ClientOptions): Promise<TestClient> {
  const { host, user, password, args = [], size = usualSize } = options;
  const words = ["-u", user.name, ...(password === undefined ? [] : ["-p", password])];
  const shape = ["-g", `${size.width}x${size.height}`, "-D", "-E"];
  return startClient("rdesktop", [...words, ...shape.slice(0, 3), ...args, addressOf(host)], options);
}

function addressOf({ address = "127.0.0.1", port }: ClientOptions["host"]): string {
  return `${address}:${port}`;
}

async function startClient(program: string, args: readonly string[], options: ClientOptions): Promise<TestClient> {
  const xvfb = await startXvfb(options.screenSize ?? options.size ?? usualSize);
  await options.prepare?.(xvfb);
  return new RunningClient([...(options.end?.enter ?? []), program, ...args], program, xvfb);
}

class RunningClient implements TestClient {
  readonly xvfb: Xvfb;
  readonly ended: Promise<number>;
  readonly #program: string;
  readonly #process: ChildProcess;
  #output = "";
  #exitCode: number | undefined;

  constructor(command: readonly string[], program: string, xvfb: Xvfb) {
    this.xvfb = xvfb;
    this.#program = program;
    this.#process = spawn(command[0]!, command.slice(1), {
      env: xvfb.environment,
      cwd: xvfb.folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // rdesktop asks on its standard input whether it may trust the certificate.
    this.#process.stdin?.on("error", () => {});
    this.#process.stdin?.end("yes\n");
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    this.ended = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (code, signal) => {
        this.#exitCode = code ?? 128 + (signal === "SIGKILL" ? 9 : 15);
        resolve(this.#exitCode);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  get output(): string {
    return this.#output;
  }

  async screen(): Promise<Pixels> {
    const whole = readFramebufferFile(this.xvfb.framebufferPath);
    const window = await this.#window();
    if (window === undefined) return whole;
    const width = Math.min(window.width, whole.width - window.x);
    const height = Math.min(window.height, whole.height - window.y);
    return crop(whole, { x: window.x, y: window.y, width, height });
  }

  async resizeWindow({ width, height }: Size): Promise<void> {
    const window = await this.#window();
    if (window === undefined) throw new Error(`${this.#program} has no window`);
    await this.#xdotool("windowsize", "--sync", window.id, String(width), String(height));
  }

  async awaitSize({ width, height }: Size): Promise<void> {
    await eventually(`the window of ${this.#program} is ${width}×${height}`, async () => {
      const window = await this.#window();
      return window?.width === width && window.height === height;
    });
  }

  async type(text: string): Promise<void> {
    await this.#focus();
    await this.#xdotool("type", "--delay", "30", text);
  }

  async key(name: string): Promise<void> {
    await this.#focus();
    await this.#xdotool("key", name);
  }

  async moveMouse(x: number, y: number): Promise<void> {
    const window = await this.#window();
    await this.#xdotool("mousemove", String((window?.x ?? 0) + x), String((window?.y ?? 0) + y));
  }

  async click(x: number, y: number): Promise<void> {
    await this.moveMouse(x, y);
    await this.#xdotool("click", "1");
  }

  async kill9(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    const forced = setTimeout(() => this.#process.kill("SIGKILL"), 3000);
    await this.ended;
    clearTimeout(forced);
    await this.xvfb[Symbol.asyncDispose]();
  }

  async #focus(): Promise<void> {
    const window = await this.#window();
    if (window !== undefined) await this.#xdotool("windowfocus", "--sync", window.id);
  }

  /**
   * The largest visible window that has a class, which the root window has not: the clients have small ones besides.
   */
  async #window() {
    const listed = await this.#ask("xdotool", ["search", "--onlyvisible", "--class", "."]);
    const windows = await Promise.all(
      listed
        .trim()
        .split("\n")
        .filter((id) => id !== "")
        .map(async (id) => ({ id, ...geometryOf(await this.#ask("xdotool", ["getwindowgeometry", "--shell", id])) })),
    );
    return windows.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
  }

  async #xdotool(...words: readonly string[]): Promise<void> {
    await this.xvfb.run("xdotool", words);
  }

  #ask(program: string, words: readonly string[]): Promise<string> {
    const child = this.xvfb.start(program, words, "pipe");
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr?.resume();
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve(output));
    });
  }
}

function geometryOf(text: string) {
  const value = (name: string) => Number(new RegExp(`^${name}=(-?\\d+)$`, "mu").exec(text)?.[1] ?? 0);
  return { x: value("X"), y: value("Y"), width: value("WIDTH"), height: value("HEIGHT") };
}

const usualSize: Size = { width: 800, height: 600 };
