import type { PolicyReply, ResolvedPolicy, ResolvedSetting } from "#contracts/policy.ts";
import { nearest } from "#policy/setting.ts";
import { declarationOf, isSettingName, settingNames } from "#policy/settings.ts";
import { duration } from "#refusals/limits.ts";
import { withAdmin, type Admin } from "./adminSocket.ts";
import { plain } from "./columns.ts";
import type { Outcome, Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { localeOf, shortDateAndTime } from "./shortDateAndTime.ts";

export interface PolicyQuestion {
  readonly user?: string;
  readonly setting?: string;
  readonly without?: string;
}

/** Asks what holds, and tells it, or why there is no answer. */
export function withPolicy(
  given: CommandLine<never>,
  surroundings: Surroundings,
  question: PolicyQuestion,
  tell: (resolved: ResolvedPolicy, admin: Admin) => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  return withAdmin(given, surroundings, async (admin) => {
    const reply = await admin.call("policy", { ...question });
    return reply.is === "resolved" ? tell(reply, admin) : noAnswer(reply, question);
  });
}

/** Why a question about policies has no answer. */
export function noAnswer(
  reply: Exclude<PolicyReply, ResolvedPolicy>,
  { user = "", without = "" }: PolicyQuestion,
): Outcome {
  switch (reply.is) {
    case "denied":
      return { exit: 5, error: `Error [5]:${reply.why} Others' policy is for administrators.\n` };
    case "noUser":
      return { exit: 1, error: `No User exists for ${user}\n` };
    case "noPolicy": {
      const names = reply.names.length === 0 ? "There is none" : `There are: ${reply.names.map(plain).join(", ")}`;
      return { exit: 1, error: `No policy called “${without}” is in force. ${names}.\n` };
    }
  }
}

/** The setting as it is declared, whatever its case; or what to say about a name that is none. */
export function settingCalled(name: string): { readonly name: string } | { readonly wrong: Outcome } {
  const found = isSettingName(name) ? name : settingNames.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return { name: found };
  const meant = nearest(name, settingNames) || ".";
  return { wrong: { exit: 2, error: `${name} is no setting${meant} All: holdfast policy show\n` } };
}

/** Which file is in force, since when, and whether it says something else by now. */
export function standingLines({ standing }: ResolvedPolicy, surroundings: Surroundings): string {
  const { file, inForceSince, changed, problems } = standing;
  const since = shortDateAndTime(inForceSince, { locale: localeOf(surroundings.environment) });
  const first = `In force since ${since}: what ${file} said then.\n`;
  if (0 < problems.length) {
    return `${first}THE FILE IS BROKEN NOW, and cannot be taken up:\n${problems.map((each) => `  ${plain(each)}\n`).join("")}`;
  }
  return changed ? `${first}The file has changed since; to take it up: holdfast restart\n` : first;
}

/** "600000 milliseconds (10 minutes)". */
export function valueWords(name: string, value: string): string {
  if (value === "") return "not set";
  const unit = isSettingName(name) ? declarationOf(name).unit : undefined;
  if (unit === undefined) return plain(value);
  if (unit !== "milliseconds") return `${value} ${unit}`;
  return Number(value) === 0 ? "0 (never)" : `${value} ms (${duration(Number(value))})`;
}

/** "listener, line 3". */
export function placeWords({ source, line }: Pick<ResolvedSetting, "source" | "line">): string {
  return line === undefined ? plain(source) : `${plain(source)}, line ${line}`;
}

/** "ignored: 5 from …, because …", a line each. */
export function ignoredLines(
  { name, ignored, ignoredMore = 0 }: ResolvedSetting,
  options: { readonly all: boolean },
): readonly string[] {
  const told = ignored
    .filter(({ concerns }) => options.all || concerns)
    .map((each) => `ignored: ${valueWords(name, each.value)} of ${placeWords(each)}, because ${plain(each.because)}`);
  return options.all && 0 < ignoredMore ? [...told, `ignored: ${ignoredMore} more`] : told;
}

/** Whether he may sign in, by both doors; nothing for the host. */
export function personLines({ person }: ResolvedPolicy): string {
  if (person === undefined) return "";
  const { user, groups, isAdministrator, signIn, door } = person;
  const lines = [
    `User ${plain(user)}, in the groups ${groups.map(plain).join(", ")}.`,
    `  Sign in      ${may(signIn.may)}: ${plain(signIn.because)}`,
  ];
  if (isAdministrator) lines.push(`  With /admin  ${may(door.may)}: ${plain(door.because)}`);
  return lines.map((line) => `${line}\n`).join("");
}

function may(allowed: boolean): string {
  return allowed ? "may" : "may NOT";
}
