import { bytesPerPixel, type PixelDepth } from "#codecs/depth/depth.ts";
import { findCapability, type CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";

/** Which drawing orders a client takes. */
export interface OrderAbilities {
  /** ScrBlt: it moves parts of its picture. */
  readonly copies: boolean;
  /** OpaqueRect. */
  readonly fills: boolean;
  /** Cache Bitmap and MemBlt; empty: it keeps nothing. */
  readonly caches: readonly BitmapCacheLimits[];
}

/** One of the client's bitmap caches, by its id. */
export interface BitmapCacheLimits {
  readonly id: number;
  /** Of Cache Bitmap. */
  readonly revision: 1 | 2;
  readonly entries: number;
  /** What one entry has room for. */
  readonly pixelsMax: number;
  /** On the client's disk: its entries need keys. */
  readonly persistent: boolean;
}

/** What the client says it can, and no more. MS-RDPBCGR 2.2.7.1.3, 2.2.7.1.4 */
export function orderAbilities(sets: readonly CapabilitySet[], depth: PixelDepth): OrderAbilities {
  const orders = findCapability(sets, "orderCapability");
  const support = orders?.order.includes("negotiate") === true ? orders.support : [];
  return {
    copies: support.includes("scrBlt"),
    // Whoever takes PatBlt takes OpaqueRect. MS-RDPEGDI 2.2.2.2.1.1.2.5
    fills: support.includes("patBlt"),
    caches: support.includes("memBlt") ? cachesOf(sets, depth).filter(({ entries }) => 0 < entries) : [],
  };
}

export const noOrders: OrderAbilities = { copies: false, fills: false, caches: [] };

function cachesOf(sets: readonly CapabilitySet[], depth: PixelDepth): readonly BitmapCacheLimits[] {
  const second = findCapability(sets, "bitmapCacheRevision2Capability");
  if (second !== undefined) {
    return second.caches.map(({ entries, persistent }, id) => ({
      id,
      revision: 2,
      entries: Math.min(entries, entriesMax),
      // 16 × 16, 32 × 32, 64 × 64 and so on. MS-RDPEGDI 3.1.1.1.1
      pixelsMax: 0x100 << (2 * id),
      persistent,
    }));
  }
  // rdesktop as a client of RDP 4 wants a header in front of the data, which only such clients do.
  const takesNoHeader = findCapability(sets, "generalCapability")?.extra.includes("noBitmapCompressionHeader") === true;
  const first = takesNoHeader ? (findCapability(sets, "bitmapCacheCapability")?.caches ?? []) : [];
  return first.map(({ entries, cellSize }, id) => ({
    id,
    revision: 1,
    entries: Math.min(entries, entriesMax),
    pixelsMax: Math.floor(cellSize / bytesPerPixel(depth)),
    persistent: false,
  }));
}

/** Indexes have fifteen bits, of which the last is the waiting list. */
const entriesMax = 0x7fff;
