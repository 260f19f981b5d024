import { unwatchFile, watchFile } from "node:fs";
import { seconds } from "#base/units.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";
import { fileStanding } from "#service/configurationFile.ts";
import type { Log } from "#system/log.ts";

/**
 * Writes it down when the configuration's file has become other than what is in force, or broken. It is taken up by a
 * restart in place only, when somebody orders it: what an editor has saved may be half of a change.
 */
export function watchConfiguration(
  policy: PolicyInForce,
  log: Log,
  options: { readonly every: number } = { every: seconds(5) },
): { close(): void } {
  let told = JSON.stringify([false, []]);
  const look = (): void => {
    const { changed, problems } = fileStanding(policy);
    const now = JSON.stringify([changed, problems]);
    if (now === told) return;
    told = now;
    if (0 < problems.length) log.warn("configurationBroken", { why: problems.join("; ") });
    else if (changed) log.info("configurationChanged", { file: policy.file, takenUpBy: "holdfast restart" });
    else log.info("configurationAsInForce", { file: policy.file });
  };
  look();
  watchFile(policy.file, { interval: options.every, persistent: false }, look);
  return { close: () => unwatchFile(policy.file, look) };
}
