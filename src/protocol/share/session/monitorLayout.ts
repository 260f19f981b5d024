import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { list } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Rectangle } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";

export interface Monitor {
  /** Relative to the primary monitor's top left corner; may be negative. */
  readonly area: Rectangle;
  readonly primary: boolean;
}

/** Edges inside it, then flags (TS_MONITOR_DEF). */
const monitor: Codec<Monitor> = {
  size: () => 20,
  write: (writer, { area, primary }) => {
    writer.i32le(area.x);
    writer.i32le(area.y);
    writer.i32le(area.x + area.width - 1);
    writer.i32le(area.y + area.height - 1);
    writer.u32le(primary ? 1 : 0);
  },
  read: (reader) => {
    const x = reader.i32le();
    const y = reader.i32le();
    const width = Math.max(0, reader.i32le() - x + 1);
    const height = Math.max(0, reader.i32le() - y + 1);
    return { area: { x, y, width, height }, primary: (reader.u32le() & 1) !== 0 };
  },
};

/** The monitors as the server arranged them (TS_MONITOR_LAYOUT_PDU). */
export const monitorLayout = struct("MonitorLayout", "MS-RDPBCGR 2.2.12.1", {
  monitors: list(u32le, monitor, { atMost: limits.monitors }),
});
export type MonitorLayout = ValueOf<typeof monitorLayout>;
