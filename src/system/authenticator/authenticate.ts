import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Shape } from "#base/shape/shape.ts";
import type { Milliseconds } from "#base/units.ts";
import { ownWaits } from "../inside/openWaits.ts";
import { pamWaitOf } from "../pam/pamWait.ts";
import { signal } from "../processes/endProcesses.ts";
import { descendantsOf } from "../processes/processList.ts";
import { programFile } from "../programs.ts";
import type { SignInOrder } from "./signIn.ts";

type Prompt = { readonly is: "prompt"; readonly style: "secret" | "visible"; readonly text: string };
type Notice = { readonly is: "notice"; readonly style: "information" | "error"; readonly text: string };
type Step = { readonly is: "step"; readonly step: string };
type Said = Prompt | Notice | Step | { readonly is: "result" };

/**
 * There is no result. `ended`: the process ended or spoke nonsense; `cancelled`: a prompt was answered with undefined.
 */
export interface NoResult {
  readonly is: "noResult";
  readonly why: "deadline" | "ended" | "cancelled";
  /** One sentence, with what the process wrote to stderr. */
  readonly detail: string;
  /** The PAM function that was called last; absent: none. */
  readonly step?: string;
  /** At the deadline: the rule whose module did not come back, "/etc/pam.d/holdfast:3", where that can be seen. */
  readonly place?: string;
}

export interface AuthenticateOptions<S extends Said> {
  /** `authenticatorSays` of `contracts/authenticator.ts`. */
  readonly says: Shape<S>;
  /** Asks the person; undefined: gives up. */
  readonly onPrompt: (prompt: Omit<Prompt, "is">) => Promise<string | undefined>;
  readonly onNotice?: (notice: Omit<Notice, "is">) => void;
  /** For the whole conversation, with the time that people take to answer. */
  readonly deadline: Milliseconds;
}

/**
 * Signs a user in through PAM, in a process of its own (`bin/authenticator.ts`) that is killed at the deadline, so that
 * a module that hangs hangs nobody. Needs root. Never rejects.
 */
export function authenticate<S extends Said>(
  order: SignInOrder,
  options: AuthenticateOptions<S>,
  child: Authenticator = startAuthenticator(),
): Promise<Extract<S, { is: "result" }> | NoResult> {
  const result = new Promise<Extract<S, { is: "result" }> | NoResult>((resolve) => {
    let stderr = "";
    let step: string | undefined;
    let place: string | undefined;
    const settle = (result: Extract<S, { is: "result" }> | NoResult): void => {
      clearTimeout(deadline);
      // After a result PAM has ended, and with it what it started: no need to look through all processes of the host.
      if (result.is === "noResult") endAuthenticator(child);
      else child.kill("SIGKILL");
      resolve(result);
    };
    const fail = (why: NoResult["why"], detail: string): void =>
      settle({
        is: "noResult",
        why,
        detail: `${detail}${stderr === "" ? "" : `: ${stderr.trim().slice(-500)}`}`,
        ...(step === undefined ? {} : { step }),
        ...(place === undefined ? {} : { place }),
      });
    const late = (): void => {
      const wait = child.pid === undefined ? undefined : pamWaitOf(child.pid, order.pamService);
      ({ place } = wait ?? {});
      fail("deadline", `no answer within ${options.deadline / 1000} s${wait === undefined ? "" : `; ${wait.words}`}`);
    };
    const deadline = setTimeout(late, options.deadline);
    const answer = async (prompt: Omit<Prompt, "is">): Promise<void> => {
      const text = await options.onPrompt(prompt);
      if (text === undefined) fail("cancelled", "the conversation was given up");
      else child.stdin.write(`${JSON.stringify({ answer: text })}\n`);
    };
    const take = (said: S): void => {
      if (isResult(said)) settle(said);
      else if (isStep(said)) ({ step } = said);
      else if (isPrompt(said)) answer(said).catch((error: unknown) => fail("cancelled", String(error)));
      else if (isNotice(said)) options.onNotice?.(said);
    };
    child.on("error", (error) => fail("ended", error.message));
    child.on("close", (code, signal) => fail("ended", `the authenticator ended (${signal ?? code}) without a result`));
    child.stdin.on("error", () => {});
    child.stderr.on("data", (bytes: Buffer) => (stderr = (stderr + bytes.toString()).slice(-2000)));
    readLines(child.stdout, (line) => {
      try {
        take(options.says.parse(JSON.parse(line)));
      } catch (error) {
        fail("ended", `the authenticator said ${line.slice(0, 100)}: ${String(error)}`);
      }
    });
    child.stdin.write(`${JSON.stringify(order)}\n`);
  });
  return ownWaits.during("PAM", options.deadline, result);
}

/** A process that waits for its order. */
export type Authenticator = ChildProcessWithoutNullStreams;

export function startAuthenticator(): Authenticator {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", programFile("authenticator")], {
    // Modules speak the language of the environment; what they say is looked at, and shown beside our own words.
    env: { PATH: process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8", ...compileCache() },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Ends it at once, with everything that PAM's modules have started (pam_exec even makes it sessions of its own). */
export function endAuthenticator(child: Authenticator): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  for (const entry of descendantsOf(child.pid)) signal(entry, "SIGKILL");
  child.kill("SIGKILL");
}

/** Lends Node's cache of compiled programs, when this process uses one. */
function compileCache(): Readonly<Record<string, string>> {
  const folder = process.env["NODE_COMPILE_CACHE"];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let unfinished = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (unfinished + chunk).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
}

const isResult = <S extends Said>(said: S): said is Extract<S, { is: "result" }> => said.is === "result";
const isStep = (said: Said): said is Step => said.is === "step";
const isPrompt = (said: Said): said is Prompt => said.is === "prompt";
const isNotice = (said: Said): said is Notice => said.is === "notice";
