import type { XClientUse } from "#contracts/leaks.ts";
import type { GrowthFinding } from "#policy/leaks/finding.ts";
import { seeProcess } from "#system/watch/processSample.ts";

/** An X server grows because a client of it does: names the client that holds most of it in pixmaps. */
export function namePixmaps(finding: GrowthFinding, clients: readonly XClientUse[]): GrowthFinding {
  const [largest] = clients.toSorted((one, other) => other.pixmaps - one.pixmaps);
  if (largest === undefined) return finding;
  const held = clients.reduce((sum, { pixmaps }) => sum + pixmaps, 0);
  const process = seeProcess(largest.pid);
  const evidence = [
    ...finding.evidence,
    `The X server has ${clients.length} clients; they hold ${held.toFixed(1)} MB in pixmaps. ` +
      `${process === undefined ? "One" : `${process.command} (process ${process.pid})`} holds ${largest.pixmaps.toFixed(1)} MB of it and ${largest.resources} things in all.`,
  ];
  const { from, to } = finding.growth;
  // Else the server grows by something else, or somebody who has closed his pictures since.
  if (process === undefined || largest.pixmaps < (to - from) / 2) return { ...finding, evidence };
  const { pid, startedAt, command: program } = process;
  return { ...finding, resource: "pixmaps", process: { pid, startedAt, program }, evidence };
}
