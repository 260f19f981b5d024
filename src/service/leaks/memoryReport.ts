import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemoryReply, ProcessMemory } from "#contracts/leaks.ts";
import type { GrowthFinding } from "#policy/leaks/finding.ts";
import { whyUnusual } from "#policy/leaks/unusual.ts";
import type { HostRoom } from "#policy/seatLimit.ts";
import { userIdOf } from "#system/processes/processList.ts";
import { proportionalMemoryOf, seeProcesses, type SeenProcess } from "#system/watch/processSample.ts";
import { systemUsers } from "#system/users.ts";
import { descendants, type WatchedOwners } from "./watchedHost.ts";

export interface MemoryReportParts {
  readonly owners: WatchedOwners;
  readonly growing: readonly GrowthFinding[];
  readonly room: HostRoom;
  readonly pid: number | undefined;
}

/** What every process of the host takes, and which of them are unusual. About 0.3 ms for each process. */
export async function memoryReport({ owners, growing, room, pid }: MemoryReportParts): Promise<MemoryReply> {
  const seen = await seeProcesses();
  const roles = rolesOf(seen, owners);
  const measured: (ProcessMemory & { readonly uid: number })[] = [];
  for (const [index, each] of seen.entries()) {
    if (index % atATime === 0) await nextTurn();
    const megabytes = each.zombie ? undefined : proportionalMemoryOf(each.pid);
    if (megabytes === undefined) continue;
    const { role, session } = roles.get(each.pid) ?? { role: "other", session: undefined };
    measured.push({
      pid: each.pid,
      program: nameOf(each, role),
      role,
      ...(session === undefined ? {} : { session }),
      user: "",
      uid: userIdOf(each.pid) ?? 0,
      megabytes,
    });
  }
  const names = new Map<number, string>();
  for (const uid of new Set(measured.map((each) => each.uid))) {
    names.set(uid, (await systemUsers.byId(uid).catch(() => undefined))?.name ?? String(uid));
  }
  const compared = measured.map(({ pid: id, program, megabytes }) => ({ pid: id, program, memory: megabytes }));
  const processes = measured.map(({ uid, ...each }): ProcessMemory => {
    const growth = growing.find(({ process, resource }) => process?.pid === each.pid && resource === "memory");
    const rate = growth === undefined ? undefined : `it grows by ${Math.round(growth.growth.perHour)} MB an hour`;
    const far = whyUnusual({ pid: each.pid, program: each.program, memory: each.megabytes }, compared);
    const unusual = [far, rate].filter((why) => why !== undefined).join("; ");
    return { ...each, user: names.get(uid) ?? "", ...(unusual === "" ? {} : { unusual }) };
  });
  return {
    totalMB: room.memoryTotalMB,
    leftMB: room.memoryLeftMB,
    processes: processes.toSorted((one, other) => other.megabytes - one.megabytes).slice(0, mostProcesses),
    ...(pid === undefined ? {} : { parts: partsOf(pid) }),
  };
}

/** Keepers of Holdfast are of one kind, whatever the session's number in their names. */
function nameOf({ command }: SeenProcess, role: ProcessMemory["role"]): string {
  return role === "keeper" || role === "service" || role === "connection" ? `holdfast ${role}` : command;
}

function rolesOf(seen: readonly SeenProcess[], { sessions, own }: WatchedOwners) {
  const roles = new Map<number, Pick<ProcessMemory, "role" | "session">>();
  for (const pid of own) roles.set(pid, { role: pid === process.pid ? "service" : "connection" });
  const below = descendants(seen);
  for (const { id, keeperPid, serverPid } of sessions) {
    for (const { pid } of below(keeperPid)) roles.set(pid, { role: "program", session: id });
    roles.set(keeperPid, { role: "keeper", session: id });
    roles.set(serverPid, { role: "xServer", session: id });
  }
  return roles;
}

/** By file, heap, stack; what has no name is memory of its own. The largest first. */
function partsOf(pid: number) {
  const sizes = new Map<string, number>();
  let name = "";
  for (const line of smapsOf(pid).split("\n")) {
    const map = /^[\da-f]+-[\da-f]+ \S+ \S+ \S+ \d+\s*(.*)$/u.exec(line);
    if (map !== null) name = map[1] === "" ? "(memory without a name)" : (map[1] ?? "");
    const kilobytes = /^Pss:\s+(\d+) kB/u.exec(line)?.[1];
    if (kilobytes !== undefined) sizes.set(name, (sizes.get(name) ?? 0) + Number(kilobytes) / 1024);
  }
  const parts = [...sizes].map(([part, megabytes]) => ({ name: part, megabytes }));
  return parts.toSorted((one, other) => other.megabytes - one.megabytes).slice(0, mostParts);
}

function smapsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps`, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

const atATime = 16;
const mostProcesses = 4000;
const mostParts = 15;
