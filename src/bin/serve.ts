import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { microsecondClock, TraceRecorder } from "#base/trace/traceRecorder.ts";
import { hostSettingsOf } from "#policy/configuration/resolution.ts";
import type { HostSettings } from "#policy/settings.ts";
import { PamAuthority } from "#service/pamAuthority.ts";
import type { Authority } from "#service/authority.ts";
import { parseListenAddress, type ListenAddress } from "#policy/listenAddress.ts";
import { startService, type RunningService } from "#service/service.ts";
import { SingleUserAuthority } from "#service/singleUserAuthority.ts";
import {
  loadCertificate,
  ownCertificate,
  watchCertificate,
  type ServerCertificate,
} from "#system/certificate/certificate.ts";
import { seconds } from "#base/units.ts";
import { systemClock } from "#system/clock.ts";
import { chooseFolders, makeFolders, type Folders } from "#system/folders.ts";
import { takeInheritedSockets } from "#system/inheritedSockets.ts";
import { openLog, type Log } from "#system/log.ts";
import { openNtHashStore } from "#system/ntHashStore.ts";
import { reapInheritedChildren } from "#system/processes/inheritedChildren.ts";
import { SocketHolder, takeHeldSockets } from "#system/socketHolder.ts";
import { programFile } from "#system/programs.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import { collectTrace, type CollectStep } from "#system/trace/collectTrace.ts";
import { tracedLog } from "#system/trace/tracedLog.ts";
import { systemUsers, type User } from "#system/users.ts";
import { readConfiguration } from "#service/configurationFile.ts";
import { watchConfiguration } from "./configurationWatch.ts";
import { takePolicy, type TakenPolicy } from "./policyInForce.ts";
import { restart, whyItCannotStart } from "./restart.ts";
import { singleUserCredential } from "./singleUserCredential.ts";
import { welcome } from "./welcome.ts";

export interface ServeOptions {
  readonly listen?: string | undefined;
  readonly run?: string | undefined;
  readonly state?: string | undefined;
  readonly config?: string | undefined;
  /** Only finds out whether it could start. */
  readonly check?: boolean;
}

/**
 * Runs the service until it is told to stop. The exit code: 0 stopped, 1 could not start, 2 wrong usage or
 * configuration.
 */
export async function serve(options: ServeOptions): Promise<number> {
  const folders = chooseFolders(options);
  try {
    makeFolders(folders);
  } catch (error) {
    return complain([error instanceof Error ? error.message : String(error)], 1);
  }
  const { recorder, log } = openRecords(folders);
  const taken = options.check === true ? tryPolicy(folders) : takePolicy(folders, { now: systemClock.wallTime(), log });
  if (taken.is === "wrong") return complain(taken.problems);
  const { policy } = taken;
  const settings = hostSettingsOf(policy.configuration);
  complain([...taken.problems, ...(0 < taken.problems.length ? [oldPolicyCounts] : [])]);
  const asked = options.listen?.split(",") ?? settings.Listen;
  const addresses = asked.map(parseListenAddress);
  const wrong = addresses.flatMap((each) => ("problem" in each ? [each.problem] : []));
  if (0 < wrong.length) return complain(wrong);
  const files = certificateFiles(settings);
  if (options.check === true) return check(files);
  const handedOver = takeInheritedSockets(process.env);
  const heldPath = join(folders.run, "held-sockets");
  const restarting = Promise.withResolvers<"restart">();
  const restartWhenAsked = async (): Promise<string | undefined> => {
    const why = await whyItCannotStart();
    if (why === undefined) setTimeout(() => restarting.resolve("restart"), answerLeavesWithin);
    else log.error("notRestarted", { why });
    return why;
  };
  let people: People;
  let certificate: ServerCertificate;
  let service: RunningService;
  try {
    people = await whoSignsIn(folders, settings, process.getuid?.() === 0);
    certificate = files === undefined ? ownHostCertificate(folders) : loadCertificate(files);
    service = await startService({
      folders,
      settings,
      policy,
      addresses: addresses.filter((each): each is ListenAddress => !("problem" in each)),
      certificate,
      authority: people.authority,
      connectionUser: people.connectionUser,
      connectionProgram: programFile("connection"),
      version: version(),
      inherited: 0 < handedOver.size ? handedOver : takeHeldSockets(heldPath, log),
      restart: restartWhenAsked,
      recorder,
      collect,
      clock: systemClock,
      random: systemRandomBytes,
      log,
    });
  } catch (error) {
    log.error("notStarted", { why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return complain([explainStart(error)], 1);
  }
  surviveMistakes(log);
  if (files !== undefined) watchCertificate(files, log, (changed) => service.replaceCertificate(changed));
  watchConfiguration(policy, log);
  process.on("SIGHUP", () => void restartWhenAsked());
  const holder = new SocketHolder(heldPath, service.sockets, settings.SocketsHeldSeconds);
  const { listening } = service;
  if (0 < handedOver.size) reapInheritedChildren();
  else process.stdout.write(welcome({ listening, certificate, folders, credential: people.credential }));
  const next = await Promise.race([told(["SIGTERM", "SIGINT"]), restarting.promise]);
  holder.close();
  if (next === "restart") await restart(service, log);
  return stop(service, log);
}

/** The log, and what is remembered for traces. Throws when the log's file cannot be opened. */
function openRecords(folders: Folders): { readonly recorder: TraceRecorder; readonly log: Log } {
  const now = microsecondClock(systemClock);
  const recorder = new TraceRecorder({ process: { kind: "service", id: 0 }, ringBytes, now });
  const log = tracedLog(openLog({ to: { file: join(folders.state, "holdfast.log") } }), recorder);
  return { recorder, log };
}

function collect(step: CollectStep, folder: string): Promise<string> {
  return collectTrace(collectProgram, step, folder);
}

/** As the file is: nothing stands in for one that is broken. */
function tryPolicy({ config: file }: Folders): TakenPolicy {
  const read = readConfiguration(file);
  if (read.is === "wrong") return read;
  const now = systemClock.wallTime();
  return { is: "taken", policy: { file, ...read, since: now, limitsSince: now }, problems: [] };
}

/** 0: it could start. */
function check(files: ReturnType<typeof certificateFiles>): number {
  try {
    if (files !== undefined) loadCertificate(files);
    return 0;
  } catch (error) {
    return complain([explainStart(error)], 1);
  }
}

interface People {
  readonly authority: Authority;
  readonly connectionUser: User | undefined;
  readonly credential: { readonly user: string; readonly password: string } | undefined;
}

/** As root the host's users through PAM, with connections as the user `holdfast`; otherwise this user alone. */
async function whoSignsIn(folders: Folders, settings: HostSettings, isRoot: boolean): Promise<People> {
  const account = await systemUsers.byId(process.getuid?.() ?? 0);
  if (account === undefined) throw new Error("the user who runs this is not in the host's user database");
  if (!isRoot) {
    const password = singleUserCredential(folders.state, () => randomBytes(9).toString("base64url"));
    const authority = new SingleUserAuthority({ account, password });
    return { authority, connectionUser: undefined, credential: { user: account.name, password } };
  }
  const connectionUser = await systemUsers.byName("holdfast");
  if (connectionUser === undefined) {
    throw new Error("there is no user “holdfast” for the connections: run `npm start`, whose set-up makes it");
  }
  const store = openNtHashStore(folders.state);
  const authority = new PamAuthority({
    pamService: settings.PamService,
    takesAtMost: seconds(settings.PamSeconds),
    atOnce: settings.SignInsAtOnce,
    store,
    random: secret,
  });
  return { authority, connectionUser, credential: undefined };
}

function secret(): string {
  return Buffer.from(systemRandomBytes(16)).toString("hex");
}

function certificateFiles({ Certificate, CertificateKey }: HostSettings) {
  return Certificate === undefined || CertificateKey === undefined
    ? undefined
    : { certificate: Certificate, key: CertificateKey };
}

function ownHostCertificate(folders: Folders) {
  return ownCertificate(folders.state, { random: systemRandomBytes, now: systemClock.wallTime() });
}

/** Sessions and clients go on; what hangs is left behind after five seconds. */
async function stop(service: RunningService, log: Log): Promise<number> {
  log.info("stopping");
  const deadline = setTimeout(() => process.exit(0), stopTakesAtMost);
  await service.close();
  clearTimeout(deadline);
  return 0;
}

/**
 * A mistake of ours in one answer, or a resource that is used up for a moment, must not leave everybody without a
 * service.
 */
function surviveMistakes(log: Log): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      log.error(event, { why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    });
  }
}

function told(signals: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((done) => {
    for (const signal of signals) process.once(signal, () => done());
  });
}

function complain(problems: readonly string[], exitCode = 2): number {
  for (const problem of problems) process.stderr.write(`holdfast: ${problem}\n`);
  return exitCode;
}

function explainStart(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE" && text.includes(".sock")) {
    return `${text}: another Holdfast runs with this run folder. Stop it, or give this one its own: --run DIR --state DIR`;
  }
  if (code === "EADDRINUSE")
    return `${text}: another program listens there. Choose another address: --listen 0.0.0.0:3390`;
  if (code === "EACCES")
    return `${text}: this user may not listen there. Choose a port above 1023: --listen 0.0.0.0:3389`;
  return text;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "?";
}

const oldPolicyCounts = "the settings that were in force before go on counting (holdfast policy show)";
const collectProgram = fileURLToPath(new URL("collect.ts", import.meta.url));
/** Of what the service itself records. */
const ringBytes = 1 << 20;
const stopTakesAtMost = 5000;
/** In milliseconds: whoever has asked is told first. */
const answerLeavesWithin = 50;
