import { dirname } from "node:path";
import type { LogonMode } from "#policy/seats.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { UserBudget } from "#system/budget/userBudget.ts";
import type { Clock } from "#system/clock.ts";
import { readHostRoom } from "#system/hostRoom.ts";
import type { Log } from "#system/log.ts";
import { systemUsers, type User } from "#system/users.ts";
import type { Keepers } from "./keepers.ts";
import type { LicenceOffice } from "./licenceOffice.ts";
import { OpenSessions } from "./openSession.ts";
import type { ReconnectCookies } from "./reconnectCookies.ts";
import type { Registry } from "./registry.ts";
import { SeatChoices } from "./seatChoices.ts";
import { Seats } from "./seats.ts";
import type { SessionMessages } from "./sessionMessages.ts";
import { SessionStarts } from "./sessionStarts.ts";
import type { SignedIn, Tokens } from "./tokens.ts";
import type { UserPolicies } from "./userPolicies.ts";

/** The way from a sign-in to a session: seats, the choice when there is none, new sessions. */
export function sessionsWithSeats(parts: {
  readonly registry: Registry;
  readonly keepers: Keepers;
  readonly tokens: Tokens<SignedIn>;
  readonly cookies: ReconnectCookies;
  readonly messages: SessionMessages;
  readonly settings: HostSettings;
  readonly userPolicies: UserPolicies;
  readonly logonMode: () => LogonMode;
  readonly licences: LicenceOffice;
  /** Absent in single-user mode. */
  readonly connectionGid: number | undefined;
  readonly budget: UserBudget | undefined;
  readonly randomHex: (bytes: number) => string;
  readonly clock: Clock;
  readonly log: Log;
}): { readonly openSessions: OpenSessions; readonly seats: Seats } {
  const { registry, keepers, tokens, cookies, messages, connectionGid, randomHex, clock, log } = parts;
  const settings = () => parts.settings;
  const seats = new Seats({
    registry,
    settings,
    room: () => readHostRoom(dirname(keepers.folder)),
    logonMode: parts.logonMode,
    now: clock.now,
    wallTime: clock.wallTime,
  });
  const openSessions = new OpenSessions({
    registry,
    tokens,
    seats,
    choices: new SeatChoices({ registry, seats, messages, settings, log }),
    starts: new SessionStarts({ keepers, settings: parts.settings, connectionGid, budget: parts.budget, log }),
    licences: parts.licences,
    isAdministrator: (user) => isAdministrator(user, parts.settings.Administrators),
    settings: parts.settings,
    userPolicies: parts.userPolicies,
    cookies,
    randomHex,
  });
  return { openSessions, seats };
}

/** Root, the one user of single-user mode, and the members of the group. Throws LookupFailed. */
export async function isAdministrator(user: User, group: string): Promise<boolean> {
  return user.uid === 0 || user.uid === process.getuid?.() || systemUsers.isMember(user, group);
}
