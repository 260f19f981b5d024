import { newPixels, type Pixels } from "../../../src/base/pixels.ts";
import type { Point, Size } from "../../../src/base/geometry.ts";
import type { X11Connection } from "../../../src/desktop/x11/x11Connection.ts";
import { putPicture } from "./testWindow.ts";

/** A window in which a film plays, over and over again. */
export interface FilmWindow {
  readonly pictures: readonly Pixels[];
  /** Pictures a second, from now on. */
  play(framesPerSecond: number): void;
  /** Stops at this picture; resolves when the X server has drawn it. */
  stopAt(picture: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens it at its first picture. The X server has all of them, so that playing costs the test next to nothing. */
export async function filmWindow(x11: X11Connection, pictures: readonly Pixels[], at: Point): Promise<FilmWindow> {
  const { client, root } = x11;
  const { width, height } = pictures[0]!;
  const [id, context] = [client.AllocID(), client.AllocID()];
  client.CreateGC(context, root, {});
  const drawn = pictures.map((picture) => {
    const pixmap = client.AllocID();
    client.CreatePixmap(pixmap, root, 24, width, height);
    putPicture(x11, pixmap, context, picture);
    return pixmap;
  });
  const attributes = { backgroundPixmap: drawn[0], overrideRedirect: 1 };
  client.CreateWindow(id, root, at.x, at.y, width, height, 0, 24, INPUT_OUTPUT, 0, attributes);
  client.MapWindow(id);
  await x11.ask("GetGeometry", (answer) => client.GetGeometry(root, answer));
  let timer: NodeJS.Timeout | undefined;
  const show = (index: number): void => client.CopyArea(drawn[index]!, id, context, 0, 0, 0, 0, width, height);
  return {
    pictures,
    play: (framesPerSecond) => {
      clearInterval(timer);
      let index = 0;
      timer = setInterval(() => show((index = (index + 1) % drawn.length)), 1000 / framesPerSecond);
      // A test that fails while it plays is to end all the same.
      timer.unref();
    },
    stopAt: async (picture) => {
      clearInterval(timer);
      show(picture);
      await x11.ask("GetGeometry", (answer) => client.GetGeometry(root, answer));
    },
    close: async () => {
      clearInterval(timer);
      client.DestroyWindow(id);
      for (const pixmap of drawn) client.FreePixmap(pixmap);
      await x11.ask("GetGeometry", (answer) => client.GetGeometry(root, answer));
    },
  };
}

/** Waves that go through each other, so that no part of a picture is a moved part of another. */
export function filmPictures(size: Size, count: number): readonly Pixels[] {
  return Array.from({ length: count }, (_, step) => {
    const pixels = newPixels(size);
    const turn = (2 * Math.PI * step) / count;
    const rows = Array.from({ length: size.height }, (__, y) => 45 * Math.cos(y / 23 - turn));
    const columns = Array.from({ length: size.width }, (__, x) => 128 + 60 * Math.sin(x / 17 + turn));
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const value = columns[x]! + rows[y]!;
        const at = y * pixels.stride + x * 4;
        pixels.data[at] = value + ((x * 7 + y * 13) & 15);
        pixels.data[at + 1] = value * 0.9 + ((x * 5 + y * 3) & 7);
        pixels.data[at + 2] = 255 - value;
        pixels.data[at + 3] = 0xff;
      }
    }
    return pixels;
  });
}

const INPUT_OUTPUT = 1;
