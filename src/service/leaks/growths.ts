import type { GrowthFinding, LeakOwner } from "#policy/leaks/finding.ts";
import { growthOf } from "#policy/leaks/growth.ts";
import { growthRules, type WatchedResource } from "#policy/leaks/growthRules.ts";
import { ownerWords } from "#policy/leaks/findingWords.ts";
import type { HostRoom } from "#policy/seatLimit.ts";
import { descriptorLimitOf } from "#system/watch/processSample.ts";
import { readSegments } from "#system/watch/sharedMemory.ts";
import { descriptorKinds } from "#system/watch/sessionMarks.ts";
import type { WatchedThing } from "./watchedHost.ts";

/** What grows, as far as the samples say. What one process explains is not said again of its session. */
export function growthsOf(things: ReadonlyMap<string, WatchedThing>, room: HostRoom): readonly GrowthFinding[] {
  const found: GrowthFinding[] = [];
  for (const [key, thing] of things) {
    for (const [index, resource] of thing.resources.entries()) {
      const { rule, enough } = quickly(thing, index, resource);
      if (!enough) continue;
      const growth = growthOf(thing.series.samples(index), rule, leftOf(thing, index, resource, room));
      if (growth === undefined) continue;
      const { owner, process } = thing;
      found.push({
        is: "growth",
        id: `growth:${resource}:${key}`,
        owner,
        resource,
        ...(process === undefined ? {} : { process }),
        growth,
        evidence: evidenceOf(thing, resource),
      });
    }
  }
  return found.filter((finding) => finding.process !== undefined || !isExplained(finding, found));
}

/** Without building anything: nearly all things have not grown at all. */
function quickly({ series }: WatchedThing, index: number, resource: WatchedResource) {
  const rule = growthRules[resource];
  return { rule, enough: rule.least <= series.last(index) - series.first(index) };
}

function leftOf(thing: WatchedThing, index: number, resource: WatchedResource, room: HostRoom): number | undefined {
  const known = thing.left?.[index];
  if (known !== undefined) return known;
  switch (resource) {
    case "memory":
    case "sharedMemory":
      return room.memoryLeftMB;
    case "processes":
    case "threads":
      return room.processesLeft;
    case "descriptors": {
      const limit = thing.process === undefined ? undefined : descriptorLimitOf(thing.process.pid);
      return limit === undefined ? undefined : limit - thing.series.last(index);
    }
    default:
      return undefined;
  }
}

/** Many small processes, or one large one: the session's sum says nothing new then. */
function isExplained({ owner, resource }: GrowthFinding, all: readonly GrowthFinding[]): boolean {
  const name = ownerWords(owner);
  return all.some((other) => {
    if (ownerWords(other.owner) !== name) return false;
    if (other.process === undefined) return resource === "memory" && other.resource === "processes";
    return other.resource === resource;
  });
}

function evidenceOf({ owner, process, note }: WatchedThing, resource: WatchedResource): readonly string[] {
  if (resource === "processes" && note !== undefined) return [note];
  if (resource === "descriptors" && process !== undefined) {
    const kinds = descriptorKinds(process.pid);
    return kinds === undefined ? [] : [`Its descriptors are ${kinds}.`];
  }
  return resource === "segments" ? segmentMakers(owner) : [];
}

function segmentMakers(owner: LeakOwner): readonly string[] {
  if (owner.is !== "session") return [];
  const makers = [...Map.groupBy(readSegments().segments, ({ makerPid }) => makerPid)];
  const [largest] = makers.toSorted(([, one], [, other]) => other.length - one.length);
  return largest === undefined ? [] : [`Process ${largest[0]} made ${largest[1].length} of the host's segments.`];
}
