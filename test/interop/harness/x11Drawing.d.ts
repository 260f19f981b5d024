/** What the tests call of the npm package `x11` to draw, besides what the product calls of it. */
import "x11";

declare module "x11" {
  interface Client {
    CreateWindow(
      window: number,
      parent: number,
      x: number,
      y: number,
      width: number,
      height: number,
      borderWidth: number,
      depth: number,
      inputClass: number,
      visual: number,
      values: {
        readonly backgroundPixel?: number;
        readonly backgroundPixmap?: number;
        readonly overrideRedirect?: number;
        readonly cursor?: number;
      },
    ): void;
    ChangeWindowAttributes(
      window: number,
      values: { readonly backgroundPixmap?: number; readonly cursor?: number },
    ): void;
    MapWindow(window: number): void;
    MoveWindow(window: number, x: number, y: number): void;
    DestroyWindow(window: number): void;
    ClearArea(window: number, x: number, y: number, width: number, height: number, exposures: number): void;
    CreatePixmap(pixmap: number, drawable: number, depth: number, width: number, height: number): void;
    FreePixmap(pixmap: number): void;
    CreateGC(context: number, drawable: number, values: object): void;
    PutImage(
      format: number,
      drawable: number,
      context: number,
      width: number,
      height: number,
      x: number,
      y: number,
      leftPad: number,
      depth: number,
      data: Buffer,
    ): void;
  }

  interface Extensions {
    readonly render: Render;
  }

  interface Render {
    readonly rgba32: number;
    CreatePicture(picture: number, drawable: number, format: number, values: object): void;
    CreateCursor(cursor: number, source: number, x: number, y: number): void;
  }
}
