import type { Shape } from "#base/shape/shape.ts";
import type { ErrorInfoName } from "./errorInfoNumbers.ts";

/** What stands behind a "no": the one thing to look at, by its kind and its name. */
export interface CulpritWords {
  readonly is: keyof typeof culpritKinds;
  readonly name: string;
}

/** Each kind as it is called before its name. */
export const culpritKinds = {
  setting: "the setting",
  order: "the administrator's order",
  program: "the program",
  file: "the rules in",
  account: "the account",
  person: "an act of",
  client: "the client:",
  network: "the network:",
} as const;

/** Who can do something about it. */
export type Helper = "you" | "administrator";

/** One reason for which the product says no. Codes are never reused. */
export interface CatalogueEntry<Facts> {
  readonly facts: Shape<Facts>;
  readonly title: string;
  readonly explain: (facts: Facts) => string;
  /** Whose limit, rule, program or deed it is. */
  readonly culprit: (facts: Facts) => CulpritWords;
  readonly remedy: string;
  /** Who can follow the remedy. */
  readonly helpers: readonly [Helper, ...Helper[]];
  /** The Set Error Info code (MS-RDPBCGR 2.2.5.1.1) that comes nearest. */
  readonly tell: ErrorInfoName;
}

export function entry<Facts>(declared: CatalogueEntry<Facts>): CatalogueEntry<Facts> {
  return declared;
}
