import { closeSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fork, type ChildProcess } from "node:child_process";
import { seconds } from "#base/units.ts";
import type { ConnectionStart } from "#contracts/service.ts";
import { keepAliveLimit } from "#policy/keepAlive.ts";
import type { ServerCertificate } from "#system/certificate/certificate.ts";
import { MovingTimes } from "#system/movingTimes.ts";
import { readHostRoom } from "#system/hostRoom.ts";
import type { InheritedSockets } from "#system/inheritedSockets.ts";
import { systemUsers } from "#system/users.ts";
import { Arrivals, keyOf } from "./arrivals.ts";
import { beginChronicles, openChronicles } from "./chronicle/chronicles.ts";
import { ConnectionProcesses } from "./connectionProcesses.ts";
import { Keepers } from "./keepers.ts";
import { LeakWatch } from "./leaks/leakWatch.ts";
import { makeLegacyKeys } from "./legacyKeys.ts";
import { openBudget } from "./openBudget.ts";
import { Registry } from "./registry.ts";
import { openSockets } from "./openSockets.ts";
import { openVideoEncoders } from "./openVideoEncoders.ts";
import { servicePath, videoPath, type ServiceOptions } from "./serviceOptions.ts";
import { SessionMessages } from "./sessionMessages.ts";
import { TimeLimitWatch } from "./timeLimitWatch.ts";
import { Traces, type TracesParts } from "./traces/traces.ts";
import { UserPolicies } from "./userPolicies.ts";

export interface RunningService {
  /** The addresses in use, as `address:port`. */
  readonly listening: readonly string[];
  /** Lent: the listening sockets, by address. */
  readonly sockets: InheritedSockets;
  /** Newcomers get this certificate from now on. */
  replaceCertificate(certificate: ServerCertificate): void;
  /** Accepts nobody any more; who comes waits in these sockets, for the one who takes them over. */
  handOver(): Promise<InheritedSockets>;
  /** Lets go of everything that is the service's; sessions and connected clients go on. */
  close(): Promise<void>;
}

/**
 * Builds the service and opens its doors. Rejects with the system's error when an address or a socket cannot be had.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { folders, settings, clock, log } = options;
  const sessionsFolder = join(folders.run, "sessions");
  mkdirSync(sessionsFolder, { recursive: true, mode: 0o711 });
  const registry = new Registry();
  const chronicles = openChronicles(options, registry);
  const { chronicle, ofConnections } = chronicles;
  const keepers = new Keepers({ folder: sessionsFolder, registry, witness: chronicles.ofSessions, log });
  await keepers.discover();
  beginChronicles(chronicles, registry, options.version);
  const legacyKeys = settings.SecurityLayer < 2 ? await makeLegacyKeys() : undefined;
  let { certificate } = options;
  let start = connectionStart(options, legacyKeys);
  const processes = new ConnectionProcesses({
    fork: () => forkConnection(options, start),
    spareCount: settings.SpareConnections,
    registry,
    witness: ofConnections,
    log,
    lastIdPath: join(folders.run, "last-connection"),
  });
  const arrivals = new Arrivals({ processes, settings, now: clock.now, wallTime: clock.wallTime, chronicle, log });
  const encoders = openVideoEncoders(options);
  const fingerprint = () => certificate.fingerprints.sha256;
  const randomHex = (bytes: number) => Buffer.from(options.random(bytes)).toString("hex");
  const messages = new SessionMessages({ registry, randomHex });
  const { limits, userPolicies } = watchLimits(options, registry, messages);
  const leaks = startLeakWatch(options, { registry, processes });
  const budget = openBudget(options);
  const traces = openTraces(options, { registry, chronicle });
  const servers = await openSockets(options, {
    traces,
    messages,
    limits,
    userPolicies,
    leaks,
    registry,
    keepers,
    processes,
    arrivals,
    chronicles,
    fingerprint,
    budget,
  });
  const inherited = new Map(options.inherited);
  for (const address of options.addresses) {
    await arrivals.listen(address, inherited.get(keyOf(address)));
    inherited.delete(keyOf(address));
  }
  // Nobody is awaited there any more.
  for (const descriptor of inherited.values()) closeSync(descriptor);
  void traces.recover();
  log.info("listening", { at: arrivals.listening.join(" "), sessions: registry.sessions.length });
  return {
    listening: arrivals.listening,
    sockets: arrivals.sockets,
    replaceCertificate: (replacement) => {
      certificate = replacement;
      start = connectionStart({ ...options, certificate }, legacyKeys);
      processes.renew();
      log.info("certificateReplaced", { sha256: fingerprint() });
    },
    handOver: () => arrivals.handOver(),
    close: async () => {
      const others = [limits, leaks, budget, processes, encoders, options.authority];
      for (const each of [traces, arrivals, chronicles, ...others]) each?.close();
      await Promise.all(servers.map((server) => server.close("the service stops")));
    },
  };
}

function openTraces(options: ServiceOptions, known: Pick<TracesParts, "registry" | "chronicle">): Traces {
  const { settings } = options;
  return new Traces({
    ...options,
    ...known,
    hostName: hostname(),
    bytesMax: settings.TraceMegabytes << 20,
    minutesMax: settings.TraceMinutes,
  });
}

function startLeakWatch(
  { folders, settings, clock, log }: ServiceOptions,
  { registry, processes }: { readonly registry: Registry; readonly processes: ConnectionProcesses },
): LeakWatch {
  return new LeakWatch({
    registry,
    runFolder: folders.run,
    pamService: settings.PamService,
    every: seconds(settings.LeakSampleSeconds),
    room: () => readHostRoom(folders.run),
    spareConnections: () => processes.spares,
    connectionsEver: () => processes.lastId,
    clock,
    log,
  });
}

/** Whose limits are which, and who applies them. */
function watchLimits({ policy, clock, log }: ServiceOptions, registry: Registry, messages: SessionMessages) {
  const { configuration, limitsSince } = policy;
  const times = new MovingTimes(clock);
  const userPolicies = new UserPolicies({
    configuration,
    file: policy.file,
    get limitsSince() {
      return times.told(limitsSince);
    },
    users: systemUsers,
    now: clock.now,
    log,
  });
  const limits = new TimeLimitWatch({
    registry,
    messages,
    limitsOf: (user) => userPolicies.limitsOf(user),
    refresh: (user) => userPolicies.refresh(user),
    wallTime: clock.wallTime,
    now: clock.now,
    log,
  });
  userPolicies.learned = (user) => limits.review(user);
  return { limits, userPolicies };
}

function connectionStart(
  { folders, certificate, settings, connectionUser }: ServiceOptions,
  legacyKeys: ConnectionStart["legacyKeys"],
): ConnectionStart {
  const { VideoEncoder: encoder, VideoColours: colours } = settings;
  return {
    servicePath: servicePath(folders),
    certificate: {
      certificatePem: certificate.certificate,
      keyPem: certificate.key,
      subjectPublicKey: Buffer.from(certificate.subjectPublicKey).toString("hex"),
      endPointHash: Buffer.from(certificate.endPointHash).toString("hex"),
    },
    ...(legacyKeys === undefined ? {} : { legacyKeys }),
    hostName: hostname(),
    ...(encoder === "none" ? {} : { video: { path: videoPath(folders), encoder, colours } }),
    ...(connectionUser === undefined ? {} : { runAs: { uid: connectionUser.uid, gid: connectionUser.gid } }),
    settings: {
      nlaRequired: settings.UserAuthentication === 1,
      handshakeStepSeconds: settings.HandshakeStepSeconds,
      logonSeconds: settings.LogonSeconds,
      framesPerSecond: settings.FramesPerSecond,
      keepAliveSeconds: keepAliveLimit(settings),
      reconnectCookieSeconds: settings.ReconnectCookieSeconds,
      blackScreenSeconds: settings.BlackScreenSeconds,
      traceRingKilobytes: settings.TraceRingKilobytes,
    },
  };
}

/**
 * The process begins with our rights, loads its program, and gives them up before it touches a client
 * (`bin/connection.ts`).
 */
function forkConnection(options: ServiceOptions, start: ConnectionStart): ChildProcess {
  const child = fork(options.connectionProgram, [], {
    detached: true,
    execArgv: leanNode,
    env: { ...process.env, ...leanMalloc, HOLDFAST_RUN: options.folders.run },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("error", (error) => options.log.error("connectionNotStarted", { why: error.message }));
  child.send(start);
  child.unref();
  return child;
}

// Measured with one client at 1024 × 768: 76 MB of PSS without these, 56 MB with them, 44 MB after a collection.
const leanNode = [
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=1",
  "--single-threaded-gc",
  "--v8-pool-size=1",
  "--expose-gc",
];
const leanMalloc = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "100000", MALLOC_MMAP_THRESHOLD_: "65536" };
