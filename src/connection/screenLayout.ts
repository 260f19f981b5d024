import { sameSize, type Rectangle } from "#base/geometry.ts";
import type { ScreenLayout } from "#desktop/desktop.ts";
import type { MonitorLayoutEntry } from "#protocol/channels/displayControl/displayControl.ts";
import { parseMonitorLayout, type MonitorLayout } from "#protocol/channels/displayControl/monitorLayout.ts";
import type { ClientBlocks } from "#protocol/gcc/clientBlocks.ts";
import { firstSize, requestedSize } from "#protocol/sequences/accept/clientInfo.ts";

/**
 * What the client asks for when it connects. Monitors that overlap, or are otherwise impossible, are one area around
 * them all. MS-RDPBCGR 2.2.1.3.6, 2.2.1.3.9
 */
export function requestedLayout(client: ClientBlocks): ScreenLayout {
  const size = requestedSize(client);
  const monitors = client.clientMonitors?.monitors ?? [];
  const { desktopScaleFactor: scale } = client.clientCore;
  const alone: ScreenLayout = isScale(scale) ? { ...size, scale } : size;
  if (monitors.length < 2) return alone;
  const parsed = parseMonitorLayout(monitors.map((monitor, index) => entryOf(client, monitor, index)));
  if (parsed.is === "refused") return alone;
  const { monitors: arranged = [], scale: ofPrimary = scale } = screenLayoutOf(parsed.layout);
  // What was cut to the size of a desktop has no monitors of its own.
  if (!sameSize(parsed.layout.desktop, size)) return alone;
  return { ...size, monitors: arranged, ...(isScale(ofPrimary) ? { scale: ofPrimary } : {}) };
}

/** A checked wish of the client while it is connected, with its places moved to where a screen begins. */
export function screenLayoutOf({ monitors, desktop }: MonitorLayout): ScreenLayout {
  const { width, height } = desktop;
  const scale = monitors.find(({ primary }) => primary)?.scale?.desktop;
  const scaled = scale === undefined ? {} : { scale };
  if (monitors.length < 2) return { width, height, ...scaled };
  const moved = monitors.map((monitor) => ({ ...placeIn(desktop, monitor), primary: monitor.primary }));
  return { width, height, monitors: moved, ...scaled };
}

/** The same before the sign-in: a desktop that is cut smaller for a stranger has no monitors. */
export function firstLayout(layout: ScreenLayout): ScreenLayout {
  const size = firstSize(layout);
  return sameSize(size, layout) ? layout : size;
}

function entryOf(
  { clientMonitorsExtended }: ClientBlocks,
  monitor: NonNullable<ClientBlocks["clientMonitors"]>["monitors"][number],
  index: number,
): MonitorLayoutEntry {
  const { left, top, right, bottom, flags } = monitor;
  const extended = clientMonitorsExtended?.attributes[index];
  return {
    flags: flags.includes("primary") ? ["primary"] : [],
    left,
    top,
    width: right - left + 1,
    height: bottom - top + 1,
    physicalWidth: extended?.physicalWidth ?? 0,
    physicalHeight: extended?.physicalHeight ?? 0,
    orientation: "landscape",
    desktopScaleFactor: extended?.desktopScaleFactor ?? 0,
    deviceScaleFactor: extended?.deviceScaleFactor ?? 0,
  };
}

function placeIn(desktop: Rectangle, { x, y, width, height }: Rectangle): Rectangle {
  return { x: x - desktop.x, y: y - desktop.y, width, height };
}

/** Values out of range are to be ignored. */
function isScale(scale: number | undefined): scale is number {
  return scale !== undefined && 100 <= scale && scale <= 500;
}
