import type { UnbalancedFinding } from "./finding.ts";
import { robustSlope } from "./robustSlope.ts";

/** A process of Holdfast itself. */
export interface OwnProcess {
  readonly is: "connectionProcesses" | "keepers" | "authenticators" | "zombies";
  readonly pid: number;
  /** For how long it has been seen so. */
  readonly seconds: number;
  /** Its connection, session or sign-in is there, or it stands ready for one. */
  readonly known: boolean;
}

/** What the service held at a moment. */
export interface ServiceSample {
  /** Connections that there have been, in all. */
  readonly created: number;
  /** Connections and sessions that are there. */
  readonly alive: number;
  readonly descriptors: number;
}

/** What has been made for connections or sign-ins and is still there after they have gone. */
export function unbalancedOf(
  processes: readonly OwnProcess[],
  samples: readonly ServiceSample[],
): readonly UnbalancedFinding[] {
  const findings: UnbalancedFinding[] = [];
  for (const [thing, all] of Map.groupBy(processes, (process) => process.is)) {
    const strays = all.filter(({ known, seconds }) => !known && longestUnknown[thing] < seconds);
    if (strays.length === 0) continue;
    const shown = strays.slice(0, mostShown).map(({ pid, seconds }) => `${pid} (for ${Math.round(seconds)} s)`);
    findings.push({
      is: "unbalanced",
      id: `unbalanced:${thing}`,
      owner: { is: "holdfast" },
      thing,
      surplus: strays.length,
      evidence: [
        `There are ${all.length}, of which ${all.length - strays.length} are known. Not: ${shown.join(", ")}.`,
      ],
    });
  }
  const descriptors = descriptorsKept(samples);
  return descriptors === undefined ? findings : [...findings, descriptors];
}

/** Compared at moments of the same load: whatever each connection leaves behind stays when it has gone. */
function descriptorsKept(samples: readonly ServiceSample[]): UnbalancedFinding | undefined {
  const [same = []] = [...Map.groupBy(samples, ({ alive }) => alive).values()].toSorted(
    (one, other) => other.length - one.length,
  );
  const first = same[0];
  const last = same.at(-1);
  if (first === undefined || last === undefined || same.length < fewestMoments) return undefined;
  const surplus = last.descriptors - first.descriptors;
  const slope = robustSlope(same.map(({ created, descriptors }) => ({ at: created, value: descriptors })));
  if (surplus < leastDescriptors || slope === undefined || slope.slope < leastEach || !(0 < slope.low))
    return undefined;
  return {
    is: "unbalanced",
    id: "unbalanced:descriptors",
    owner: { is: "holdfast" },
    thing: "descriptors",
    surplus,
    evidence: [
      `With ${first.alive} connections and sessions the service had ${first.descriptors} open descriptors, and has ${last.descriptors} now: ` +
        `${slope.slope.toFixed(2)} more for each of ${last.created - first.created} connections.`,
    ],
  };
}

/** In seconds: longer than anything in order takes. */
const longestUnknown = { connectionProcesses: 60, keepers: 120, authenticators: 90, zombies: 60 } as const;
const mostShown = 5;
const fewestMoments = 10;
const leastDescriptors = 16;
const leastEach = 0.1;
