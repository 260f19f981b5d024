import { object, type Shape, type ShapeValue } from "#base/shape/shape.ts";
import type { Milliseconds } from "#base/units.ts";

/** A question with an answer, asked by the client of a contract. */
export interface Call<Request, Reply> {
  readonly request: Shape<Request>;
  readonly reply: Shape<Reply>;
  /** How long the client waits; then the call has failed. Part of the contract: both sides plan with it. */
  readonly deadline: Milliseconds;
}

/** Something that one side tells the other without an answer. */
export type News = Shape<unknown>;

type Calls = Readonly<Record<string, Call<any, any>>>;
type NewsTable = Readonly<Record<string, News>>;

/**
 * What two processes say to each other over one Unix stream socket, declared once. The *server* is the side that
 * listens. Messages are JSON, one a line (`system/rpc/`).
 */
export interface Contract<C extends Calls = Calls, S extends NewsTable = NewsTable, N extends NewsTable = NewsTable> {
  readonly name: string;
  /** Raised when a message changes its meaning; members may be added without. */
  readonly version: number;
  /** The oldest peer's version that this side still understands. */
  readonly oldest: number;
  readonly calls: C;
  /** What the server tells its clients. */
  readonly serverNews: S;
  /** What a client tells the server. */
  readonly clientNews: N;
}

export function contract<const C extends Calls, const S extends NewsTable, const N extends NewsTable>(
  declared: Contract<C, S, N>,
): Contract<C, S, N> {
  return declared;
}

export function call<Request, Reply>(
  deadline: Milliseconds,
  request: Shape<Request>,
  reply: Shape<Reply>,
): Call<Request, Reply> {
  return { deadline, request, reply };
}

export type RequestOf<C> = C extends { readonly request: Shape<infer Request> } ? Request : never;
export type ReplyOf<C> = C extends { readonly reply: Shape<infer Reply> } ? Reply : never;
export type NewsOf<T extends NewsTable, K extends keyof T> = ShapeValue<T[K]>;

export const nothing = object({});
