import { declarationOf, isSettingName } from "#policy/settings.ts";
import { command } from "./command.ts";
import {
  ignoredLines,
  personLines,
  placeWords,
  settingCalled,
  standingLines,
  valueWords,
  withPolicy,
} from "./policyReply.ts";

export const policyWhy = command({
  name: "policy why",
  group: "policy",
  summary: "Says why a setting has its value: what counts, and why everything else does not",
  operands: "SETTING [USER]",
  operandCount: { from: 1, to: 2 },
  switches: {},
  details: [
    "Of several user policies that give it, the one that names the user counts before one that names a group of his, " +
      "and that before one for everybody; among equals the one that stands first in the file. So a user in two groups " +
      "with different limits has those of the policy that stands first.",
  ],
  examples: [
    { line: "holdfast policy why MaxIdleTime anna", does: "why is she disconnected?" },
    { line: "holdfast policy why SeDenyRemoteInteractiveLogonRight bob", does: "may he sign in?" },
  ],
  exits: {
    0: "shown",
    1: "there is no such user, or the service is not running",
    2: "wrong usage, or no such setting",
    5: "denied: only administrators ask about others",
  },
  json: '{"name":"MaxIdleTime","value":"600000","source":"listener","line":2,"kind":"listener","ignored":[],"person":null}',
  run: async (given, surroundings) => {
    const [asked = "", user] = given.operands;
    const called = settingCalled(asked);
    if ("wrong" in called) return called.wrong;
    const { name } = called;
    const question = { setting: name, ...(user === undefined ? {} : { user }) };
    return withPolicy(given, surroundings, question, (resolved) => {
      const [setting] = resolved.settings;
      if (setting === undefined)
        return { exit: 1, error: `The service does not know ${name}: it is of another version\n` };
      const { person = null } = resolved;
      if (given.json) return { exit: 0, out: `${JSON.stringify({ ...setting, person })}\n` };
      const means = isSettingName(name) ? [`  ${declarationOf(name).means}`] : [];
      const right = name.startsWith("Se") ? personLines(resolved) : "";
      const lines = [
        `${name} is ${valueWords(name, setting.value)}${person === null ? "" : ` for ${person.user}`}.`,
        `  It comes from: ${placeWords(setting)}.`,
        ...ignoredLines(setting, { all: true }).map((line) => `  ${line}.`),
        ...means,
      ];
      const told = lines.map((line) => `${line}\n`).join("");
      return { exit: 0, out: `${told}${right}${standingLines(resolved, surroundings)}` };
    });
  },
});
