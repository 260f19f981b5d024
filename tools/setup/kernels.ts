import { existsSync } from "node:fs";
import { kernelFiles } from "#system/kernels.ts";
import type { Say } from "./setUp.ts";

/** Compiles the SIMD kernels when they have not been compiled from the present sources. */
export async function ensureKernels(options: { readonly say: Say }): Promise<void> {
  if (existsSync(kernelFiles().compiled)) return;
  options.say("compiling the picture kernels (once, about two seconds)");
  // Loaded only here: the compiler takes longer to load than everything else in the set-up together.
  const { buildKernels } = await import("../kernels.ts");
  await buildKernels();
}
