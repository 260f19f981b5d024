import { createHash } from "node:crypto";
import type { HostRoomFacts } from "../hostRoom.ts";
import { makeControlGroups, removeControlGroups, setLimit, usageOf, type ControlGroup } from "./controlGroups.ts";

export interface UserBudgetOptions {
  /** Of this instance alone: several may run on one host. */
  readonly runFolder: string;
  readonly reservedMemoryMB: number;
  readonly reservedProcesses: number;
  readonly room: () => Pick<HostRoomFacts, "memoryLeftMB" | "processesLeft" | "processesMax">;
  /** Default: on this host. */
  readonly makeGroups?: (name: string) => readonly ControlGroup[];
}

/** What a session's programs go into, before they are its user's. */
export interface BudgetShare {
  /** Folders of control groups. */
  readonly groups: readonly string[];
  /** For each user by himself: what counts where the groups cannot be entered. */
  readonly processesPerUser: number;
}

export interface UserBudgetFacts {
  readonly memoryMB: number;
  readonly processes: number;
  /** What all users' sessions together may have; absent: there is no group for it. */
  readonly usersMemoryMB?: number;
  readonly usersProcesses?: number;
}

/**
 * What all sessions but the administrators' have together: everything that the host has, without what is reserved. The
 * service, keepers, connections and sessions by the administrator's door are outside. Where the host has no writable
 * control groups a limit of processes for each user, and the order in which the kernel ends processes when memory is
 * used up, take their place.
 */
export class UserBudget {
  readonly #options: UserBudgetOptions;
  readonly #groups: readonly ControlGroup[];
  readonly #limits = new Map<ControlGroup["controls"], number>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: UserBudgetOptions) {
    this.#options = options;
    const { runFolder, makeGroups = makeControlGroups } = options;
    this.#groups = makeGroups(`holdfast-${createHash("sha256").update(runFolder).digest("hex").slice(0, 12)}`);
    this.review();
    this.#timer = setInterval(() => this.review(), reviewedEvery).unref();
  }

  get share(): BudgetShare {
    const { reservedProcesses, room } = this.#options;
    const processesPerUser = Math.max(1, room().processesMax - reservedProcesses);
    const groups = [...new Set(this.#groups.map(({ folder }) => folder))];
    return { groups, processesPerUser };
  }

  get facts(): UserBudgetFacts {
    const [usersMemoryMB, usersProcesses] = [this.#limits.get("memory"), this.#limits.get("processes")];
    return {
      memoryMB: this.#options.reservedMemoryMB,
      processes: this.#options.reservedProcesses,
      ...(usersMemoryMB === undefined ? {} : { usersMemoryMB }),
      ...(usersProcesses === undefined ? {} : { usersProcesses }),
    };
  }

  /** What others on the host have taken or given back is the users' loss or gain. */
  review(): void {
    const { reservedMemoryMB, reservedProcesses, room } = this.#options;
    const { memoryLeftMB, processesLeft } = room();
    for (const group of this.#groups) {
      const used = usageOf(group);
      const [left, reserved] =
        group.controls === "memory" ? [memoryLeftMB, reservedMemoryMB] : [processesLeft, reservedProcesses];
      const limit = usersLimit({ left, used, reserved });
      if (setLimit(group, limit)) this.#limits.set(group.controls, limit);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    removeControlGroups(this.#groups);
  }
}

/** Never below what is in use: nobody's programs are ended because somebody else took the rest. */
export function usersLimit({ left, used, reserved }: { left: number; used: number; reserved: number }): number {
  return Math.max(used, left + used - reserved, 1);
}

/** In milliseconds. */
const reviewedEvery = 10_000;
