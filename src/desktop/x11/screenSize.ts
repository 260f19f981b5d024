import { sameSize, type Size } from "#base/geometry.ts";
import type { CrtcAnswer, Randr, ScreenResources } from "x11";
import type { X11Connection } from "./x11Connection.ts";

/**
 * The size that `resize` gives for a wish: whole, even (video codecs need it), not smaller than 200 and not larger than
 * `most`.
 */
export function possibleSize(wish: Size, most: Size): Size {
  return { width: possibleSide(wish.width, most.width), height: possibleSide(wish.height, most.height) };
}

/**
 * Gives the X screen a new size by RandR, at 96 dots an inch. Meanwhile the server listens to nobody else, so that no
 * program sees a screen without an output. Rejects when the server refuses; the screen may then be without its output
 * until the next call.
 */
export async function resizeScreen(connection: X11Connection, randr: Randr, size: Size): Promise<void> {
  const { client, root } = connection;
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

const inMillimetres = (pixels: number): number => Math.round((pixels * 25.4) / 96);

const SIDE_MIN = 200;
const ROTATION_NONE = 1;
/** By this end of their name we know the modes that we made, also those of a connection before. */
const OUR_MODES = "-holdfast";
