import { createHash } from "node:crypto";
import { existsSync, globSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A program of `src/bin/` that others start: a process for a client, a session, a sign-in. */
export type ProgramName = (typeof programNames)[number];

export const programNames = ["authenticator", "connection", "firstScreen", "keeper", "videoEncoder"] as const;

/**
 * The file to run for a program: bundled, where the set-up has bundled the present sources, because then it starts in a
 * third of the time; otherwise its source. A bundled program starts its own kind, whatever the sources have become.
 */
export function programFile(name: ProgramName): string {
  const own = dirname(process.argv[1] ?? "");
  const folder = dirname(own) === bundlesFolder ? own : (present ??= bundleFiles().folder);
  const bundled = join(folder, `${name}.mjs`);
  return existsSync(bundled) ? bundled : join(sourceFolder, "bin", `${name}.ts`);
}

/** The folder for bundles of the sources as they are now, and what is bundled; the folder is there once they are. */
export function bundleFiles(): { readonly folder: string; readonly sources: readonly string[] } {
  const hash = createHash("sha256");
  for (const path of globSync("**/*.ts", { cwd: sourceFolder }).toSorted()) {
    if (path.endsWith(".test.ts")) continue;
    const { size, mtimeMs } = statSync(join(sourceFolder, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return {
    folder: join(bundlesFolder, hash.digest("hex").slice(0, 16)),
    sources: programNames.map((name) => join(sourceFolder, "bin", `${name}.ts`)),
  };
}

/** All bundles, a folder for each state of the sources. */
export const bundlesFolder = fileURLToPath(new URL("../../.cache/programs", import.meta.url));

const sourceFolder = fileURLToPath(new URL("..", import.meta.url));
/** Looked up once: a service goes on with the programs of its own start. */
let present: string | undefined;
