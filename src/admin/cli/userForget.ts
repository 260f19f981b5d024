import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { userOutcome } from "./userOrder.ts";

export const userForget = command({
  name: "user forget",
  group: "people",
  summary: "Forgets what NLA needs of a user; he signs in on the screen then",
  operands: "NAME",
  operandCount: { from: 1, to: 1 },
  switches: {},
  details: ["Removes the NT hash that `user enroll`, or a sign-in, has left. The user's sessions go on."],
  examples: [{ line: "holdfast user forget bob", does: "removes bob's NT hash" }],
  exits: {
    0: "done",
    1: "this user is not enrolled, or the service is not running",
    2: "wrong usage",
    5: "denied: only administrators do it for others",
  },
  json: '{"user":"bob","result":"done"}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const [user = ""] = given.operands;
      return userOutcome(user, await admin.call("forget", { user }), {
        json: given.json,
        done: `${user} is forgotten: NLA is not offered to this user any more.`,
        none: `No User exists for ${user}`,
        undone: `forget ${user}`,
      });
    }),
});
