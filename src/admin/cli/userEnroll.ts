import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { userOutcome } from "./userOrder.ts";

export const userEnroll = command({
  name: "user enroll",
  group: "people",
  summary: "Lets a user sign in by Network Level Authentication (NLA)",
  operands: "NAME",
  operandCount: { from: 1, to: 1 },
  switches: {},
  details: [
    "Asks for the user's password, without showing it; when standard input is no terminal, its first line is the " +
      "password. The service has PAM check it, and keeps its NT hash, which NLA needs. Administrators may do it for " +
      "everybody, others for themselves.",
  ],
  examples: [
    { line: "holdfast user enroll bob", does: "asks for bob's password" },
    { line: "holdfast user enroll bob < password.txt", does: "takes it from a file" },
  ],
  exits: {
    0: "done",
    1: "no such user, a wrong password, or the service is not running",
    2: "wrong usage",
    5: "denied: only administrators enrol others",
  },
  json: '{"user":"bob","result":"done"}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const [user = ""] = given.operands;
      const password = await surroundings.askSecret(`Password of ${user}: `);
      if (password === undefined || password === "") {
        return { exit: 1, error: "There was no password: nothing was changed.\n" };
      }
      return userOutcome(user, await admin.call("enroll", { user, password }), {
        json: given.json,
        done: `${user} can sign in by NLA now.`,
        none: `No User exists for ${user}`,
        undone: `enrol ${user}`,
      });
    }),
});
