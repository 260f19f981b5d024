import type { Finding, GrowthFinding, LeakOwner, OrphanFinding, OrphanThing } from "./finding.ts";
import type { WatchedResource } from "./growthRules.ts";

export interface FindingWords {
  readonly owner: string;
  /** What is wrong, in one sentence. */
  readonly sentence: string;
  /** What can be done, and what it costs. */
  readonly remedy: string;
}

/** A finding for people. */
export function findingWords(finding: Finding): FindingWords {
  const owner = ownerWords(finding.owner);
  switch (finding.is) {
    case "growth":
      return { owner, sentence: growthSentence(finding), remedy: growthRemedy(finding) };
    case "orphan":
      return { owner, sentence: orphanSentence(finding), remedy: orphanRemedy(finding) };
    case "unbalanced":
      return {
        owner,
        sentence: `${finding.surplus} ${things[finding.thing]} are left over.`,
        remedy: "holdfast restart: it disconnects nobody. If it comes back, tell the developers, with this line.",
      };
  }
}

export function ownerWords(owner: LeakOwner): string {
  switch (owner.is) {
    case "session":
      return owner.user === "" ? `session ${owner.session}` : `session ${owner.session} (${owner.user})`;
    case "holdfast":
      return "Holdfast";
    case "user":
      return `user ${owner.user}`;
    case "host":
      return "the host";
  }
}

function growthSentence({ process, resource, growth }: GrowthFinding): string {
  const who = process === undefined ? "" : ` of ${process.program} (process ${process.pid})`;
  const [name, unit] = resources[resource];
  const amount = (value: number): string => `${rounded(value)}${unit}`;
  const { from, to, hours, perHour, perHourLow, perHourHigh, confidence, fullInHours } = growth;
  const full = fullInHours === undefined ? "" : ` What is left lasts for ${duration(fullInHours)}.`;
  return (
    `${name}${who} grew from ${amount(from)} to ${amount(to)} in ${duration(hours)} and goes on: ` +
    `${amount(perHour)} an hour (99 %: ${rounded(perHourLow)} to ${rounded(perHourHigh)}; ` +
    `sure to ${percent(confidence)}).${full}`
  );
}

function growthRemedy({ owner, process, resource }: GrowthFinding): string {
  if (owner.is === "holdfast") {
    if (process?.program.startsWith("keeper") === true) return "Sign that session out when its user can spare it.";
    return process?.program === "connection"
      ? "holdfast tsdiscon SESSION: its user connects again to the same session."
      : "holdfast restart: it disconnects nobody. Tell the developers, with this line.";
  }
  if (resource === "tmpfs") return "Remove files there: they are memory.";
  if (owner.is === "session" && process !== undefined && process.program !== "Xvfb") {
    return `Ask ${owner.user} to close ${process.program} (holdfast msg ${owner.session} …), or end it: kill ${process.pid}. The session goes on.`;
  }
  if (owner.is === "session") return `Ask ${owner.user} to sign out, or: holdfast logoff ${owner.session}`;
  return "See with holdfast memory who holds it.";
}

function orphanSentence({ thing, name, process }: OrphanFinding): string {
  if (process === undefined) return `${orphans[thing]} ${name} belongs to no session.`;
  return `${orphans[thing]} ${process.program} (process ${process.pid}${thing === "xServer" ? `, display ${name}` : ""}) belongs to no session.`;
}

function orphanRemedy({ thing, kept, name, process }: OrphanFinding): string {
  if (kept === undefined) return "holdfast leaks clean";
  return `Left alone by leaks clean: ${kept}. By hand: ${byHand(thing, process === undefined ? name : String(process.pid))}`;
}

function byHand(thing: OrphanThing, name: string): string {
  if (thing === "process" || thing === "xServer") return `kill ${name}`;
  if (thing === "logindSession") return `loginctl terminate-session ${name}`;
  return thing === "mount" ? `umount -l ${name}` : `rm ${name}`;
}

/** "40 minutes", "3.2 hours", "5 days". */
function duration(hours: number): string {
  if (hours < 1 / 30) return `${Math.max(1, Math.round(hours * 3600))} seconds`;
  if (hours < 2) return `${Math.max(1, Math.round(hours * 60))} minutes`;
  return hours < 48 ? `${hours.toFixed(1)} hours` : `${Math.round(hours / 24)} days`;
}

function rounded(value: number): string {
  return Math.abs(value) < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}

function percent(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

const resources: Readonly<Record<WatchedResource, readonly [name: string, unit: string]>> = {
  memory: ["The memory", " MB"],
  processes: ["The number of processes", ""],
  threads: ["The number of threads", ""],
  descriptors: ["The number of open descriptors", ""],
  sharedMemory: ["The shared memory", " MB"],
  segments: ["The number of System V shared memory segments", ""],
  pixmaps: ["The memory that the X server holds in pixmaps", " MB"],
  keys: ["The number of kernel keys", ""],
  tmpfs: ["What is in files in memory (tmpfs)", " MB"],
};
const orphans: Readonly<Record<OrphanThing, string>> = {
  process: "The process",
  xServer: "The X server",
  display: "The socket of an X display",
  displayLock: "The lock of an X display",
  segment: "The System V shared memory segment",
  sharedMemoryFile: "The shared memory",
  sessionFolder: "The folder",
  logindSession: "The login session",
  mount: "What is mounted at",
};
const things = {
  connectionProcesses: "processes of connections",
  keepers: "keepers",
  authenticators: "authenticators",
  zombies: "ended processes that nobody took note of",
  descriptors: "open descriptors of the service",
} as const;
