import { command } from "./command.ts";
import { ignoredLines, personLines, placeWords, standingLines, valueWords, withPolicy } from "./policyReply.ts";

export const policyShow = command({
  name: "policy show",
  group: "policy",
  summary: "Shows every setting that counts, where it comes from, and what it has overridden",
  operands: "[USER]",
  operandCount: { from: 0, to: 1 },
  switches: { set: { means: "Leave out what nobody has set." } },
  details: [
    "Without a user: what holds for the host. With one: what holds for him, by his groups too, and whether he may sign " +
      "in. A computer policy counts before a user policy, that before the listener's own settings, those before the " +
      "user's account, and that before the default.",
    "It shows what is in force, and says so when the file says something else by now, or is broken. Everybody may ask " +
      "about himself and the host; administrators about all.",
  ],
  examples: [
    { line: "holdfast policy show", does: "the host's settings" },
    { line: "holdfast policy show anna /set", does: "what was set for her, and by whom" },
  ],
  exits: {
    0: "shown",
    1: "there is no such user, or the service is not running",
    2: "wrong usage",
    5: "denied: only administrators ask about others",
  },
  json:
    '{"standing":{"file":"/etc/holdfast/holdfast.toml","inForceSince":1795239300000,"changed":false,"problems":[]},' +
    '"person":{"user":"anna","groups":["anna"],"isAdministrator":false,"signIn":{"may":true,"because":"…"},"door":{"may":false,"because":"…"}},' +
    '"settings":[{"name":"MaxIdleTime","value":"600000","source":"user policy “office” (group office)","line":7,"kind":"userPolicy",' +
    '"ignored":[{"value":"0","source":"listener","line":2,"because":"a user policy counts before the listener","concerns":true}]}]}',
  run: (given, surroundings) => {
    const [user] = given.operands;
    return withPolicy(given, surroundings, user === undefined ? {} : { user }, (resolved) => {
      const settings = resolved.settings.filter(({ kind }) => !given.has("set") || kind !== "default");
      if (given.json) {
        const { standing, person } = resolved;
        return { exit: 0, out: `${JSON.stringify({ standing, person, settings })}\n` };
      }
      const rows = settings.flatMap((each) => [
        ` ${each.name.padEnd(nameWidth)} ${valueWords(each.name, each.value).padEnd(valueWidth)} ${placeWords(each)}`,
        ...ignoredLines(each, { all: false }).map((line) => `   ${line}`),
      ]);
      const header = ` ${"SETTING".padEnd(nameWidth)} ${"VALUE".padEnd(valueWidth)} SOURCE`;
      const table = [header, ...rows].map((line) => `${line.trimEnd()}\n`).join("");
      return { exit: 0, out: `${standingLines(resolved, surroundings)}${personLines(resolved)}\n${table}` };
    });
  },
});

const nameWidth = 33;
const valueWidth = 32;
