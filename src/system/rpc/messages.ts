import { anything, integer, object, optional, text, type ShapeValue } from "#base/shape/shape.ts";

const count = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** The first line of each side. */
export const helloShape = object({ hello: text, version: count, oldest: count });
export type Hello = ShapeValue<typeof helloShape>;

/** Every later line: a call, its reply or refusal, or news. Exactly one of `call`, `reply` and `news` is there. */
export const messageShape = object({
  call: optional(text),
  /** The call's number, chosen by the caller. */
  id: optional(count),
  /** The number of the call that this answers. */
  reply: optional(count),
  refused: optional(object({ code: text, message: text })),
  news: optional(text),
  /** The request, the reply or the news, by the contract. */
  value: optional(anything),
});
export type Message = ShapeValue<typeof messageShape>;
