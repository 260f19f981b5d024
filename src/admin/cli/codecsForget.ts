import type { OrderReply } from "#contracts/admin.ts";
import { withAdmin } from "./adminSocket.ts";
import { command, type Outcome } from "./command.ts";

export const codecsForget = command({
  name: "codecs forget",
  group: "act",
  summary: "Forgets what a client has rejected: from its next connection it is sent everything again",
  operands: "CLIENT|*",
  operandCount: { from: 1, to: 1 },
  switches: {},
  details: ["CLIENT is its name, or its address, as in codecs; * means all of them."],
  examples: [
    { line: "holdfast codecs forget DESK-7", does: "after it has got another graphics driver, say" },
    { line: "holdfast codecs forget '*'", does: "all clients" },
  ],
  exits: {
    0: "done",
    1: "nothing is remembered of such a client, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"order":"forgetCodecs","client":"DESK-7","result":"done"}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const [client = ""] = given.operands;
      const reply = await admin.call("forgetRejectedCodecs", { client });
      if (!given.json) return outcome(reply, client);
      const why = "why" in reply ? { why: reply.why } : {};
      const out = `${JSON.stringify({ order: "forgetCodecs", client, result: reply.is, ...why })}\n`;
      return { exit: outcome(reply, client).exit, out };
    }),
});

function outcome(reply: OrderReply, client: string): Outcome {
  switch (reply.is) {
    case "done":
      return { exit: 0 };
    case "none":
      return { exit: 1, error: `Nothing is remembered of a client “${client}”: holdfast codecs lists them\n` };
    case "denied":
      return { exit: 5, error: `${reply.why}\n` };
    case "failed":
      return { exit: 1, error: `It was not forgotten: ${reply.why}\n` };
  }
}
