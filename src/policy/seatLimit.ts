import type { Refusal } from "#refusals/refusal.ts";
import type { HostSettings } from "./settings.ts";

/** What the host has for sessions. */
export interface HostRoom {
  readonly memoryTotalMB: number;
  readonly memoryLeftMB: number;
  /** Threads, as the kernel counts them. */
  readonly processesMax: number;
  readonly processesLeft: number;
}

export interface SeatLimit {
  /** Infinity: none. */
  readonly limit: number;
  /** Where it comes from, for people. */
  readonly because: string;
}

type Named = Pick<HostSettings, "ServerMode" | "MaxInstanceCount" | "ReservedMemory" | "ReservedProcesses">;

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
export function shortageOf(settings: Named, room: HostRoom): Refusal | undefined {
  const { ReservedMemory, ReservedProcesses } = settings;
  if (room.memoryLeftMB < ReservedMemory) {
    return { code: "HF-SEAT-04", resource: "memory", left: room.memoryLeftMB, reserved: ReservedMemory };
  }
  if (room.processesLeft < ReservedProcesses) {
    return { code: "HF-SEAT-04", resource: "processes", left: room.processesLeft, reserved: ReservedProcesses };
  }
  return undefined;
}

/** As Windows writes it. */
const unlimited = 999_999;
// Measured: keeper, X server and connection of a small desktop have 65 MB of their own; the rest is for programs.
const memoryPerSeatMB = 256;
const processesPerSeat = 100;
