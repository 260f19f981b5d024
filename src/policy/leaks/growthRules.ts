import type { GrowthRule } from "./growth.ts";

/** What is followed over time. Memory in MB, all else counted. */
export type WatchedResource =
  | "memory"
  | "processes"
  | "threads"
  | "descriptors"
  | "sharedMemory"
  | "segments"
  | "pixmaps"
  | "keys"
  | "tmpfs";

/** From where on growth is worth a word. */
export const growthRules: Readonly<Record<WatchedResource, GrowthRule>> = {
  memory: { least: 24, leastShare: 0.2 },
  processes: { least: 24, leastShare: 0.5 },
  threads: { least: 32, leastShare: 0.5 },
  descriptors: { least: 32, leastShare: 0.5 },
  sharedMemory: { least: 24, leastShare: 0.2 },
  segments: { least: 16, leastShare: 0.5 },
  pixmaps: { least: 24, leastShare: 0.2 },
  keys: { least: 16, leastShare: 0.5 },
  tmpfs: { least: 64, leastShare: 0.1 },
};
