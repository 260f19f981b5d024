import { adminSocketPath } from "./adminSocketPath.ts";
import { command } from "./command.ts";

export const testSignin = command({
  name: "test signin",
  group: "look",
  summary: "Signs a user in on this host, step by step without RDP and then with it: is it RDP, or is it the host?",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: { user: { takes: "NAME", means: "Who signs in; the password is asked for, see below." } },
  details: [
    "Without RDP and beside the service: PAM, a session, its X server, its desktop and the first picture. Then the same " +
      "over RDP, at this host's own address. Each step stands next to its usual time, the median of the last 50 tests " +
      "here; one that takes more than twice as long is slow.",
    "Both sessions are ended afterwards. One that the user has already is left alone, and RDP is not tried then. His " +
      "desktop runs twice in that case: programs that may run only once say so.",
    "The password is typed at the terminal and not shown, or is the first line of standard input. It counts as a " +
      "sign-in for PAM: wrong ones may lock the account.",
  ],
  examples: [
    { line: "holdfast test signin --user bob", does: "asks for bob's password" },
    { line: "holdfast test signin --user probe --json < password.txt", does: "for a monitor" },
  ],
  exits: {
    0: "the user can sign in, as fast as usual",
    1: "it fails, or is slow, or shows an empty screen",
    2: "wrong usage or configuration",
    5: "denied: this needs root (or yourself, in single-user mode), or the host refuses the user",
  },
  json:
    '{"user":"bob","at":"2026-11-20T21:15:00.000Z","result":"good","culprit":"nowhere","summary":"…","remedy":null,' +
    '"earlierTests":12,"steps":[{"where":"host","step":"pam","outcome":"ok","ms":118,"usualMs":120,"slow":false,' +
    '"says":"…","remedy":null}],"rdpLeft":null}',
  run: async (given, surroundings) => {
    const user = given.values("user").at(-1) ?? "";
    if (user === "") return { exit: 2, error: "Who signs in? --user NAME\nMore: holdfast test signin --help\n" };
    if (surroundings.userId !== 0 && user !== surroundings.userName) {
      return { exit: 5, error: "Error [5]:Access is denied.\nOnly root may sign others in for a test.\n" };
    }
    const password = await surroundings.askSecret(`Password of ${user}: `);
    if (password === undefined || password === "") {
      return { exit: 1, error: "There was no password: nobody was signed in.\n" };
    }
    const adminSocket = adminSocketPath(given.folders, surroundings);
    return surroundings.testSignIn({ folders: given.folders, adminSocket, user, password, json: given.json });
  },
});
