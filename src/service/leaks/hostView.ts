import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { HostView, MarkedProcess } from "#policy/leaks/orphans.ts";
import { userIdOf } from "#system/processes/processList.ts";
import { systemUsers } from "#system/users.ts";
import { staleDisplays } from "#system/watch/displays.ts";
import { leftLogins, sessionMounts } from "#system/watch/logins.ts";
import { seeProcesses, type SeenProcess } from "#system/watch/processSample.ts";
import { displayServedBy, type SessionMarks } from "#system/watch/sessionMarks.ts";
import { readMemoryFiles, readSegments } from "#system/watch/sharedMemory.ts";
import { isSilentSocket } from "#system/watch/silentSocket.ts";

export interface ViewOptions {
  readonly sessions: readonly SessionFacts[];
  readonly sessionsFolder: string;
  readonly marks: SessionMarks;
  readonly pamService: string;
  readonly now: WallTime;
}

/** What is on the host now that could belong to a session. */
export async function viewHost({ sessions, sessionsFolder, marks, pamService, now }: ViewOptions): Promise<HostView> {
  const seen = await seeProcesses();
  const byPid = new Map(seen.map((each) => [each.pid, each]));
  const uids = new Map(seen.map(({ pid }) => [pid, userIdOf(pid)]));
  const processes = markedProcesses(seen, marks.read(seen), uids);
  const memory = abandonedMemory(byPid);
  const logins = leftLogins(pamService);
  const names = await namesOf([...processes, ...memory, ...logins].map(({ uid }) => uid));
  return {
    sessions: sessions.map(({ id, uid, keeperPid }) => {
      return { id, uid, keeperPid, startedAt: byPid.get(keeperPid)?.startedAt };
    }),
    processes,
    displays: await staleDisplays(),
    memory,
    folders: await silentFolders(sessionsFolder, now),
    logins,
    mounts: sessionMounts(sessionsFolder),
    usersAtWork: new Set([...uids.values()].filter((uid) => uid !== undefined)),
    nameOf: (uid) => names.get(uid) ?? String(uid),
    ownUid: process.getuid?.() ?? 0,
  };
}

function markedProcesses(
  seen: readonly SeenProcess[],
  marks: ReadonlyMap<number, number>,
  uids: ReadonlyMap<number, number | undefined>,
): readonly MarkedProcess[] {
  const byPid = new Map(seen.map((each) => [each.pid, each]));
  return seen.flatMap((each) => {
    const session = marks.get(each.pid);
    const uid = uids.get(each.pid);
    if (session === undefined || uid === undefined || each.zombie || each.pid === process.pid) return [];
    const kept = hasKeeperAbove(each, byPid);
    const display = kept || each.command !== "Xvfb" ? undefined : displayServedBy(each.pid);
    return [{ ...each, uid, session, kept, ...(display === undefined ? {} : { display }) }];
  });
}

/** By the name alone: who takes that name protects his processes, and harms nobody. */
function hasKeeperAbove(process: SeenProcess, byPid: ReadonlyMap<number, SeenProcess>): boolean {
  for (let at: SeenProcess | undefined = process; at !== undefined; at = byPid.get(at.parentPid)) {
    if (/^keeper \d/u.test(at.command)) return true;
  }
  return false;
}

function abandonedMemory(byPid: ReadonlyMap<number, SeenProcess>): HostView["memory"] {
  const segments = readSegments().segments.filter(({ attached, makerPid }) => attached === 0 && !byPid.has(makerPid));
  const files = readMemoryFiles().filter(({ keeperPid }) => keeperPid === undefined || !byPid.has(keeperPid));
  return [
    ...segments.map(({ id, uid, megabytes }) => ({ is: "segment" as const, name: String(id), uid, megabytes })),
    ...files.map(({ path, uid, megabytes, keeperPid }) => {
      return { is: "sharedMemoryFile" as const, name: path, uid, megabytes, framebuffer: keeperPid !== undefined };
    }),
  ];
}

async function silentFolders(folder: string, now: number): Promise<HostView["folders"]> {
  const silent: { id: number; path: string }[] = [];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!/^\d{1,5}$/u.test(name)) continue;
    const path = join(folder, name);
    const socket = join(path, "keeper.sock");
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (made === undefined) continue;
    // A session that is being started has no socket yet.
    const isLeft = existsSync(socket) ? await isSilentSocket(socket) : made + startTakesAtMost < now;
    if (isLeft) silent.push({ id: Number(name), path });
  }
  return silent;
}

async function namesOf(uids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  for (const uid of new Set(uids)) {
    const user = await systemUsers.byId(uid).catch(() => undefined);
    if (user !== undefined) names.set(uid, user.name);
  }
  return names;
}

/** In milliseconds. */
const startTakesAtMost = 120_000;
