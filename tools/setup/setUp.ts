import { ensurePackages } from "./ensurePackages.ts";
import type { Purpose } from "./packages.ts";
import { ensurePamService } from "./pam.ts";
import { ensureSystemUser } from "./systemUser.ts";
import { ensureKernels } from "./kernels.ts";
import { ensurePrograms } from "./programs.ts";

/** Tells the person at the terminal one line of what is being done. */
export type Say = (line: string) => void;

/**
 * Gives the host what `purpose` needs: packages, the system user, the PAM service, the compiled kernels, the bundled
 * programs. Silent and done within 300 ms when nothing is missing. What cannot be had is told, and the rest goes on:
 * Holdfast serves without most of it.
 */
export async function setUp(purpose: Purpose, options: { readonly log: Say }): Promise<void> {
  const say = options.log;
  const steps = [
    () => ensurePackages(purpose, { say }),
    () => ensureSystemUser({ say }),
    () => ensurePamService({ say }),
    () => ensureKernels({ say }),
    () => ensurePrograms({ say }),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }
}
