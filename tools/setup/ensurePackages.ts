import { spawnSync } from "node:child_process";
import { areListsFresh, install, updateLists } from "./aptGet.ts";
import { packagesFor, type NeededPackage, type Purpose } from "./packages.ts";
import type { Say } from "./setUp.ts";

/**
 * Installs what `purpose` needs and the host lacks; without root, or on a host that is not a Debian, says what is
 * missing.
 */
export async function ensurePackages(purpose: Purpose, options: { readonly say: Say }): Promise<void> {
  const { say } = options;
  const needed = packagesFor(purpose);
  const installed = installedPackages(needed);
  if (installed === undefined) {
    say(`this host has no dpkg; it must have by other means: ${needed.map(({ why }) => why).join("; ")}`);
    return;
  }
  const missing = missingOf(needed, installed);
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && missing.some((each) => 1 < each.names.length) && !areListsFresh()) await updateLists(say);
  const names = missing.map(nameHere);
  for (const [index, each] of missing.entries()) say(`missing: ${names[index]} (${each.why})`);
  if (!isRoot) {
    say(`to install what is missing: sudo apt-get install ${names.join(" ")}`);
    return;
  }
  say(`installing ${names.join(" ")}`);
  await install(names, say);
}

export function missingOf(needed: readonly NeededPackage[], installed: ReadonlySet<string>): readonly NeededPackage[] {
  return needed.filter((each) => !each.names.some((name) => installed.has(name)));
}

/** undefined: there is no dpkg. */
function installedPackages(needed: readonly NeededPackage[]): ReadonlySet<string> | undefined {
  const names = needed.flatMap((each) => each.names);
  const { error, stdout } = spawnSync("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...names], {
    encoding: "utf8",
  });
  if (error !== undefined) return undefined;
  const lines = stdout.split("\n").map((line) => line.split(" "));
  return new Set(lines.filter(([, status]) => status === "installed").map(([name = ""]) => name));
}

/** The newest of the package's names that this release has. */
function nameHere({ names }: NeededPackage): string {
  if (names.length === 1) return names[0];
  const known = names.find((name) => {
    const { stdout, error } = spawnSync("apt-cache", ["policy", name], { encoding: "utf8" });
    return error === undefined && /^ {2}Candidate: (?!\(none\))/mu.test(stdout);
  });
  return known ?? names.at(-1) ?? names[0];
}
