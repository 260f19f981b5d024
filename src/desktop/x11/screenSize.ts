import { intersect, sameSize, type Size } from "#base/geometry.ts";
import type { CrtcAnswer, Randr, ScreenResources } from "x11";
import type { Monitor, ScreenLayout } from "../desktop.ts";
import { X11Monitors } from "./monitors.ts";
import type { X11Connection } from "./x11Connection.ts";

/**
 * The size that `resize` gives for a wish: whole, even (video codecs need it), not smaller than 200 and not larger than
 * `most`.
 */
export function possibleSize(wish: Size, most: Size): Size {
  return { width: possibleSide(wish.width, most.width), height: possibleSide(wish.height, most.height) };
}

/** The monitors of a wish on a screen that may have become smaller than it. */
export function possibleMonitors({ monitors = [] }: ScreenLayout, size: Size): readonly Monitor[] {
  const whole = { x: 0, y: 0, ...size };
  const fitting = monitors.flatMap((monitor) => {
    const part = intersect(monitor, whole);
    return part === undefined ? [] : [{ ...part, primary: monitor.primary }];
  });
  return fitting.length < 2 || !fitting.some(({ primary }) => primary) ? [] : fitting;
}

export const sameMonitors = (some: readonly Monitor[], others: readonly Monitor[]): boolean =>
  some.length === others.length &&
  some.every(({ x, y, width, height, primary }, index) => {
    const other = others[index];
    return other?.x === x && other.y === y && sameSize(other, { width, height }) && other.primary === primary;
  });

/** How large things are drawn on a screen, in per cent, as its size in millimetres says; 100 where that is nonsense. */
export function scaleOf({ display }: X11Connection): number {
  const { pixel_width: pixels = 0, mm_width: millimetres = 0 } = display.screen[0] ?? {};
  const scale = millimetres === 0 ? 100 : (100 * pixels * millimetresPerInch) / (millimetres * dotsPerInch);
  return 100 <= scale && scale <= 500 ? scale : 100;
}

/** Servers begin with other sizes than they are given, and tell only whole millimetres. */
export const sameScale = (one: number, other: number): boolean => Math.abs(one - other) < 10;

/**
 * Gives the X screen a new size and monitors by RandR, at 96 dots an inch where nothing is scaled. Meanwhile the server
 * listens to nobody else, so that no program sees a screen without an output. Rejects when the server refuses; the
 * screen may then be without its output until the next call.
 */
export async function resizeScreen(connection: X11Connection, randr: Randr, layout: ScreenLayout): Promise<void> {
  const { client, root } = connection;
  const { width, height, monitors = [], scale = 100 } = layout;
  const size = { width, height };
  const x11Monitors = new X11Monitors(connection, randr);
  const [names, before] = await Promise.all([x11Monitors.names(monitors.length), x11Monitors.list()]);
  const pitch = (millimetresPerInch / dotsPerInch) * (100 / scale);
  const inMillimetres = (pixels: number): number => Math.round(pixels * pitch);
  const resources = await connection.ask<ScreenResources>("GetScreenResourcesCurrent", (answer) =>
    randr.GetScreenResourcesCurrent(root, answer),
  );
  const [crtc] = resources.crtcs;
  const [output] = resources.outputs;
  if (crtc === undefined || output === undefined) throw new Error("the X server has no output that could be resized");
  const known = resources.modeinfos.find((mode) => sameSize(mode, size));
  const mode = known?.id ?? (await createMode(connection, randr, size));
  client.GrabServer();
  try {
    if (known === undefined) randr.AddOutputMode(output, mode);
    const off = connection.ask<CrtcAnswer>("SetCrtcConfig", (answer) =>
      randr.SetCrtcConfig(crtc, 0, 0, 0, 0, 0, ROTATION_NONE, [], answer),
    );
    randr.SetScreenSize(root, size.width, size.height, inMillimetres(size.width), inMillimetres(size.height));
    const on = connection.ask<CrtcAnswer>("SetCrtcConfig", (answer) =>
      randr.SetCrtcConfig(crtc, 0, 0, 0, 0, mode, ROTATION_NONE, [output], answer),
    );
    x11Monitors.arrange(monitors, { names, known: before, output, pitch });
    const answers = await Promise.all([off, on]);
    if (answers.some((answer) => answer.status !== 0)) {
      throw new Error(`the X server refused ${size.width}x${size.height}`);
    }
    for (const old of resources.modeinfos) {
      if (old.id === mode || !old.name.endsWith(OUR_MODES)) continue;
      randr.DeleteOutputMode(output, old.id);
      randr.DestroyMode(old.id);
    }
  } finally {
    if (connection.isOpen) client.UngrabServer();
  }
}

const possibleSide = (wished: number, largest: number): number =>
  Math.min(largest, Math.max(SIDE_MIN, Math.floor(wished) & ~1));

function createMode(connection: X11Connection, randr: Randr, size: Size): Promise<number> {
  // Programs divide by these to learn the refresh rate: 60 pictures a second.
  const mode = {
    ...size,
    dot_clock: size.width * size.height * 60,
    h_total: size.width,
    v_total: size.height,
    name: `${size.width}x${size.height}${OUR_MODES}`,
  };
  return connection.ask<number>("CreateMode", (answer) => randr.CreateMode(connection.root, mode, answer));
}

const SIDE_MIN = 200;
const millimetresPerInch = 25.4;
const dotsPerInch = 96;
const ROTATION_NONE = 1;
/** By this end of their name we know the modes that we made, also those of a connection before. */
const OUR_MODES = "-holdfast";
