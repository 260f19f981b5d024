import { object, text, type Shape, type ShapeValue } from "#base/shape/shape.ts";
import { ShapeError } from "#base/shape/shape.ts";
import { catalogue } from "./catalogue.ts";
import { culpritKinds, type CulpritWords, type Helper } from "./entry.ts";
import { errorInfoNumbers, type ErrorInfoName } from "./errorInfoNumbers.ts";

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
  /** What to look at: whose limit, rule, program or deed it is. */
  readonly culprit: CulpritWords;
  /** What to do next. */
  readonly remedy: string;
  /** Who can. */
  readonly helpers: readonly Helper[];
  /**
   * The name of the Set Error Info code (MS-RDPBCGR 2.2.5.1.1) that comes nearest; never zero, since clients would
   * retry.
   */
  readonly errorInfo: ErrorInfoName;
  /** Its number. */
  readonly reason: number;
}

export function explain(refusal: Refusal): RefusalWords {
  const entry = catalogue[refusal.code];
  const say: (facts: never) => string = entry.explain;
  const blame: (facts: never) => CulpritWords = entry.culprit;
  return {
    code: refusal.code,
    title: entry.title,
    explanation: say(refusal as never),
    culprit: blame(refusal as never),
    remedy: entry.remedy,
    helpers: entry.helpers,
    errorInfo: entry.tell,
    reason: errorInfoNumbers[entry.tell],
  };
}

/** "the setting MaxInstanceCount". */
export function culpritSentence({ is, name }: CulpritWords): string {
  return `${culpritKinds[is]} ${name}`;
}

/** "you, or the administrator". */
export function helpersSentence(helpers: readonly Helper[]): string {
  return helpers.map((each) => (each === "you" ? "you" : "the administrator")).join(", or ");
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
