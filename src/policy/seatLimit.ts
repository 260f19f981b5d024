import type { Refusal } from "#refusals/refusal.ts";
import type { HostSettings } from "./settings.ts";

/** What the host has for sessions. */
export interface HostRoom {
  readonly memoryTotalMB: number;
  readonly memoryLeftMB: number;
  /** Threads, as the kernel counts them. */
  readonly processesMax: number;
  readonly processesLeft: number;
  /** Open files, of the host and of the service; absent: not known. */
  readonly descriptorsLeft?: number;
  /** Where sessions' sockets and screens are; absent: not known. */
  readonly runSpaceLeftMB?: number;
  /** Which folder that is, for people. */
  readonly runSpaceIn?: string;
  /** Numbers for X displays; absent: not known. */
  readonly displaysLeft?: number;
}

export interface SeatLimit {
  /** Infinity: none. */
  readonly limit: number;
  /** Where it comes from, for people. */
  readonly because: string;
}

type Reserves = Pick<HostSettings, "ReservedMemory" | "ReservedProcesses" | "ReservedDescriptors" | "ReservedRunSpace">;
type Named = Pick<HostSettings, "ServerMode" | "MaxInstanceCount"> & Reserves;

/** How many sessions may be in use at the same time. */
export function seatLimit(settings: Named, room: HostRoom): SeatLimit {
  const { ServerMode, MaxInstanceCount, ReservedMemory, ReservedProcesses } = settings;
  if (MaxInstanceCount === unlimited) return { limit: Infinity, because: "MaxInstanceCount is 999999: no limit" };
  if (MaxInstanceCount !== undefined) return { limit: MaxInstanceCount, because: "the setting MaxInstanceCount" };
  if (ServerMode === "administration") return { limit: 2, because: "ServerMode is administration" };
  const byMemory = Math.floor((room.memoryTotalMB - ReservedMemory) / memoryPerSeatMB);
  const byProcesses = Math.floor((room.processesMax - ReservedProcesses) / processesPerSeat);
  const limit = Math.max(1, Math.min(byMemory, byProcesses));
  return {
    limit,
    because:
      byMemory <= byProcesses
        ? `${room.memoryTotalMB} MB of memory, ${memoryPerSeatMB} MB a session`
        : `${room.processesMax} processes, ${processesPerSeat} a session`,
  };
}

/** What is so short that new sessions are refused by its name. */
export function shortageOf(settings: Reserves, room: HostRoom): Refusal | undefined {
  const all = [
    { resource: "memory", left: room.memoryLeftMB, reserved: settings.ReservedMemory },
    { resource: "processes", left: room.processesLeft, reserved: settings.ReservedProcesses },
    { resource: "descriptors", left: room.descriptorsLeft ?? Infinity, reserved: settings.ReservedDescriptors },
    { resource: "runSpace", left: room.runSpaceLeftMB ?? Infinity, reserved: settings.ReservedRunSpace },
    { resource: "displays", left: room.displaysLeft ?? Infinity, reserved: reservedDisplays },
  ] as const;
  const short = all.find(({ left, reserved }) => left < reserved);
  if (short === undefined) return undefined;
  const where = short.resource === "runSpace" ? room.runSpaceIn : undefined;
  return { code: "HF-SEAT-04", ...short, ...(where === undefined ? {} : { where }) };
}

/** As Windows writes it. */
const unlimited = 999_999;
// Measured: keeper, X server and connection of a small desktop have 65 MB of their own; the rest is for programs.
const memoryPerSeatMB = 256;
const processesPerSeat = 100;
/** For the administrator's door. */
const reservedDisplays = 4;
