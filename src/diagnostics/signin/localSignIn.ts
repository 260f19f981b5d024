import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sessionId } from "#base/ids.ts";
import { between, seconds, type Instant, type Milliseconds } from "#base/units.ts";
import { authenticatorSays } from "#contracts/authenticator.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { keeperContract, type KeeperStart, type SessionEnd } from "#contracts/keeper.ts";
import { authenticate } from "#system/authenticator/authenticate.ts";
import type { Clock } from "#system/clock.ts";
import { framebufferFolder } from "#system/folders.ts";
import { KeeperNotStarted, startKeeper } from "#system/keepers/startKeeper.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";
import { connectContract, type ContractClient } from "#system/rpc/connectContract.ts";
import { isDrawn } from "./screenFile.ts";
import { localSteps, type LocalStep, type SignInStep } from "./signInStep.ts";

export interface LocalSignInOptions {
  readonly user: string;
  readonly password: string;
  /** Absent: nothing is opened through PAM, as in single-user mode. */
  readonly pamService: string | undefined;
  /** How long PAM may take. */
  readonly pamTakes: Milliseconds;
  readonly startWm: string;
  readonly sizeMax: { readonly width: number; readonly height: number };
  /** The run folder, in which the session gets a folder of its own. */
  readonly runFolder: string;
  readonly clock: Clock;
}

/**
 * Everything that a sign-in does on this host, without RDP and beside the service: PAM, a session of its own, its X
 * server, desktop and picture. Nothing of it is left afterwards. Needs root, or the user to be one's own.
 */
export async function localSignIn(options: LocalSignInOptions): Promise<readonly SignInStep[]> {
  const watch = new Steps(options.clock);
  if (!(await trySignIn(options, watch))) return watch.all();
  mkdirSync(options.runFolder, { recursive: true, mode: 0o711 });
  const scratch = mkdtempSync(join(options.runFolder, "signin-test-"));
  const sessionFolder = join(scratch, "sessions", String(testSession));
  mkdirSync(sessionFolder, { recursive: true, mode: 0o711 });
  // The user passes through to what is his.
  for (const folder of [scratch, dirname(sessionFolder)]) chmodSync(folder, 0o711);
  try {
    await trySession(options, watch, sessionFolder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return watch.all();
}

/** PAM's word on the password and the account. False: no further. */
async function trySignIn({ user, password, pamService, pamTakes }: LocalSignInOptions, watch: Steps): Promise<boolean> {
  if (pamService === undefined) return watch.left("pam", "single-user mode does without PAM");
  const order = { pamService, user, password, remoteHost: "localhost", terminal: "rdp" };
  const asked: string[] = [];
  const result = await authenticate(order, {
    says: authenticatorSays,
    deadline: pamTakes,
    onPrompt: async ({ text }) => void asked.push(text),
  });
  if (result.is === "noResult") {
    const question = asked.length === 0 ? "" : `; it asked “${asked.join("”, “")}”`;
    const { why, detail, step = why, place } = result;
    const rule = place === undefined ? "" : ` (${place})`;
    return watch.fail("pam", `PAM gave no answer: ${step}: ${detail}${rule}${question}`, pamRemedy(pamService));
  }
  if (result.result === "signedIn")
    return watch.done("pam", `${pamService}: the password is right, the account may be used`);
  const says = `${signInWords[result.result] ?? result.result} (${result.step}: ${result.detail})`;
  return watch.fail("pam", says, pamRemedy(pamService), { isDenial: result.result !== "moduleFailed" });
}

async function trySession(options: LocalSignInOptions, watch: Steps, sessionFolder: string): Promise<void> {
  const start = startOf(options, sessionFolder);
  let keeper: ContractClient<typeof keeperContract> | undefined;
  const told: Told = {};
  try {
    await startKeeper(start);
    keeper = await connectContract(keeperContract, join(sessionFolder, "keeper.sock"), {
      facts: (facts) => void (told.facts = facts),
      detach: () => {},
      ended: ({ end }) => void (told.end = end),
    });
    told.facts = await keeper.call("facts", {});
    const ready = keeper.call("ready", {});
    // Who waits for its steps in between hears of a failure where he awaits it.
    ready.catch(() => undefined);
    watch.done("session", "the session is open, its keeper answers");
    const isSettled = settled(ready);
    await until(() => 0 < (told.facts?.serverPid ?? 0) || isSettled(), sessionTakes, options.clock);
    const reply = 0 < (told.facts?.serverPid ?? 0) ? undefined : await ready;
    if (reply?.is === "ended") return void watch.end(reply.end);
    watch.done("xServer", `display :${told.facts?.display ?? "?"}`);
    const desktop = await ready;
    if (desktop.is === "ended") return void watch.end(desktop.end);
    told.facts = await keeper.call("facts", {});
    watch.done("desktop", told.facts.desktop);
    await tryPicture(options, watch, { sessionFolder, facts: told.facts, told });
  } catch (error) {
    if (!(error instanceof KeeperNotStarted || error instanceof CallFailed || error instanceof ConnectFailed))
      throw error;
    const stop = error instanceof KeeperNotStarted ? error.pam : undefined;
    if (stop !== undefined) {
      const { words = "nothing of it can be seen", place } = stop.wait ?? {};
      const says = `PAM did not open the session within ${stop.seconds} s: ${words}${place === undefined ? "" : ` (${place})`}`;
      return void watch.fail("session", says, pamRemedy(options.pamService ?? ""));
    }
    watch.fail(
      watch.next,
      error.message,
      "Look at the log of the service, and at the memory and processes of the host.",
    );
  } finally {
    await keeper?.call("end", { how: "reset" }).catch((error: unknown) => {
      if (!(error instanceof CallFailed)) throw error;
    });
    keeper?.close();
  }
}

/** What the keeper has said so far. */
interface Told {
  facts?: SessionFacts;
  end?: SessionEnd;
}

/** A desktop that ends at once, as a wrong start script does, is seen while its picture is awaited. */
async function tryPicture(
  { clock }: LocalSignInOptions,
  watch: Steps,
  session: { readonly sessionFolder: string; readonly facts: SessionFacts; readonly told: Told },
): Promise<void> {
  const { sessionFolder, facts, told } = session;
  const { path } = framebufferFolder(sessionFolder, `${testSession}-${facts.keeperPid}`);
  const screen = join(path, "Xvfb_screen0");
  const isOver = () => told.end !== undefined || isDrawn(screen, firstSize);
  const isInTime = await until(isOver, pictureTakes, clock);
  if (told.end !== undefined) return void watch.end(told.end);
  if (isInTime) return void watch.done("picture", "something is on the screen");
  const remedy = "A desktop that draws nothing looks to its user like a dead one: look at ~/.xsession-errors.";
  watch.warn("picture", `the screen has one colour for ${pictureTakes / 1000} s`, remedy);
}

function startOf(options: LocalSignInOptions, sessionFolder: string): KeeperStart {
  const { user, pamService, pamTakes, startWm, sizeMax } = options;
  return {
    id: testSession,
    user,
    sessionFolder,
    size: firstSize,
    sizeMax,
    keyboard: { model: "pc105", layout: "us" },
    client: { address: "127.0.0.1", name: "SIGNIN-TEST", build: 0 },
    startwm: startWm,
    ...(pamService === undefined ? {} : { pamService, pamSeconds: Math.round(pamTakes / 1000) }),
  };
}

/** The steps as they are made: each counts from the end of the one before. */
class Steps {
  readonly #clock: Clock;
  readonly #made: SignInStep[] = [];
  #since: Instant;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** The step that is under way. */
  get next(): LocalStep {
    return localSteps[this.#made.length] ?? "picture";
  }

  all(): readonly SignInStep[] {
    const missing = localSteps.slice(this.#made.length);
    return [
      ...this.#made,
      ...missing.map((step) => ({ step, outcome: "notReached", ms: null, says: "", remedy: null }) as const),
    ];
  }

  done(step: LocalStep, says: string): true {
    this.#add({ step, outcome: "ok", says, remedy: null });
    return true;
  }

  left(step: LocalStep, says: string): true {
    this.#add({ step, outcome: "left", says, remedy: null });
    return true;
  }

  warn(step: LocalStep, says: string, remedy: string): void {
    this.#add({ step, outcome: "warning", says, remedy });
  }

  fail(step: LocalStep, says: string, remedy: string, { isDenial = false } = {}): false {
    this.#add({ step, outcome: "failed", says, remedy, isDenial });
    return false;
  }

  /** The session has ended instead of coming up: the step is the one that its cause belongs to. */
  end({ cause, sentence, culprit, log }: SessionEnd): void {
    const lines = log.slice(-5).map((line) => ` | ${line}`);
    const remedy = endRemedies[cause] ?? "Look at the log of the service.";
    // The keeper answers before it says that PAM has refused.
    const isRefused = cause === "pamRefused" || cause === "userUnknown";
    if (isRefused && this.#made.at(-1)?.step === "session") this.#made.pop();
    const by = sentence.includes(culprit) ? "" : ` (${culprit})`;
    this.fail(this.next, `${sentence.replace(/\.$/u, "")}${by}${lines.join("")}`, remedy);
  }

  #add(step: Omit<SignInStep, "ms">): void {
    const now = this.#clock.now();
    this.#made.push({
      ...step,
      ms: step.outcome === "left" ? null : Math.round(between(this.#since, now) * 100) / 100,
    });
    this.#since = now;
  }
}

/** True as soon as the condition holds; false when it has not within the time. */
async function until(condition: () => boolean, within: Milliseconds, clock: Clock): Promise<boolean> {
  const end = clock.now() + within;
  while (!condition()) {
    if (end < clock.now()) return false;
    await delay(pollEvery);
  }
  return true;
}

/** Whether a promise has come to an end by now. */
function settled(promise: Promise<unknown>): () => boolean {
  let isOver = false;
  const over = (): void => void (isOver = true);
  promise.then(over, over);
  return () => isOver;
}

function pamRemedy(service: string): string {
  return `Look at /etc/pam.d/${service} and what it includes, and at the host's log (journalctl -t holdfast, auth.log).`;
}

const signInWords: Readonly<Record<string, string>> = {
  wrongCredentials: "the user name or the password is wrong",
  accountExpired: "the account has expired",
  passwordExpired: "the password has expired",
  accountLocked: "the account is locked",
  notPermitted: "the host does not permit this user",
  moduleFailed: "a PAM module failed",
};

const endRemedies: Readonly<Partial<Record<SessionEnd["cause"], string>>> = {
  pamRefused:
    "A session module of PAM refuses: look at the service's file in /etc/pam.d, at limits and at the home folder.",
  userUnknown: "The host knows no such user: getent passwd NAME.",
  serverFailed: "The X server does not come up: look at memory, at /tmp/.X11-unix and at /dev/shm.",
  serverDied: "The X server died: look at memory (dmesg), and at the lines behind it.",
  desktopFailed: "The desktop does not start: look at ~/.xsession-errors and ~/.xsession, and start it by hand.",
  desktopEnded: "The desktop has ended: look at ~/.xsession-errors and ~/.xsession, and start it by hand.",
};

/** Above all that the service gives. */
const testSession = sessionId(65_535);
const firstSize = { width: 1024, height: 768 };
const sessionTakes = seconds(60);
const pictureTakes = seconds(10);
const pollEvery = 5;
