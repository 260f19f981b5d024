import { setTimeout as delay } from "node:timers/promises";
import type { adminContract } from "#contracts/admin.ts";
import { eventChannels, eventKinds } from "#contracts/event.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { imageOf, readProcess } from "#system/processes/processList.ts";
import type { ContractClient } from "#system/rpc/connectContract.ts";
import type { DumpedProcess } from "./dumpFile.ts";
import type { DumpTarget } from "#contracts/orders.ts";
import { NoDump } from "./dumpStore.ts";

export type Admin = ContractClient<typeof adminContract>;

/** A process that belongs to a dump; `startedAt` tells it from a later one of the same number. */
export interface DumpSubject extends Pick<DumpedProcess, "pid" | "program" | "role" | "connection" | "session"> {
  readonly startedAt: number;
}

/** What a dump is of. */
export interface DumpSubjects {
  readonly about: string;
  readonly record?: string;
  /** The connection on whose screen the refusal stands. */
  readonly refused?: ConnectionFacts;
  readonly processes: readonly DumpSubject[];
}

/** Finds the processes that a dump is to be of. Throws NoDump when there are none, with what there is instead. */
export async function findSubjects(admin: Admin, target: DumpTarget): Promise<DumpSubjects> {
  const host = await lookAround(admin);
  switch (target.is) {
    case "service":
      return { about: "the service", processes: ofService(host) };
    case "refused":
      return refusedSubjects(await recordOf(admin, target.id), host);
    case "nextRefused":
      return nextRefused(admin, target.within);
    case "connection": {
      const facts = host.connections.find(({ id }) => id === target.connection);
      if (facts === undefined) {
        throw new NoDump(`There is no connection ${target.connection}. All of them: holdfast query connection`);
      }
      return { about: `connection ${target.connection}`, ...refusedOf(facts), processes: ofConnection(facts, host) };
    }
    case "session": {
      const facts = host.sessions.find(({ id }) => id === target.session);
      if (facts === undefined) {
        throw new NoDump(`There is no session ${target.session}. All of them: holdfast query session`);
      }
      const user = `session ${target.session} of ${facts.user}`;
      return { about: user, processes: [...ofService(host), ...(await ofSession(admin, facts, host))] };
    }
    case "process":
      return { about: `process ${target.pid}`, processes: [await ofProcess(admin, target.pid, host)] };
  }
}

interface Host {
  readonly servicePid: number;
  readonly sessions: readonly SessionFacts[];
  readonly connections: readonly ConnectionFacts[];
}

async function lookAround(admin: Admin): Promise<Host> {
  const { pid: servicePid } = await admin.call("status", {});
  const sessions: SessionFacts[] = [];
  const connections: ConnectionFacts[] = [];
  for (let more = true; more;) {
    const [afterSession, afterConnection] = [sessions.at(-1)?.id, connections.at(-1)?.id];
    const page = await admin.call("sessions", {
      ...(afterSession === undefined ? {} : { afterSession }),
      ...(afterConnection === undefined ? {} : { afterConnection }),
    });
    sessions.push(...page.sessions);
    connections.push(...page.connections);
    more = page.more === true && 0 < page.sessions.length + page.connections.length;
  }
  return { servicePid, sessions, connections };
}

async function recordOf(admin: Admin, id: string): Promise<EndRecord> {
  const reply = await admin.call("records", { id, atMost: 1 });
  const [record] = reply.is === "found" ? reply.records : [];
  if (record !== undefined) return record;
  const [living] = reply.is === "found" ? reply.living : [];
  if (living !== undefined) {
    throw new NoDump(
      `${id} is the way of connection ${living.id}, which nobody has refused: --connection ${living.id}`,
    );
  }
  const nearest = reply.is === "none" ? reply.nearest : [];
  const like = nearest.length === 0 ? "" : ` The nearest: ${nearest.join(", ")}.`;
  throw new NoDump(`There is no record ${id}.${like} All of today: holdfast explain /since:0:00`);
}

function refusedSubjects(record: EndRecord, host: Host): DumpSubjects {
  const facts = host.connections.find(({ id, journey }) => id === record.connection && journey?.record === record.id);
  if (facts === undefined) {
    const what = record.words === undefined ? "" : ` (${record.words.title})`;
    throw new NoDump(
      `The connection of ${record.id} is gone${what}: of its process there is nothing left to dump. What was written ` +
        `down of it: holdfast explain ${record.id}; what its last minutes were: holdfast trace save. The next one who is refused: holdfast dump --refused next --hold`,
    );
  }
  const who = record.user === undefined ? "" : ` of ${record.user}`;
  const about = `the refusal ${record.id}${who}`;
  // Somebody who was refused may have a session all the same.
  const own = record.authenticated ? host.sessions.filter(({ user }) => user === record.user) : [];
  const processes = [...ofConnection(facts, host), ...own.map(keeperOf)];
  return { about, record: record.id, ...refusedOf(facts), processes: onceEach(processes) };
}

/** Waits for somebody who is refused on a screen: before he has one there is nothing to keep. */
async function nextRefused(admin: Admin, within: number): Promise<DumpSubjects> {
  const deadline = performance.now() + within;
  const about = { channel: eventChannels.Holdfast, ids: [eventKinds.refused.id] };
  let { last } = await admin.call("nextEvents", about);
  for (let left = within; 0 < left; left = deadline - performance.now()) {
    const news = await Promise.race([admin.call("nextEvents", { ...about, after: last }), delay(left, undefined)]);
    if (news === undefined) break;
    last = news.last;
    for (const { connection, record } of news.events) {
      const host = await lookAround(admin);
      const facts = host.connections.find(({ id }) => id === connection);
      if (record === undefined || facts?.refusal === undefined) continue;
      return refusedSubjects(await recordOf(admin, record), host);
    }
  }
  throw new NoDump(`Nobody was refused on a screen within ${Math.round(within / 1000)} s.`);
}

function refusedOf(facts: ConnectionFacts): Pick<DumpSubjects, "refused"> {
  return facts.refusal === undefined ? {} : { refused: facts };
}

function ofService({ servicePid }: Host): readonly DumpSubject[] {
  return subject(servicePid, "service", {});
}

function ofConnection(facts: ConnectionFacts, host: Host): readonly DumpSubject[] {
  const { id: connection, pid, session } = facts;
  const keepers = host.sessions.filter(({ id }) => id === session).flatMap(keeperOf);
  return [...ofService(host), ...subject(pid, "connection", { connection }), ...keepers];
}

function keeperOf({ id: session, keeperPid }: SessionFacts): DumpSubject[] {
  return subject(keeperPid, "keeper", { session });
}

/** With the connection at it, its X server and all its programs. */
async function ofSession(admin: Admin, facts: SessionFacts, host: Host): Promise<readonly DumpSubject[]> {
  const { id: session, serverPid, leaderPid, attachment } = facts;
  const attached = host.connections.filter(({ id }) => id === attachment?.connection);
  const programs = await admin.call("processes", { session });
  return onceEach([
    ...keeperOf(facts),
    ...attached.flatMap(({ id: connection, pid }) => subject(pid, "connection", { connection })),
    ...subject(serverPid, "xServer", { session }),
    ...subject(leaderPid, "desktop", { session }),
    ...programs.flatMap(({ pid }) => subject(pid, "program", { session })),
  ]).slice(0, mostProcesses);
}

async function ofProcess(admin: Admin, pid: number, host: Host): Promise<DumpSubject> {
  const all = [
    ...ofService(host),
    ...host.connections.flatMap((each) => subject(each.pid, "connection", { connection: each.id })),
    ...host.sessions.flatMap((each) => [
      ...keeperOf(each),
      ...subject(each.serverPid, "xServer", { session: each.id }),
      ...subject(each.leaderPid, "desktop", { session: each.id }),
    ]),
  ];
  const own = all.find((each) => each.pid === pid);
  if (own !== undefined) return own;
  const program = (await admin.call("processes", {})).find((each) => each.pid === pid);
  const [found] = program === undefined ? [] : subject(pid, "program", { session: program.session });
  if (found !== undefined) return found;
  throw new NoDump(
    `Process ${pid} is none of a session, and none of Holdfast's. All of them: holdfast query process *`,
  );
}

/** None when it has ended meanwhile. */
function subject(
  pid: number,
  role: DumpSubject["role"],
  of: Pick<DumpSubject, "connection" | "session">,
): DumpSubject[] {
  const entry = pid === 0 ? undefined : readProcess(pid);
  if (entry === undefined) return [];
  const isOwn = role === "service" || role === "connection" || role === "keeper";
  return [{ pid, role, program: isOwn ? `holdfast ${role}` : imageOf(entry), startedAt: entry.startedAt, ...of }];
}

function onceEach(all: readonly (DumpSubject | DumpSubject[])[]): readonly DumpSubject[] {
  return [
    ...new Map(
      all
        .flat()
        .toReversed()
        .map((each) => [each.pid, each]),
    ).values(),
  ].toReversed();
}

const mostProcesses = 1000;
