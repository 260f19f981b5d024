import { UserBudget } from "#system/budget/userBudget.ts";
import { readHostRoom } from "#system/hostRoom.ts";
import { keptOomScore, setOomScore } from "#system/oomScore.ts";
import type { ServiceOptions } from "./serviceOptions.ts";

/** What users' sessions have together. Without root there is nobody to reserve something from. */
export function openBudget({ settings, folders, connectionUser, log }: ServiceOptions): UserBudget | undefined {
  const { ReservedMemory: reservedMemoryMB, ReservedProcesses: reservedProcesses } = settings;
  if (connectionUser === undefined) return undefined;
  // Without the service nobody comes in, not even to see what has used the memory up. Keepers inherit it.
  setOomScore(keptOomScore);
  if (reservedMemoryMB + reservedProcesses === 0) return undefined;
  const room = () => readHostRoom(folders.run);
  const budget = new UserBudget({ runFolder: folders.run, reservedMemoryMB, reservedProcesses, room });
  log.info("reserved", { ...budget.facts });
  return budget;
}
