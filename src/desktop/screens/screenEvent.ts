import type { Point } from "#base/geometry.ts";
import type { Key, LockKeys } from "../desktop.ts";

/** What the client's user does while a screen is shown. */
export type ScreenEvent =
  | { readonly is: "key"; readonly key: Key; readonly down: boolean }
  /** A character without a key, as tablets and phones send it: one code point. */
  | { readonly is: "character"; readonly codePoint: number; readonly down: boolean }
  | { readonly is: "pointer"; readonly at: Point; readonly pressed: "left" | "other" | undefined }
  | { readonly is: "locks"; readonly locks: LockKeys };
