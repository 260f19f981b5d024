import { object, text, type Shape, type ShapeValue } from "#base/shape/shape.ts";
import { ShapeError } from "#base/shape/shape.ts";
import { catalogue } from "./catalogue.ts";

export type RefusalCode = keyof typeof catalogue;

/** A "no": its code and the facts that its words are made of. */
export type Refusal = {
  readonly [Code in RefusalCode]: { readonly code: Code } & ShapeValue<(typeof catalogue)[Code]["facts"]>;
}[RefusalCode];

/** A refusal in words, for a screen, a log or a terminal. */
export interface RefusalWords {
  readonly code: RefusalCode;
  readonly title: string;
  /** What happened, with the numbers. */
  readonly explanation: string;
  /** What to do next, and who can. */
  readonly remedy: string;
  /**
   * The name of the Set Error Info code (MS-RDPBCGR 2.2.5.1.1) that comes nearest; never zero, since clients would
   * retry.
   */
  readonly errorInfo: string;
}

export function explain(refusal: Refusal): RefusalWords {
  const entry = catalogue[refusal.code];
  const say: (facts: never) => string = entry.explain;
  return {
    code: refusal.code,
    title: entry.title,
    explanation: say(refusal as never),
    remedy: entry.remedy,
    errorInfo: entry.tell,
  };
}

/** Refusals as they travel between processes. */
export const refusalShape: Shape<Refusal> = {
  parse: (value, path = "") => {
    const { code } = object({ code: text }).parse(value, path);
    if (!isRefusalCode(code)) throw new ShapeError(`${path}.code`, "a code of the catalogue");
    const facts: Shape<object> = catalogue[code].facts;
    return { ...facts.parse(value, path), code } as Refusal;
  },
};

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(catalogue, code);
}
