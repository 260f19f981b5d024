import { rmSync } from "node:fs";
import { join } from "node:path";
import { flushCompileCache } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import { milliseconds, seconds } from "#base/units.ts";
import { keeperContract, type KeeperStart, type SessionEnd } from "#contracts/keeper.ts";
import { systemClock } from "#system/clock.ts";
import type { Log } from "#system/log.ts";
import { serveContract } from "#system/rpc/serveContract.ts";
import { KeeperTrace } from "./keeperTrace.ts";
import { openAccount, type Account } from "./account.ts";
import { Session } from "./session.ts";
import { endOf } from "./sessionFailure.ts";
import { SessionProcesses } from "./sessionProcesses.ts";
import { startDesktop } from "./startDesktop.ts";
import { UserPrograms } from "./userPrograms.ts";

export interface KeeperOptions {
  readonly log: Log;
  /** What happens here, for traces. */
  readonly recorder: TraceRecorder;
  /** Told once, when the socket takes clients. */
  readonly listening: () => void;
}

/**
 * Keeps one session from its start to its end. Afterwards nothing of it is left: no process, no file, no open PAM
 * session.
 */
export async function runKeeper(start: KeeperStart, options: KeeperOptions): Promise<SessionEnd> {
  const log = options.log.with({ session: start.id, user: start.user });
  const session = new Session(start, systemClock, { log, trace: new KeeperTrace(options.recorder) });
  // Before anybody can ask: PAM modules hold up the whole process, and need its main thread.
  const account = await openAccount(start).catch((error: unknown) => endOf(error));
  const server = await serve(start, session, { ...options, log }).catch((error: unknown) => {
    if (!("cause" in account)) account.close();
    throw error;
  });
  options.listening();
  const end = "cause" in account ? account : await keep(start, account, session, log);
  session.noteEnding(end);
  log.info("sessionEnded", { cause: end.cause, culprit: end.culprit, sentence: end.sentence });
  for (const line of end.log) log.info("lastLine", { line });
  // A start that fails at once must still be able to say why to the service that is about to connect.
  await Promise.race([session.met, delay(firstPeer)]);
  // Who has been given a ticket is to hear why it is worth nothing, and not that nobody is there.
  await Promise.race([session.lateHaveCome, delay(lateComers)]);
  // Before anybody hears of it: the next session may get this folder.
  server.stopListening();
  try {
    rmSync(start.sessionFolder, { recursive: true, force: true });
  } catch (error) {
    // Those who wait for the end must hear of it all the same.
    log.error("folderLeft", { folder: start.sessionFolder, why: String(error) });
  }
  await session.noteEnded(end);
  await server.close("the session has ended");
  if (!("cause" in account)) account.close();
  return end;
}

function serve(start: KeeperStart, session: Session, { log, recorder }: KeeperOptions) {
  return serveContract(
    keeperContract,
    {
      path: join(start.sessionFolder, "keeper.sock"),
      ...(start.connectionGid === undefined ? {} : { mode: 0o660, group: start.connectionGid }),
      answered: (call, took) => recorder.note("answered", { call, milliseconds: took }),
      handlerFailed: (call, error) => log.error("callFailed", { call, why: String(error) }),
    },
    (peer) => session.accept(peer),
  );
}

async function keep(start: KeeperStart, account: Account, session: Session, log: Log): Promise<SessionEnd> {
  session.noteUser(account.user.uid);
  const programs = new UserPrograms(account.as, { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: account.user.home });
  const processes = new SessionProcesses(() => programs.running);
  const resources = new AsyncDisposableStack();
  const abort = new AbortController();
  let how: "signOut" | "reset" = "signOut";
  const asked = session.endAsked.then((order): SessionEnd => {
    ({ how } = order);
    const end = how === "signOut" ? signedOut : reset;
    return order.orderedFor === undefined ? end : { ...end, orderedFor: order.orderedFor };
  });
  const noteDesktop = session.noteDesktop.bind(session);
  const noteInhibition = session.noteInhibition.bind(session);
  const starting = startDesktop({
    start,
    account,
    programs,
    processes,
    log,
    resources,
    noteDesktop,
    noteInhibition,
    signal: abort.signal,
  });
  const life = starting.then((desktop) => {
    session.noteReady();
    log.info("sessionReady", { display: session.facts.display, desktop: session.facts.desktop });
    // The keeper lives for weeks: what it has compiled is for the next one, not for its own end.
    flushCompileCache();
    return desktop.ended;
  });
  const end = await Promise.race([life, asked]).catch((error: unknown) => endOf(error));
  session.noteEnding(end);
  abort.abort();
  programs.close();
  const isEnding = end.cause !== "serverDied" && how === "signOut";
  const endAll = (grace: number): Promise<number> => processes.endAllBut(session.facts.serverPid, milliseconds(grace));
  await endAll(isEnding ? askedFor : 0);
  // A start that was under way has lost what it waited for; its last step may have started something more.
  await starting.catch((error: unknown) => error);
  await endAll(0);
  await resources.disposeAsync();
  const left = await processes.endAllBut(undefined, milliseconds(0));
  if (left !== 0) log.error("processesLeft", { count: left });
  processes.close();
  return end;
}

const signedOut: SessionEnd = {
  cause: "signedOut",
  culprit: "holdfast",
  sentence: "The session was signed out.",
  log: [],
};
const reset: SessionEnd = { cause: "reset", culprit: "holdfast", sentence: "The session was reset.", log: [] };
const askedFor = seconds(5);
const firstPeer = seconds(5);
const lateComers = seconds(2);
