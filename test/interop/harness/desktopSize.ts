import { sameSize, type Size } from "../../../src/base/geometry.ts";
import { eventually } from "./eventually.ts";
import type { InsideSession } from "./session.ts";

/** Waits until the session's screen has this size. */
export function becomesSize(
  inside: InsideSession,
  size: Size,
  options: { readonly within?: number } = {},
): Promise<void> {
  return eventually(`the desktop is ${nameOf(size)}`, async () => sameSize(await inside.size(), size), options);
}

export function nameOf({ width, height }: Size): string {
  return `${width}×${height}`;
}
