import type { OrderReply } from "#contracts/admin.ts";
import type { Outcome } from "./command.ts";

/** What became of an order about a user, in words or as JSON. */
export function userOutcome(
  user: string,
  reply: OrderReply,
  options: { readonly json: boolean; readonly done: string; readonly none: string; readonly undone: string },
): Outcome {
  const words = userWords(reply, options);
  if (!options.json) return words;
  const why = "why" in reply ? { why: reply.why } : {};
  return { ...words, out: `${JSON.stringify({ user, result: reply.is, ...why })}\n` };
}

function userWords(
  reply: OrderReply,
  options: { readonly done: string; readonly none: string; readonly undone: string },
): Outcome {
  switch (reply.is) {
    case "done":
      return { exit: 0, out: `${options.done}\n` };
    case "none":
      return { exit: 1, error: `${options.none}\n` };
    case "denied":
      return { exit: 5, error: `Could not ${options.undone}, Error code 5\nError [5]:${reply.why}\n` };
    case "failed":
      return { exit: 1, error: `Could not ${options.undone}: ${reply.why}\n` };
  }
}
