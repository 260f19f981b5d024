import type { PamRule } from "./pamRules.ts";

/**
 * The rule for which everybody is refused whatever the other modules say: a pam_deny.so that every way through the
 * rules of this kind comes to. undefined: somebody can pass, or it is not for one rule alone. pam.conf(5)
 */
export function deniesEverybody(rules: readonly PamRule[], kind: string): PamRule | undefined {
  const own = rules.filter((rule) => rule.kind === kind);
  if (own.length === 0 || canPass(own, undefined)) return undefined;
  return own.find((rule) => isDenial(rule) && canPass(own, rule));
}

/** Whether any answers of the modules lead to a yes; `left` is taken for one that says nothing. */
function canPass(rules: readonly PamRule[], left: PamRule | undefined): boolean {
  const seen = new Set<string>();
  const from = (index: number, impression: Impression): boolean => {
    const rule = rules[index];
    if (rule === undefined) return impression === "positive";
    if (seen.has(`${index} ${impression}`)) return false;
    seen.add(`${index} ${impression}`);
    return (rule === left ? (["ignore"] as const) : answersOf(rule)).some((answer) => {
      const action = actionOf(rule.control, answer);
      const success = answer === "success";
      if (action === "die") return false;
      if (action === "bad") return from(index + 1, "negative");
      if (action === "ignore" || answer === "ignore") return from(index + 1, impression);
      const next: Impression = impression === "none" ? (success ? "positive" : "negative") : impression;
      if (action === "done") return next === "positive";
      return from(index + 1 + (Number(action) || 0), next);
    });
  };
  return from(0, "none");
}

function answersOf(rule: PamRule): readonly Answer[] {
  if (isDenial(rule)) return ["failure"];
  return /(?:^|\/)pam_permit\.so$/u.test(rule.module) ? ["success"] : ["success", "failure", "ignore"];
}

function isDenial({ module }: PamRule): boolean {
  return /(?:^|\/)pam_deny\.so$/u.test(module);
}

/** "ok", "done", "bad", "die", "ignore", or how many rules are jumped over. */
function actionOf(control: string, answer: Answer): string {
  const named = words[control];
  if (named !== undefined) return named[answer];
  const pairs = new Map([...control.matchAll(/(\w+)=(\w+)/gu)].map(([, value = "", action = ""]) => [value, action]));
  // Of many ways to fail only the usual one is thought of.
  return pairs.get(answer) ?? pairs.get("default") ?? (answer === "ignore" ? "ignore" : "bad");
}

type Answer = "success" | "failure" | "ignore";
type Impression = "none" | "positive" | "negative";

/** pam.conf(5): the words are short for these. */
const words: Readonly<Partial<Record<string, Readonly<Record<Answer, string>>>>> = {
  required: { success: "ok", failure: "bad", ignore: "ignore" },
  requisite: { success: "ok", failure: "die", ignore: "ignore" },
  sufficient: { success: "done", failure: "ignore", ignore: "ignore" },
  binding: { success: "done", failure: "bad", ignore: "ignore" },
  optional: { success: "ok", failure: "ignore", ignore: "ignore" },
};
