import type { Shape } from "#base/shape/shape.ts";

/** One reason for which the product says no. Codes are never reused. */
export interface CatalogueEntry<Facts> {
  readonly facts: Shape<Facts>;
  readonly title: string;
  readonly explain: (facts: Facts) => string;
  readonly remedy: string;
  readonly tell: string;
}

export function entry<Facts>(declared: CatalogueEntry<Facts>): CatalogueEntry<Facts> {
  return declared;
}
