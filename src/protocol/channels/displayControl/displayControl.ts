import type { ValueOf } from "#base/bytes/codec.ts";
import { choice } from "#base/bytes/choice.ts";
import { code, constant, flags, list } from "#base/bytes/fields.ts";
import { i32le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

/** How much the server lets the client ask for: the area of all monitors is at most the product of the three. */
export const displayControlCapabilities = struct("DisplayControlCapabilities", "MS-RDPEDISP 2.2.2.1", {
  monitorsMax: u32le,
  monitorAreaFactorA: u32le,
  monitorAreaFactorB: u32le,
});
export type DisplayControlCapabilities = ValueOf<typeof displayControlCapabilities>;

/**
 * A monitor as the client wishes it, unchecked; see `parseMonitorLayout`. Lengths in pixels, physical ones in
 * millimetres.
 */
export const monitorLayoutEntry = struct("MonitorLayoutEntry", "MS-RDPEDISP 2.2.2.2.1", {
  flags: flags(u32le, { primary: 0x01 }),
  left: i32le,
  top: i32le,
  width: u32le,
  height: u32le,
  physicalWidth: u32le,
  physicalHeight: u32le,
  orientation: code(u32le, { landscape: 0, portrait: 90, landscapeFlipped: 180, portraitFlipped: 270 }),
  desktopScaleFactor: u32le,
  deviceScaleFactor: u32le,
});
export type MonitorLayoutEntry = ValueOf<typeof monitorLayoutEntry>;

/** The client's wish for other monitors. */
export const monitorLayoutRequest = struct("MonitorLayoutRequest", "MS-RDPEDISP 2.2.2.2", {
  entryBytes: constant(u32le, 40),
  monitors: list(u32le, monitorLayoutEntry, { atMost: limits.monitors }),
});

/** Everything on the channel, with its DISPLAYCONTROL_HEADER: capabilities from the server, layouts from the client. */
export const displayControlMessage = choice(
  "DisplayControlMessage",
  "MS-RDPEDISP 2.2.1.1",
  u32le,
  { 0x0000_0002: monitorLayoutRequest, 0x0000_0005: displayControlCapabilities },
  { length: u32le, counts: "whole", atMost: limits.wireMessageBytes },
);
export type DisplayControlMessage = ValueOf<typeof displayControlMessage>;
