import { existsSync, globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { minutes } from "#base/units.ts";
import { bundleFiles, bundlesFolder } from "#system/programs.ts";
import type { Say } from "./setUp.ts";

/** Bundles the programs when the sources have changed since, and removes what nobody can be running any more. */
export async function ensurePrograms(options: { readonly say: Say }): Promise<void> {
  if (existsSync(bundleFiles().folder)) return;
  options.say("bundling the programs (once for each version, about a second)");
  // Loaded only here, as the kernels' compiler.
  const { bundlePrograms } = await import("../programs.ts");
  await bundlePrograms();
  for (const name of globSync("*", { cwd: bundlesFolder })) {
    const path = join(bundlesFolder, name);
    if (statSync(path).mtimeMs < Date.now() - keptFor) rmSync(path, { recursive: true });
  }
}

/** A service that was started before an upgrade still starts the programs of its time. */
const keptFor = minutes(60 * 24 * 60);
