import type { SessionId } from "#base/ids.ts";
import type { Growth } from "./growth.ts";
import type { WatchedResource } from "./growthRules.ts";

/** Whose it is. */
export type LeakOwner =
  | { readonly is: "session"; readonly session: SessionId; readonly user: string }
  /** Holdfast's own. */
  | { readonly is: "holdfast" }
  | { readonly is: "user"; readonly user: string }
  | { readonly is: "host" };

/** A process, named for good. */
export interface NamedProcess {
  readonly pid: number;
  readonly startedAt: number;
  readonly program: string;
}

/** Something that rises steadily. */
export interface GrowthFinding {
  readonly is: "growth";
  /** The same as long as it is the same thing. */
  readonly id: string;
  readonly owner: LeakOwner;
  readonly resource: WatchedResource;
  /** Absent: all of the owner's together. */
  readonly process?: NamedProcess;
  readonly growth: Growth;
  /** What else was seen, a sentence each. */
  readonly evidence: readonly string[];
}

export type OrphanThing =
  | "process"
  | "xServer"
  | "display"
  | "displayLock"
  | "segment"
  | "sharedMemoryFile"
  | "sessionFolder"
  | "logindSession"
  | "mount";

/** Something that belongs to no live session. */
export interface OrphanFinding {
  readonly is: "orphan";
  readonly id: string;
  readonly owner: LeakOwner;
  readonly thing: OrphanThing;
  /** Its path, or number. */
  readonly name: string;
  readonly process?: NamedProcess;
  readonly evidence: readonly string[];
  /** Why `leaks clean` leaves it alone; absent: it removes it. */
  readonly kept?: string;
}

/** Things that are made for each connection or sign-in, and do not return to their count. */
export interface UnbalancedFinding {
  readonly is: "unbalanced";
  readonly id: string;
  readonly owner: LeakOwner;
  readonly thing: "connectionProcesses" | "keepers" | "authenticators" | "zombies" | "descriptors";
  /** How many there are too many. */
  readonly surplus: number;
  readonly evidence: readonly string[];
}

export type Finding = GrowthFinding | OrphanFinding | UnbalancedFinding;
