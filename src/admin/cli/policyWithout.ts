import type { ResolvedPolicy, ResolvedSetting } from "#contracts/policy.ts";
import { command, type Outcome } from "./command.ts";
import { noAnswer, placeWords, settingCalled, valueWords, withPolicy, type PolicyQuestion } from "./policyReply.ts";

export const policyWithout = command({
  name: "policy without",
  group: "policy",
  summary: "Says what would change if one policy were not there; nothing is changed",
  operands: "NAME [-- QUESTION…]",
  operandCount: { from: 1, to: 6 },
  switches: {},
  details: [
    "QUESTION is one of: show [USER]; why SETTING [USER]; may USER sign in. Without a question: show. NAME is the name of " +
      "a computer policy or a user policy; where both are called so, both are left out.",
    "It answers what an administrator would else find out by taking policies away one by one.",
  ],
  examples: [
    { line: "holdfast policy without office", does: "what does it do on this host?" },
    { line: "holdfast policy without office -- why MaxIdleTime anna", does: "is it this policy that disconnects her?" },
    { line: "holdfast policy without lab -- may bob sign in", does: "is it this policy that keeps him out?" },
  ],
  exits: {
    0: "something would change",
    1: "nothing would change, or there is no such policy or user, or the service is not running",
    2: "wrong usage",
    5: "denied: only administrators ask about others",
  },
  json:
    '{"without":"office","changes":[{"name":"MaxIdleTime","now":"600000","without":"0","source":"default"}],' +
    '"signIn":{"now":true,"without":true}}',
  run: async (given, surroundings) => {
    const [without = "", ...words] = given.operands;
    const question = questionIn(words);
    if ("wrong" in question) return question.wrong;
    return withPolicy(given, surroundings, question.asked, async (now, admin) => {
      const asked = { ...question.asked, without };
      const then = await admin.call("policy", asked);
      if (then.is !== "resolved") return noAnswer(then, asked);
      return compare(now, then, { without, about: question.about, json: given.json });
    });
  },
});

interface Question {
  readonly asked: PolicyQuestion;
  readonly about: "settings" | "signIn" | "both";
}

function questionIn(words: readonly string[]): Question | { readonly wrong: Outcome } {
  const [first = "show", second, third, fourth] = words;
  const word = first.toLowerCase();
  if (word === "show" && words.length <= 2) {
    return second === undefined ? { asked: {}, about: "settings" } : { asked: { user: second }, about: "both" };
  }
  if (word === "why" && second !== undefined && words.length <= 3) {
    const called = settingCalled(second);
    if ("wrong" in called) return called;
    return { asked: { setting: called.name, ...(third === undefined ? {} : { user: third }) }, about: "settings" };
  }
  const isMay = word === "may" && `${third} ${fourth}`.toLowerCase() === "sign in" && words.length === 4;
  if (isMay && second !== undefined) return { asked: { user: second }, about: "signIn" };
  return {
    wrong: { exit: 2, error: "Ask one of: show [USER]   why SETTING [USER]   may USER sign in\n" },
  };
}

function compare(
  now: ResolvedPolicy,
  then: ResolvedPolicy,
  { without, about, json }: { readonly without: string; readonly about: Question["about"]; readonly json: boolean },
): Outcome {
  const changes = about === "signIn" ? [] : changedSettings(now.settings, then.settings);
  const signIn = about === "settings" ? undefined : changedSignIn(now, then);
  const differs = 0 < changes.length || signIn?.differs === true;
  const exit = differs ? 0 : 1;
  if (json) {
    const told = changes.map(({ before, after }) => {
      return { name: before.name, now: before.value, without: after.value, source: after.source };
    });
    const may = signIn === undefined ? null : { now: signIn.now, without: signIn.without };
    return { exit, out: `${JSON.stringify({ without, changes: told, signIn: may })}\n` };
  }
  const lines = [
    ...changes.map(
      ({ before, after }) =>
        `${before.name}: ${valueWords(before.name, before.value)} (${placeWords(before)}) would be ` +
        `${valueWords(after.name, after.value)} (${placeWords(after)})`,
    ),
    ...(signIn === undefined ? [] : signIn.lines),
  ];
  const head = differs ? `Without “${without}”:` : `Without “${without}” nothing of this would change.`;
  return { exit, out: [head, ...lines.map((line) => `  ${line}`)].map((line) => `${line}\n`).join("") };
}

/** Where another value counts; that it comes from elsewhere alone changes nothing for anybody. */
function changedSettings(now: readonly ResolvedSetting[], then: readonly ResolvedSetting[]) {
  return now.flatMap((before) => {
    const after = then.find(({ name }) => name === before.name);
    return after === undefined || after.value === before.value ? [] : [{ before, after }];
  });
}

function changedSignIn({ person: now }: ResolvedPolicy, { person: then }: ResolvedPolicy) {
  if (now === undefined || then === undefined) return undefined;
  const differs = now.signIn.may !== then.signIn.may || now.door.may !== then.door.may;
  const lines =
    now.signIn.may === then.signIn.may
      ? [`${now.user} ${say(now.signIn.may)} sign in, with it and without it: ${then.signIn.because}`]
      : [
          `${now.user} ${say(now.signIn.may)} sign in now: ${now.signIn.because}`,
          `${now.user} ${say(then.signIn.may)} sign in then: ${then.signIn.because}`,
        ];
  const door =
    now.door.may === then.door.may
      ? []
      : [`With /admin ${now.user} ${say(now.door.may)} now, and ${say(then.door.may)} then.`];
  return { now: now.signIn.may, without: then.signIn.may, differs, lines: [...lines, ...door] };
}

function say(may: boolean): string {
  return may ? "may" : "may not";
}
