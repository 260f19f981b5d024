import type { Pixels } from "../../../src/base/pixels.ts";
import type { Point } from "../../../src/base/geometry.ts";
import type { X11Connection } from "../../../src/desktop/x11/x11Connection.ts";

/** A window without a frame that shows a picture, also after others have covered it. */
export interface TestWindow {
  readonly id: number;
  /** Shows another picture of the same size. */
  show(picture: Pixels): Promise<void>;
  move(to: Point): Promise<void>;
  /** The pointer's shape while it is over the window; undefined: hidden. */
  setCursor(shape: { readonly picture: Pixels; readonly hotspot: Point } | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Opens a window with `picture` in it. Resolves when the X server has drawn it. */
export async function testWindow(x11: X11Connection, picture: Pixels, at: Point): Promise<TestWindow> {
  const { client, root } = x11;
  const [id, pixmap, context] = [client.AllocID(), client.AllocID(), client.AllocID()];
  const { width, height } = picture;
  client.CreatePixmap(pixmap, root, 24, width, height);
  client.CreateGC(context, pixmap, {});
  putPicture(x11, pixmap, context, picture);
  client.CreateWindow(id, root, at.x, at.y, width, height, 0, 24, INPUT_OUTPUT, 0, {
    backgroundPixmap: pixmap,
    overrideRedirect: 1,
  });
  client.MapWindow(id);
  await done(x11);
  return {
    id,
    show: (next) => {
      putPicture(x11, pixmap, context, next);
      client.ChangeWindowAttributes(id, { backgroundPixmap: pixmap });
      client.ClearArea(id, 0, 0, 0, 0, 0);
      return done(x11);
    },
    move: ({ x, y }) => {
      client.MoveWindow(id, x, y);
      return done(x11);
    },
    setCursor: async (shape) => {
      const { picture: pixels, hotspot } = shape ?? { picture: invisible, hotspot: { x: 0, y: 0 } };
      client.ChangeWindowAttributes(id, { cursor: await cursorOf(x11, pixels, hotspot) });
      await done(x11);
    },
    close: () => {
      client.DestroyWindow(id);
      client.FreePixmap(pixmap);
      return done(x11);
    },
  };
}

/** Fills a drawable in bands that fit into requests of 64 kB. */
export function putPicture(x11: X11Connection, drawable: number, context: number, picture: Pixels, depth = 24): void {
  const { width, height, stride, offset } = picture;
  const bandRows = Math.max(1, Math.floor(60_000 / (width * 4)));
  for (let y = 0; y < height; y += bandRows) {
    const rows = Math.min(bandRows, height - y);
    const band = Buffer.alloc(rows * width * 4);
    for (let row = 0; row < rows; row++) {
      const from = offset + (y + row) * stride;
      band.set(picture.data.subarray(from, from + width * 4), row * width * 4);
    }
    x11.client.PutImage(Z_PIXMAP, drawable, context, width, rows, 0, y, 0, depth, band);
  }
}

/** `picture` has premultiplied alpha in its fourth bytes. */
async function cursorOf(x11: X11Connection, picture: Pixels, hotspot: Point): Promise<number> {
  const { client, root } = x11;
  const render = await x11.extension("render");
  const [pixmap, context, source, cursor] = Array.from({ length: 4 }, () => client.AllocID());
  client.CreatePixmap(pixmap!, root, 32, picture.width, picture.height);
  client.CreateGC(context!, pixmap!, {});
  putPicture(x11, pixmap!, context!, picture, 32);
  render.CreatePicture(source!, pixmap!, render.rgba32, {});
  render.CreateCursor(cursor!, source!, hotspot.x, hotspot.y);
  client.FreePixmap(pixmap!);
  return cursor!;
}

/** A reply to anything means that all before it is done. */
async function done(x11: X11Connection): Promise<void> {
  await x11.ask("GetGeometry", (answer) => x11.client.GetGeometry(x11.root, answer));
}

const invisible: Pixels = { width: 1, height: 1, data: new Uint8Array(4), offset: 0, stride: 4 };
const Z_PIXMAP = 2;
const INPUT_OUTPUT = 1;
