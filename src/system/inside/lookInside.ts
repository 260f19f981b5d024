import { getHeapSpaceStatistics } from "node:v8";
import { ownWaits, type OpenWait } from "./openWaits.ts";

/** What a process of Holdfast knows of itself and nobody sees from outside. Sizes in bytes. */
export interface Inside {
  readonly pid: number;
  /** In seconds. */
  readonly uptime: number;
  readonly resident: number;
  /** JavaScript's own, used and taken from the system. */
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Held for JavaScript outside of its heap, with the buffers. */
  readonly external: number;
  readonly buffers: number;
  /** The rooms of V8's heap. */
  readonly spaces: readonly { readonly name: string; readonly used: number; readonly size: number }[];
  /** What keeps the event loop going, by its kind in libuv: sockets, timers, children. */
  readonly active: readonly { readonly what: string; readonly count: number }[];
  /** The longest first. */
  readonly waits: readonly OpenWait[];
}

/** Looks at this process. Takes less than a millisecond. */
export function lookInside(): Inside {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return {
    pid: process.pid,
    uptime: Math.round(process.uptime()),
    resident: rss,
    heapUsed,
    heapTotal,
    external,
    buffers: arrayBuffers,
    spaces: getHeapSpaceStatistics().map((space) => ({
      name: space.space_name,
      used: space.space_used_size,
      size: space.space_size,
    })),
    active: [...kinds].map(([what, all]) => ({ what, count: all.length })).slice(0, mostKinds),
    waits: ownWaits.list(mostWaits),
  };
}

const mostKinds = 64;
const mostWaits = 256;
