import type { Shape, ShapeValue } from "#base/shape/shape.ts";
import type { Milliseconds } from "#base/units.ts";

/** The form of any contract; `contracts/contract.ts` is where they are declared. */
export interface ContractForm {
  readonly name: string;
  readonly version: number;
  readonly oldest: number;
  readonly calls: Readonly<Record<string, CallForm>>;
  readonly serverNews: NewsForm;
  readonly clientNews: NewsForm;
}

interface CallForm {
  readonly request: Shape<any>;
  readonly reply: Shape<any>;
  readonly deadline: Milliseconds;
}
type NewsForm = Readonly<Record<string, Shape<any>>>;

export type CallName<C extends ContractForm> = keyof C["calls"] & string;
export type RequestTo<C extends ContractForm, K extends CallName<C>> = ShapeValue<C["calls"][K]["request"]>;
export type ReplyFrom<C extends ContractForm, K extends CallName<C>> = ShapeValue<C["calls"][K]["reply"]>;

/** One function per piece of news. */
export type NewsHandlers<N extends NewsForm> = { readonly [K in keyof N & string]: (value: ShapeValue<N[K]>) => void };
/** Tells one piece of news. After the end of the socket it does nothing. */
export type Tell<N extends NewsForm> = <K extends keyof N & string>(name: K, value: ShapeValue<N[K]>) => void;
