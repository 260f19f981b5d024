import type { Refusal } from "#refusals/refusal.ts";
import type { HostSettings } from "./settings.ts";

export type Rights = Pick<HostSettings, "SeRemoteInteractiveLogonRight" | "SeDenyRemoteInteractiveLogonRight">;

export interface RightsQuestion {
  readonly user: string;
  /** By name, the primary one among them. */
  readonly groups: readonly string[];
  readonly isAdministrator: boolean;
  /** He comes with /admin. */
  readonly asksForDoor: boolean;
}

export type RightsDecision =
  | { readonly is: "allowed"; /** A part of a sentence. */ readonly because: string }
  | { readonly is: "refused"; readonly refusal: Refusal };

/**
 * Whether the rights let somebody in whom PAM has let in. Denial counts before permission. The administrator's door is
 * closed by nothing but the denial of an administrator by his own name: a group, or everybody, is denied by mistake too
 * easily.
 */
export function decideRights(
  rights: Rights,
  { user, groups, isAdministrator, asksForDoor }: RightsQuestion,
): RightsDecision {
  const { SeRemoteInteractiveLogonRight: allowed, SeDenyRemoteInteractiveLogonRight: denied } = rights;
  const byDoor = isAdministrator && asksForDoor;
  const denial = matching(denied, user, groups);
  if (denial !== undefined && (!byDoor || denial === user)) {
    return { is: "refused", refusal: { code: "HF-SIGN-12", user, rule: denial } };
  }
  if (byDoor) return { is: "allowed", because: "the administrator's door is outside these rights" };
  if (allowed === undefined) {
    return { is: "allowed", because: "SeRemoteInteractiveLogonRight is not set: everybody may whom PAM lets in" };
  }
  const permission = matching(allowed, user, groups);
  if (permission === undefined)
    return { is: "refused", refusal: { code: "HF-SIGN-13", user, allowed: shown(allowed) } };
  return { is: "allowed", because: `SeRemoteInteractiveLogonRight names “${permission}”` };
}

/** Whether the user's groups matter for the answer. */
export function rightsAskForGroups(rights: Rights): boolean {
  const { SeRemoteInteractiveLogonRight: allowed = [], SeDenyRemoteInteractiveLogonRight: denied } = rights;
  return [...allowed, ...denied].some((each) => each.startsWith("@"));
}

/** The name that fits: the user's own before a group's, and that before everybody's. */
function matching(names: readonly string[], user: string, groups: readonly string[]): string | undefined {
  if (names.includes(user)) return user;
  const group = names.find((each) => each.startsWith("@") && groups.includes(each.slice(1)));
  return group ?? names.find((each) => each === "*");
}

function shown(names: readonly string[]): string {
  if (names.length === 0) return "nobody";
  const first = names.slice(0, shownNames).join(", ");
  return shownNames < names.length ? `${first} and ${names.length - shownNames} more` : first;
}

const shownNames = 5;
