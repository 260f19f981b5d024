import type { Point, Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { X11Connection } from "#desktop/x11/x11Connection.ts";
import { putPicture } from "../../test/interop/harness/testWindow.ts";
import { cellsAt, colourNumbers, colourOf } from "./stepColours.ts";

/** A picture that the X server keeps, so that showing it costs nothing but the drawing. */
export interface KeptPicture {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

/** A window of a program of our own, without a frame and above all that were opened before. */
export interface OwnWindow {
  readonly id: number;
  readonly area: Rectangle;
  /** Copies `part` of a picture to a place of the window. */
  draw(picture: KeptPicture, part: Rectangle, at: Point): void;
  fill(area: Rectangle, colour: number): void;
  /** Writes the step's number into the cells that begin at this place of the window. */
  writeStep(at: Point, step: number): void;
  /** Where on the screen they are. */
  stepCells(at: Point): readonly Rectangle[];
}

export async function keepPicture(x11: X11Connection, picture: Pixels): Promise<KeptPicture> {
  const { client, root } = x11;
  const [id, context] = [client.AllocID(), client.AllocID()];
  const { width, height } = picture;
  client.CreatePixmap(id, root, 24, width, height);
  client.CreateGC(context, id, {});
  putPicture(x11, id, context, picture);
  await settled(x11);
  return { id, width, height };
}

export async function ownWindow(x11: X11Connection, area: Rectangle, colour = 0): Promise<OwnWindow> {
  const { client, root } = x11;
  const id = client.AllocID();
  const { x, y, width, height } = area;
  client.CreateWindow(id, root, x, y, width, height, 0, 24, INPUT_OUTPUT, 0, {
    backgroundPixel: colour,
    overrideRedirect: 1,
  });
  client.MapWindow(id);
  const contexts = new Map<number, number>();
  const contextOf = (foreground: number): number => {
    const known = contexts.get(foreground);
    if (known !== undefined) return known;
    const made = client.AllocID();
    client.CreateGC(made, id, { foreground, graphicsExposures: 0 });
    contexts.set(foreground, made);
    return made;
  };
  await settled(x11);
  const fill: OwnWindow["fill"] = (part, foreground) =>
    client.PolyFillRectangle(id, contextOf(foreground), [part.x, part.y, part.width, part.height]);
  return {
    id,
    area,
    fill,
    draw: (picture, part, at) =>
      client.CopyArea(picture.id, id, contextOf(0), part.x, part.y, at.x, at.y, part.width, part.height),
    writeStep: (at, step) => {
      for (const [cell, number] of colourNumbers(step).entries()) {
        fill({ ...cellSize, x: at.x + cell * cellSize.width, y: at.y }, colourOf(number));
      }
    },
    stepCells: (at) => cellsAt({ ...cellSize, x: area.x + at.x, y: area.y + at.y }),
  };
}

/** Everything that was asked for has been drawn. */
export async function settled(x11: X11Connection): Promise<void> {
  await x11.ask("GetGeometry", (answer) => x11.client.GetGeometry(x11.root, answer));
}

const INPUT_OUTPUT = 1;
const cellSize = { width: 12, height: 12 };
