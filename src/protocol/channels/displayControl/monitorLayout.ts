import { cover, intersect, type Rectangle, type Size } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import type { MonitorLayoutEntry } from "./displayControl.ts";

export type MonitorOrientation = "landscape" | "portrait" | "landscapeFlipped" | "portraitFlipped";

/**
 * A monitor of a checked layout. INVARIANT: the width is even, both sides have 200 … 8192 pixels, it overlaps no other
 * and touches one where there are several; exactly one is primary, and that one is at 0,0.
 */
export interface Monitor extends Rectangle {
  readonly primary: boolean;
  readonly orientation: MonitorOrientation;
  /** In millimetres; absent where the client does not know or says nonsense. */
  readonly physicalSize?: Size;
  /** In per cent: desktop 100 … 500, device 100, 140 or 180; both or none. */
  readonly scale?: { readonly desktop: number; readonly device: number };
}

/** INVARIANT: 1 … 16 monitors. */
export interface MonitorLayout {
  readonly monitors: readonly Monitor[];
  /** Of the smallest rectangle around all monitors. */
  readonly desktop: Rectangle;
}

/** Why a layout is not taken; `monitor` counts from 0. */
export type MonitorLayoutProblem =
  | { readonly is: "noMonitors" }
  | { readonly is: "tooManyMonitors"; readonly count: number; readonly limit: number }
  | { readonly is: "primaryMonitors"; readonly count: number }
  | { readonly is: "primaryNotAtOrigin"; readonly x: number; readonly y: number }
  | { readonly is: "sizeOutOfRange"; readonly monitor: number; readonly size: Size }
  | { readonly is: "oddWidth"; readonly monitor: number; readonly width: number }
  | { readonly is: "overlap"; readonly monitor: number; readonly other: number }
  | { readonly is: "apart"; readonly monitor: number }
  | { readonly is: "desktopTooLarge"; readonly desktop: Size };

/**
 * Checks what the client asks for; the specification has the whole request ignored when anything is wrong with it,
 * except for physical sizes and scales, which are only hints. MS-RDPEDISP 2.2.2.2.1, 3.1.5.2
 */
export function parseMonitorLayout(
  entries: readonly MonitorLayoutEntry[],
):
  | { readonly is: "layout"; readonly layout: MonitorLayout }
  | { readonly is: "refused"; readonly problem: MonitorLayoutProblem } {
  const monitors = entries.map(toMonitor);
  const problem = countProblem(monitors) ?? sizeProblem(monitors) ?? placeProblem(monitors);
  if (problem !== undefined) return { is: "refused", problem };
  const desktop = monitors.reduce<Rectangle>((sum, monitor) => cover(sum, monitor), monitors[0]!);
  const { x, y, width, height } = desktop;
  if (!(width <= limits.graphicsOutputSize && height <= limits.graphicsOutputSize)) {
    return { is: "refused", problem: { is: "desktopTooLarge", desktop: { width, height } } };
  }
  return { is: "layout", layout: { monitors, desktop: { x, y, width, height } } };
}

/** What to ask a server for: the twin of `parseMonitorLayout`. */
export function monitorLayoutEntries(layout: MonitorLayout): readonly MonitorLayoutEntry[] {
  return layout.monitors.map((monitor) => ({
    flags: monitor.primary ? ["primary"] : [],
    left: monitor.x,
    top: monitor.y,
    width: monitor.width,
    height: monitor.height,
    physicalWidth: monitor.physicalSize?.width ?? 0,
    physicalHeight: monitor.physicalSize?.height ?? 0,
    orientation: monitor.orientation,
    desktopScaleFactor: monitor.scale?.desktop ?? 0,
    deviceScaleFactor: monitor.scale?.device ?? 0,
  }));
}

function toMonitor(entry: MonitorLayoutEntry): Monitor {
  const { physicalWidth, physicalHeight, desktopScaleFactor: desktop, deviceScaleFactor: device } = entry;
  const sizeKnown = isWithin(physicalWidth, 10, 10_000) && isWithin(physicalHeight, 10, 10_000);
  const scaleKnown = isWithin(desktop, 100, 500) && [100, 140, 180].includes(device);
  return {
    x: entry.left,
    y: entry.top,
    width: entry.width,
    height: entry.height,
    primary: entry.flags.includes("primary"),
    orientation: typeof entry.orientation === "string" ? entry.orientation : "landscape",
    ...(sizeKnown ? { physicalSize: { width: physicalWidth, height: physicalHeight } } : {}),
    ...(scaleKnown ? { scale: { desktop, device } } : {}),
  };
}

function countProblem(monitors: readonly Monitor[]): MonitorLayoutProblem | undefined {
  if (monitors.length === 0) return { is: "noMonitors" };
  if (!(monitors.length <= limits.monitors)) {
    return { is: "tooManyMonitors", count: monitors.length, limit: limits.monitors };
  }
  const [primary, ...others] = monitors.filter((monitor) => monitor.primary);
  if (primary === undefined || 0 < others.length) {
    return { is: "primaryMonitors", count: primary === undefined ? 0 : others.length + 1 };
  }
  const { x, y } = primary;
  return x === 0 && y === 0 ? undefined : { is: "primaryNotAtOrigin", x, y };
}

function sizeProblem(monitors: readonly Monitor[]): MonitorLayoutProblem | undefined {
  for (const [index, { width, height }] of monitors.entries()) {
    if (!(isWithin(width, sideMin, sideMax) && isWithin(height, sideMin, sideMax))) {
      return { is: "sizeOutOfRange", monitor: index, size: { width, height } };
    }
    if (width % 2 !== 0) return { is: "oddWidth", monitor: index, width };
  }
  return undefined;
}

function placeProblem(monitors: readonly Monitor[]): MonitorLayoutProblem | undefined {
  for (const [index, monitor] of monitors.entries()) {
    const overlapped = monitors.findIndex((other, at) => at < index && intersect(monitor, other) !== undefined);
    if (overlapped !== -1) return { is: "overlap", monitor: index, other: overlapped };
    const touches = monitors.length === 1 || monitors.some((other) => other !== monitor && touch(monitor, other));
    if (!touches) return { is: "apart", monitor: index };
  }
  return undefined;
}

/** Next to each other, if only at a corner. */
function touch(a: Rectangle, b: Rectangle): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

function isWithin(value: number, least: number, most: number): boolean {
  return least <= value && value <= most;
}

const sideMin = 200;
const sideMax = 8192;
