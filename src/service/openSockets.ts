import { hostname } from "node:os";
import { join } from "node:path";
import { seconds } from "#base/units.ts";
import { MovingTimes } from "#system/movingTimes.ts";
import { adminContract } from "#contracts/admin.ts";
import { keeperContract } from "#contracts/keeper.ts";
import { serviceContract } from "#contracts/service.ts";
import { serveContract } from "#system/rpc/serveContract.ts";
import type { UserBudget } from "#system/budget/userBudget.ts";
import { systemUsers } from "#system/users.ts";
import { adminApi } from "./admin/adminApi.ts";
import { otherVersionsOf } from "./admin/sessionCalls.ts";
import type { Arrivals } from "./arrivals.ts";
import { connectionApi } from "./connectionApi.ts";
import type { Chronicles } from "./chronicle/chronicles.ts";
import { fileStanding } from "./configurationFile.ts";
import type { ConnectionProcesses } from "./connectionProcesses.ts";
import { Insides } from "./insides.ts";
import type { Keepers } from "./keepers.ts";
import type { LeakWatch } from "./leaks/leakWatch.ts";
import { LicenceOffice } from "./licenceOffice.ts";
import { LogonModes, readBootId } from "./logonMode.ts";
import { tokenSeconds } from "./openSession.ts";
import { Reconnects } from "./reconnect.ts";
import { ReconnectCookies } from "./reconnectCookies.ts";
import type { Registry } from "./registry.ts";
import { RejectedCodecs } from "./rejectedCodecs.ts";
import type { Seats } from "./seats.ts";
import { servicePath, type ServiceOptions } from "./serviceOptions.ts";
import type { SessionMessages } from "./sessionMessages.ts";
import { SessionMoves } from "./sessionMoves.ts";
import { isAdministrator, sessionsWithSeats } from "./sessionsWithSeats.ts";
import { SignIns } from "./signIn.ts";
import type { TimeLimitWatch } from "./timeLimitWatch.ts";
import { tokenKey, type SignedIn, Tokens } from "./tokens.ts";
import type { Traces } from "./traces/traces.ts";
import type { UserPolicies } from "./userPolicies.ts";

export interface SocketParts {
  readonly traces: Traces;
  readonly messages: SessionMessages;
  readonly limits: TimeLimitWatch;
  readonly leaks: LeakWatch;
  readonly userPolicies: UserPolicies;
  readonly registry: Registry;
  readonly keepers: Keepers;
  readonly processes: ConnectionProcesses;
  readonly arrivals: Arrivals;
  readonly chronicles: Chronicles;
  /** Of the certificate that newcomers get. */
  readonly fingerprint: () => string;
  /** Absent: nothing is reserved for administrators. */
  readonly budget: UserBudget | undefined;
}

/** The two Unix sockets: one for connections, one for commands. */
export async function openSockets(options: ServiceOptions, parts: SocketParts) {
  const { traces, messages, limits, userPolicies, registry, keepers, processes, arrivals, chronicles } = parts;
  const { folders, settings, clock, log, authority, connectionUser } = options;
  const randomHex = (bytes: number) => Buffer.from(options.random(bytes)).toString("hex");
  const tokens = new Tokens<SignedIn>({
    life: seconds(tokenSeconds),
    key: tokenKey(join(folders.run, "token-key"), options.random),
    random: () => randomHex(16),
    now: clock.wallTime,
  });
  const connectionGid = connectionUser?.gid;
  const cookies = new ReconnectCookies({
    folder: keepers.folder,
    life: seconds(2 * settings.ReconnectCookieSeconds),
    randomHex,
    now: clock.wallTime,
    log,
  });
  const reconnects = new Reconnects({ authority, cookies, registry, tokens, settings, userPolicies, log });
  const logonModes = new LogonModes({ folders, bootId: readBootId(), log });
  const licences = new LicenceOffice({
    stateFolder: folders.state,
    settings: () => settings,
    chance: () => Number.parseInt(randomHex(4), 16) / 0x1_0000_0000,
    now: clock.wallTime,
    log,
  });
  const { openSessions, seats } = sessionsWithSeats({
    registry,
    keepers,
    tokens,
    cookies,
    messages,
    settings,
    userPolicies,
    logonMode: () => logonModes.mode,
    licences,
    connectionGid,
    budget: parts.budget,
    randomHex,
    clock,
    log,
  });
  const signIns = new SignIns({ authority, tokens, ...enrolmentOf(settings), log, now: clock.now });
  const usedCookies = settings.fDisableAutoReconnect === 1 ? undefined : cookies;
  const moves = new SessionMoves({ cookies: usedCookies, randomHex, log });
  const insides = new Insides({ registry, randomHex, log });
  const codecs = new RejectedCodecs({ stateFolder: folders.state, ...chronicles, now: clock.wallTime, log });
  const forConnections = connectionApi({
    registry,
    processes,
    signIns,
    reconnects,
    openSessions,
    cookies: usedCookies,
    messages,
    moves,
    insides,
    traces,
    witness: chronicles.ofConnections,
    broken: (connection) => void limits.receiveBroken(connection),
    nlaRequired: settings.UserAuthentication === 1,
    placeFreed: () => arrivals.review(),
    codecs,
    log,
  });
  const made = { reconnects, seats, logonModes, licences, signIns, moves, insides, codecs };
  const forCommands = commandApi(options, parts, made);
  return listenAtSockets(options, forConnections, forCommands);
}

function listenAtSockets(
  { folders, connectionUser, recorder }: ServiceOptions,
  forConnections: ReturnType<typeof connectionApi>,
  forCommands: ReturnType<typeof adminApi>,
) {
  const answered = (name: string, took: number): void => recorder.note("answered", { call: name, milliseconds: took });
  const group = connectionUser === undefined ? {} : { group: connectionUser.gid };
  const path = join(folders.run, "admin.sock");
  return Promise.all([
    serveContract(serviceContract, { path: servicePath(folders), mode: 0o660, ...group, answered }, forConnections),
    serveContract(adminContract, { path, mode: 0o666, answered }, forCommands),
  ]);
}

function commandApi(
  options: ServiceOptions,
  { traces, registry, messages, leaks, arrivals, chronicles, userPolicies, fingerprint, budget }: SocketParts,
  made: {
    readonly reconnects: Reconnects;
    readonly seats: Seats;
    readonly logonModes: LogonModes;
    readonly licences: LicenceOffice;
    readonly signIns: SignIns;
    readonly moves: SessionMoves;
    readonly insides: Insides;
    readonly codecs: RejectedCodecs;
  },
) {
  const { authority, clock, log, settings, policy } = options;
  const { reconnects, seats, logonModes, licences, signIns, moves, insides, codecs } = made;
  const startedAt = clock.wallTime();
  const times = new MovingTimes(clock);
  return adminApi({
    restart: options.restart,
    traces,
    registry,
    messages,
    chronicle: chronicles.chronicle,
    history: chronicles.chronicle,
    leaks,
    insides,
    codecs,
    authority,
    checkPassword: (user, password) => signIns.isPassword({ user, password, address: "localhost" }),
    moves,
    administrators: settings.Administrators,
    status: () => ({
      ...standing(options),
      startedAt,
      clockSetBy: times.moved,
      listening: arrivals.listening,
      fingerprint: fingerprint(),
      cookies: reconnects.totals,
      seats: seatsFacts(seats),
      logonMode: logonModes.mode,
      ...(budget === undefined ? {} : { reserved: budget.facts }),
      otherVersions: otherVersionsOf(registry.sessions),
      keeperVersion: keeperContract.version,
      policy: { file: policy.file, inForceSince: policy.since, ...fileStanding(policy) },
    }),
    licences: () => licences.report,
    policyParts: {
      policy,
      userPolicies,
      users: systemUsers,
      isAdministrator: (user) => isAdministrator(user, settings.Administrators),
    },
    setLogonMode: (mode) => logonModes.set(mode),
    log,
  });
}

function enrolmentOf({ EnrollAfterSignIn: enrollAfterSignIn }: ServiceOptions["settings"]) {
  return { enrollAfterSignIn };
}

/** What stays the same while the service runs. */
function standing({ version, connectionUser }: ServiceOptions) {
  return { version, pid: process.pid, singleUser: connectionUser === undefined, hostName: hostname() };
}

function seatsFacts({ taken: { used, limit, because } }: Seats) {
  return { used, ...(limit === Infinity ? {} : { limit }), because };
}
