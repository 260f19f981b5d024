import { choice } from "#base/bytes/choice.ts";
import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { u16le } from "#base/bytes/numbers.ts";
import { limits } from "#base/limits.ts";
import { bitmapCapability } from "./bitmap.ts";
import {
  bitmapCacheCapability,
  bitmapCacheHostSupportCapability,
  bitmapCacheRevision2Capability,
  bitmapCacheRevision3Capability,
} from "./bitmapCache.ts";
import { bitmapCodecsCapability } from "./bitmapCodecs.ts";
import { soundCapability, virtualChannelCapability } from "./channels.ts";
import {
  brushCapability,
  drawGdiPlusCapability,
  drawNineGridCacheCapability,
  glyphCacheCapability,
  offscreenCacheCapability,
} from "./drawingCaches.ts";
import { generalCapability } from "./general.ts";
import { inputCapability } from "./input.ts";
import {
  colorTableCacheCapability,
  controlCapability,
  fontCapability,
  shareCapability,
  windowActivationCapability,
} from "./legacy.ts";
import { orderCapability } from "./order.ts";
import { largePointerCapability, pointerCapability } from "./pointer.ts";
import { frameAcknowledgeCapability, multifragmentUpdateCapability, surfaceCommandsCapability } from "./surfaces.ts";
import { desktopCompositionCapability, railCapability, windowListCapability } from "./windows.ts";

/** One capability set (TS_CAPS_SET). Sets of later versions are `{ is: "unknown", tag, body }`. */
export const capabilitySet = choice(
  "CapabilitySet",
  "MS-RDPBCGR 2.2.1.13.1.1.1",
  u16le,
  {
    0x01: generalCapability,
    0x02: bitmapCapability,
    0x03: orderCapability,
    0x04: bitmapCacheCapability,
    0x05: controlCapability,
    0x06: bitmapCacheRevision3Capability,
    0x07: windowActivationCapability,
    0x08: pointerCapability,
    0x09: shareCapability,
    0x0a: colorTableCacheCapability,
    0x0c: soundCapability,
    0x0d: inputCapability,
    0x0e: fontCapability,
    0x0f: brushCapability,
    0x10: glyphCacheCapability,
    0x11: offscreenCacheCapability,
    0x12: bitmapCacheHostSupportCapability,
    0x13: bitmapCacheRevision2Capability,
    0x14: virtualChannelCapability,
    0x15: drawNineGridCacheCapability,
    0x16: drawGdiPlusCapability,
    0x17: railCapability,
    0x18: windowListCapability,
    0x19: desktopCompositionCapability,
    0x1a: multifragmentUpdateCapability,
    0x1b: largePointerCapability,
    0x1c: surfaceCommandsCapability,
    0x1d: bitmapCodecsCapability,
    0x1e: frameAcknowledgeCapability,
  },
  { length: u16le, counts: "whole", atMost: limits.capabilitySetBytes },
);
export type CapabilitySet = ValueOf<typeof capabilitySet>;
export type CapabilityName = CapabilitySet["is"];

/** The set of that name, or undefined: `findCapability(sets, "bitmapCapability")`. The first one counts. */
export function findCapability<const Name extends CapabilityName>(
  sets: readonly CapabilitySet[],
  name: Name,
): Extract<CapabilitySet, { readonly is: Name }> | undefined {
  return sets.find((set): set is Extract<CapabilitySet, { readonly is: Name }> => set.is === name);
}

/** What one side offers: its name ("MSTSC", "RDP") and its sets. */
export interface Capabilities {
  readonly from: string;
  readonly sets: readonly CapabilitySet[];
}

/**
 * The common part of Demand Active and Confirm Active: length of the name, length of the sets, name, count, padding,
 * sets. The sets are read up to their length; their count is not believed, since clients are known to miscount.
 */
export const capabilities: Codec<Capabilities> = {
  size: (value) => 4 + value.from.length + 1 + 4 + setsSize(value.sets),
  write: (writer, value) => {
    writer.u16le(value.from.length + 1);
    writer.u16le(4 + setsSize(value.sets));
    for (let index = 0; index < value.from.length; index++) writer.u8(value.from.charCodeAt(index) & 0xff);
    writer.u8(0);
    writer.u16le(value.sets.length);
    writer.u16le(0);
    for (const set of value.sets) capabilitySet.write(writer, set);
  },
  read: (reader) => {
    const nameLength = reader.u16le();
    const setsLength = reader.u16le();
    const from = String.fromCharCode(...reader.take(nameLength).subarray(0, 64)).split("\0", 1)[0] ?? "";
    const within = reader.within(setsLength);
    within.take(4);
    const sets: CapabilitySet[] = [];
    while (4 <= within.remaining) {
      if (!(sets.length < limits.capabilitySets)) {
        throw new DecodeError(
          { is: "overLimit", limit: limits.capabilitySets, got: sets.length + 1, of: "count" },
          within.offset,
        );
      }
      sets.push(capabilitySet.read(within));
    }
    return { from, sets };
  },
};

function setsSize(sets: readonly CapabilitySet[]): number {
  return sets.reduce((sum, set) => sum + capabilitySet.size(set), 0);
}
