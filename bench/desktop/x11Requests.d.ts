/** What the workloads call of the npm package `x11`, besides what the product and the tests call of it. */
import "x11";

declare module "x11" {
  interface Client {
    CopyArea(
      source: number,
      target: number,
      context: number,
      sourceX: number,
      sourceY: number,
      targetX: number,
      targetY: number,
      width: number,
      height: number,
    ): void;
    PolyFillRectangle(drawable: number, context: number, coordinates: readonly number[]): void;
    QueryTree(window: number, answer: Answer<{ readonly children: readonly number[] }>): void;
    SetInputFocus(window: number, revertTo: number): void;
  }

  interface Render {
    readonly rgb24: number;
    readonly PictOp: { readonly Over: number };
    /** Each part from 0 to 1. */
    CreateSolidFill(picture: number, red: number, green: number, blue: number, alpha: number): void;
    FreePicture(picture: number): void;
    Composite(
      operation: number,
      source: number,
      mask: number,
      target: number,
      sourceX: number,
      sourceY: number,
      maskX: number,
      maskY: number,
      targetX: number,
      targetY: number,
      width: number,
      height: number,
    ): void;
  }
}
