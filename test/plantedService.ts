import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime, type WallTime } from "#base/units.ts";
import {
  adminContract,
  type LicenceReply,
  type OrderReply,
  type OtherVersions,
  type RejectedCodecsReply,
  type WaitOf,
} from "#contracts/admin.ts";
import { eventChannels, type LoggedEvent } from "#contracts/event.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { serveContract, type Handlers } from "#system/rpc/serveContract.ts";

interface Planted {
  readonly licences?: LicenceReply;
  readonly sessions?: readonly SessionFacts[];
  readonly own?: number | undefined;
  readonly reply?: OrderReply;
  readonly otherVersions?: OtherVersions;
  readonly console?: { readonly user?: string; readonly since?: WallTime };
  /** The orders that arrive. */
  readonly orders?: string[];
}

/** A real admin socket with planted facts; gives the run folder. */
export async function serve(t: TestContext, planted: Planted = {}): Promise<string> {
  const run = folder(t);
  const server = await serveContract(adminContract, { path: join(run, "admin.sock") }, () => answers(planted));
  t.after(() => server.close("the test is over"));
  return run;
}

function answers(planted: Planted): Handlers<typeof adminContract> {
  const own = "own" in planted ? planted.own : 3;
  const order = async (text: string): Promise<OrderReply> => {
    planted.orders?.push(text);
    return planted.reply ?? { is: "done" };
  };
  return {
    status: async () => ({
      version: "0.1.0",
      pid: 812,
      listening: ["0.0.0.0:3389", "[::]:3389"],
      fingerprint: "ab:cd",
      singleUser: false,
      hostName: "ts1",
      logonMode: "drain",
      ...(planted.otherVersions === undefined ? {} : { otherVersions: planted.otherVersions, keeperVersion: 1 }),
    }),
    licences: async () => planted.licences ?? { is: "uncounted" },
    restart: () => order("restart"),
    sessions: async () => ({
      sessions: planted.sessions ?? plantedSessions(),
      connections: plantedConnections,
      counters: { created: 5, disconnected: 2, reconnected: 1 },
      otherVersions: planted.otherVersions ?? [],
      ...(own === undefined ? {} : { own: sessionId(own) }),
      ...(planted.console === undefined ? {} : { console: planted.console }),
    }),
    processes: async ({ session }) =>
      [
        { pid: 4711, user: "anna", image: "gedit", session: sessionId(3) },
        { pid: 668, user: userInfo().username, image: "bash", session: sessionId(4) },
        { pid: 4232, user: "bob", image: "xterm", session: sessionId(2) },
      ].filter((each) => session === undefined || each.session === session),
    message: async ({ session, text, seconds, wait }) => {
      planted.orders?.push(`message ${session} ${seconds} ${wait}: ${text}`);
      return { is: wait ? "answered" : "sent" };
    },
    disconnectSession: ({ session }) => order(`disconnect ${session}`),
    connectSession: ({ session, connection, password }) =>
      order(["connect", session, connection, ...(password === undefined ? [] : [password])].join(" ")),
    overlay: ({ connection, shown }) => order(`overlay ${connection} ${shown}`),
    endSession: ({ session, how }) => order(`${how} ${session}`),
    enroll: ({ user, password }) => order(`enroll ${user} ${password}`),
    forget: ({ user }) => order(`forget ${user}`),
    records: async ({ id, user }) =>
      id === "k7qx2m" || user === "anna" || id === undefined
        ? { is: "found", records: [plantedRecord], living: [] }
        : { is: "none", nearest: ["K7QX-2M"] },
    events: async ({ ids = [24] }) => ({ events: ids.includes(24) ? [plantedEvent] : [] }),
    nextEvents: async ({ after }) => {
      if (after === undefined) return { events: [], last: 7 };
      if (after === 7)
        return { events: [{ ...plantedEvent, id: 25, message: "Session reconnection succeeded" }], last: 8 };
      return new Promise(() => {});
    },
    rejectedCodecs: plantedCodecs,
    forgetRejectedCodecs: ({ client }) => order(`forgetCodecs ${client}`),
    leaks: unasked,
    cleanLeaks: unasked,
    memory: unasked,
    waits: async () => ({ is: "found", waits: plantedWaits, more: false }),
    inside: unasked,
    sendDump: unasked,
    holdRefusal: unasked,
    ...traceAnswers(planted),
    setLogonMode: ({ mode }) => order(`logons ${mode}`),
    policy: async () => ({ is: "noUser" }),
    closed: () => {},
  };
}

const plantedWaits: readonly WaitOf[] = [
  { connection: connectionId(9), pid: 955, wait: { what: "a free seat", waited: 97_000 } },
  { session: sessionId(3), pid: 901, wait: { what: "the X server", waited: 9500, left: 5500 } },
  { pid: 812, wait: { what: "PAM", waited: 1200, left: 73_800 } },
];

async function plantedCodecs(): Promise<RejectedCodecsReply> {
  return {
    is: "found",
    clients: [{ name: "DESK-7", build: 22_631, rejected: [{ codec: "avc420", since: at, until: at }], lastAt: at }],
  };
}

type TraceCall = "traceStart" | "traceStop" | "traceSave" | "traceStatus" | "traceList";

function traceAnswers(planted: Planted): Pick<Handlers<typeof adminContract>, TraceCall> {
  return {
    traceStart: async ({ pictures, connection }) => {
      planted.orders?.push(`trace${pictures ? " with pictures" : ""} ${connection ?? "all"}`);
      return connection === 99
        ? { is: "none" }
        : { is: "started", name: "trace-20261120-211500", bytesMax: 256 << 20, until: at };
    },
    traceStop: async () => ({ is: "collected", ...plantedTrace }),
    traceSave: async () => ({ is: "failed", why: "it could not be written: ENOSPC: no space left on device, write" }),
    traceStatus: async () => ({
      is: "told",
      remembered: 3,
      running: {
        name: "trace-20261120-211500",
        since: at,
        until: wallTime(at + 3_600_000),
        bytes: 5_000_000,
        bytesMax: 256 << 20,
        pictures: false,
        isEnding: false,
      },
      last: { name: "trace-20261119-100000", endedAt: at, problem: "it could not be written: no space" },
    }),
    traceList: async () => ({ is: "listed", traces: [{ path: plantedTrace.path, bytes: plantedTrace.bytes, at }] }),
  };
}

export function plantedSessions(): readonly SessionFacts[] {
  return [
    session(3, "anna", { connection: 9, createdAt: "2026-11-20T21:10:00Z", idleMinutes: 72 }),
    session(2, "bob", { connection: 3, createdAt: "2026-11-20T21:15:00Z", idleMinutes: 0 }),
    session(4, "carol", { createdAt: "2026-11-19T16:01:00Z", idleMinutes: 26 * 60 + 9 }),
  ];
}

function session(
  id: number,
  user: string,
  facts: { readonly connection?: number; readonly createdAt: string; readonly idleMinutes: number },
): SessionFacts {
  return {
    id: sessionId(id),
    user,
    uid: 1000 + id,
    createdAt: wallTime(Date.parse(facts.createdAt)),
    ready: true,
    ...(facts.connection === undefined
      ? {}
      : { attachment: { connection: connectionId(facts.connection), client: desk, since: at } }),
    // Half a minute later than the minute, so that the command's own time does not matter.
    lastInputAt: wallTime(Date.now() - facts.idleMinutes * 60_000 - (facts.idleMinutes === 0 ? 0 : 30_000)),
    display: 10 + id,
    desktop: "xfce4-session",
    keeperPid: 1,
    serverPid: 2,
    leaderPid: 3,
  };
}

/** Runs the program as people do. */
export function holdfast(
  run: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  input = "",
): Promise<{ exit: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, HOLDFAST_RUN: run, ...environment },
  });
  child.stdin.on("error", () => {}).end(input);
  let out = "";
  let error = "";
  child.stdout.on("data", (piece: Buffer) => (out += piece));
  child.stderr.on("data", (piece: Buffer) => (error += piece));
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, out, error })));
}

export async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "holdfast-cli-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** As the script `holdfast` sets it. */
export const compileCache = fileURLToPath(new URL("../.cache/node", import.meta.url));
export const program = fileURLToPath(new URL("../src/bin/holdfast.ts", import.meta.url));
export const at = wallTime(Date.parse("2026-11-20T21:15:00Z"));
const desk = { address: "192.0.2.7", name: "DESK-7", build: 22631 };
const plantedEvent: LoggedEvent = {
  at,
  channel: eventChannels.LocalSessionManager,
  id: 24,
  level: "information",
  message: "Session has been disconnected: User: anna",
  user: "anna",
  session: sessionId(3),
  record: "K7QX-2M",
};
const plantedTrace = {
  path: "/var/lib/holdfast/collected/trace-20261120-211500.tar.gz",
  bytes: 1_234_567,
  because: "it was stopped",
};
const plantedRecord: EndRecord = {
  id: "K7QX-2M",
  at,
  what: "refused",
  how: "All seats are taken",
  words: {
    code: "HF-SEAT-01",
    title: "All seats are taken",
    explanation: "2 of 2 sessions are in use on ts1, and none came free.",
    culprit: { is: "setting", name: "MaxInstanceCount" },
    cause: "the setting MaxInstanceCount",
    remedy: "Try again later.",
    helpers: ["you, or the administrator"],
    errorInfo: "ERRINFO_SERVER_DENIED_CONNECTION",
  },
  facts: { used: 2, limit: 2, host: "ts1" },
  reason: 7,
  step: "decision",
  stepSince: wallTime(at - 97_000),
  since: wallTime(at - 98_500),
  connection: connectionId(9),
  user: "anna",
  authenticated: true,
  client: desk,
  phases: [
    { phase: "accept", at: 0 },
    { phase: "negotiation", at: 3 },
    { phase: "decision", at: 1500 },
  ],
  waits: [{ for: "a free seat", count: 1, took: 96_900 }],
};
const plantedConnections = [
  {
    id: connectionId(3),
    pid: 812,
    client: desk,
    acceptedAt: at,
    step: "active",
    authenticated: true,
    user: "bob",
    session: sessionId(2),
  },
  {
    id: connectionId(12),
    pid: 901,
    client: { address: "192.0.2.8", name: "", build: 0 },
    acceptedAt: at,
    step: "awaitingNegotiation",
    authenticated: false,
  },
];
/** `leakCommands.test.ts` asks its own. */
const unasked = (): never => {
  throw new Error("nobody asks for this");
};
