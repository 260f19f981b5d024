import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { named } from "#base/bytes/codec.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

/** A monitor's size and scale: TS_MONITOR_ATTRIBUTES. Values out of range are to be ignored. */
export const monitorAttribute = struct("MonitorAttribute", "MS-RDPBCGR 2.2.1.3.9.1", {
  /** In millimetres, 10 … 10000. */
  physicalWidth: u32le,
  physicalHeight: u32le,
  /** In degrees: 0, 90, 180 or 270. */
  orientation: u32le,
  /** In percent, 100 … 500. */
  desktopScaleFactor: u32le,
  /** In percent: 100, 140 or 180. */
  deviceScaleFactor: u32le,
});
export type MonitorAttribute = ValueOf<typeof monitorAttribute>;

/** The size of one attribute, a count, the attributes; what a longer attribute adds is skipped. */
export const monitorAttributes: Codec<readonly MonitorAttribute[]> = {
  size: (values) => 8 + values.length * ATTRIBUTE_BYTES,
  write: (writer, values) => {
    writer.u32le(ATTRIBUTE_BYTES);
    writer.u32le(values.length);
    for (const value of values) monitorAttribute.write(writer, value);
  },
  read: (reader) => {
    const at = reader.offset;
    const attributeBytes = reader.u32le();
    const count = reader.u32le();
    if (attributeBytes < ATTRIBUTE_BYTES)
      throw new DecodeError({ is: "wrongValue", expected: `at least ${ATTRIBUTE_BYTES}`, got: attributeBytes }, at);
    if (!(count <= limits.monitors))
      throw new DecodeError({ is: "overLimit", limit: limits.monitors, got: count, of: "count" }, at + 4);
    const values: MonitorAttribute[] = [];
    for (let index = 0; index < count; index++)
      values.push(named(`[${index}]`, undefined, () => monitorAttribute.read(reader.within(attributeBytes))));
    return values;
  },
};

const ATTRIBUTE_BYTES = 20;
