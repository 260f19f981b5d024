import type { SessionId } from "#base/ids.ts";
import type { Refusal } from "#refusals/refusal.ts";

/** What a session is for the counting of seats. */
export interface SeatedSession {
  readonly id: SessionId;
  readonly user: string;
  /** A client is at it (`Active`); otherwise it is `Disc`. */
  readonly isAttached: boolean;
  /** Opened by the administrator's door: it takes no seat. */
  readonly administrative: boolean;
  /** Whoever is at it came by the door: it takes no seat by that. */
  readonly byDoor: boolean;
}

/** A session that is being started and is not among the sessions yet. */
export interface SeatedStart {
  readonly user: string;
  readonly administrative: boolean;
}

export interface SeatRules {
  /** How many may be in use at the same time; Infinity: as many as come. */
  readonly limit: number;
  /** Whether a disconnected session keeps its seat. */
  readonly disconnectedCount: boolean;
  /** Who has a session gets no second one. */
  readonly singleSessionPerUser: boolean;
  /** Whether everybody may end what somebody else has left disconnected, when that frees a seat. */
  readonly usersMayEndDisconnected: boolean;
}

/** Who may open or take up a session now: `change logon`. */
export type LogonMode = "enabled" | "drain" | "drainUntilRestart" | "disabled";

export interface Arriving {
  readonly user: string;
  readonly isAdministrator: boolean;
  /** By `/admin`, or the old `/console`. */
  readonly asksForDoor: boolean;
}

export interface SeatFacts {
  readonly sessions: readonly SeatedSession[];
  readonly starting: readonly SeatedStart[];
  readonly rules: SeatRules;
  /** How many wait for a seat and came before this one. */
  readonly waitingBefore: number;
  readonly logonMode: LogonMode;
  /** What the host is short of, so that only the administrator's door is open: a refusal by its name. */
  readonly shortage: Refusal | undefined;
}

export type SeatDecision =
  /** His own session, which has a seat or gets one now. */
  | { readonly is: "own"; readonly session: SessionId; readonly administrative: boolean }
  /** He has some, and may have several: he chooses, or takes another where `another`. */
  | { readonly is: "several"; readonly sessions: readonly SessionId[]; readonly another: boolean }
  /** A new session. */
  | { readonly is: "free"; readonly administrative: boolean }
  | { readonly is: "full"; readonly used: number; readonly holders: readonly SessionId[] }
  | { readonly is: "refused"; readonly refusal: Refusal };

/**
 * What an arriving user gets, who is who he says he is. Seats are counted from the sessions of this moment. The
 * administrator's door stands outside every limit, drain and shortage.
 */
export function decideSeat(arriving: Arriving, facts: SeatFacts): SeatDecision {
  const own = facts.sessions.filter(({ user }) => user === arriving.user);
  const byDoor = arriving.asksForDoor && arriving.isAdministrator;
  if (!byDoor && facts.logonMode === "disabled") return refused({ code: "HF-SEAT-02" });
  const mayHaveAnother = !facts.rules.singleSessionPerUser;
  if (0 < own.length && mayHaveAnother) {
    return several(own, another(arriving, facts).is === "free");
  }
  const [first] = own;
  if (first !== undefined) {
    // What takes no seat goes on taking none.
    const administrative = byDoor || first.administrative || first.byDoor;
    const keepsItsSeat = administrative || holdsSeat(first, facts.rules);
    return keepsItsSeat || isSeatFree(facts) ? { is: "own", session: first.id, administrative } : full(facts);
  }
  return another(arriving, facts);
}

/** A new session for one who may have one, if there is a seat for it or he comes by the door. */
export function another(arriving: Arriving, facts: SeatFacts): SeatDecision {
  if (arriving.asksForDoor && arriving.isAdministrator) return { is: "free", administrative: true };
  if (facts.logonMode !== "enabled") return refused({ code: "HF-SEAT-03" });
  if (facts.shortage !== undefined) return refused(facts.shortage);
  return isSeatFree(facts) ? { is: "free", administrative: false } : full(facts);
}

/** How many seats are taken, those of sessions being started included. */
export function seatsUsed({ sessions, starting, rules }: Pick<SeatFacts, "sessions" | "starting" | "rules">): number {
  let started = 0;
  for (const each of sessions) if (holdsSeat(each, rules)) started++;
  return started + starting.filter(({ administrative }) => !administrative).length;
}

/** What an arriving user may do about a session that stands in his way, or is his own. */
export type SeatChoice = "returnTo" | "ask" | "disconnect" | "end";

export function choicesAbout(session: SeatedSession, arriving: Arriving, rules: SeatRules): readonly SeatChoice[] {
  const isOwn = session.user === arriving.user;
  const choices: SeatChoice[] = [];
  if (isOwn) choices.push("returnTo");
  else if (session.isAttached) choices.push("ask");
  if (arriving.isAdministrator && session.isAttached && !isOwn && !rules.disconnectedCount) choices.push("disconnect");
  const mayEndDisconnected = rules.usersMayEndDisconnected && !session.isAttached;
  if (isOwn || arriving.isAdministrator || mayEndDisconnected) choices.push("end");
  return choices;
}

function holdsSeat(session: SeatedSession, rules: SeatRules): boolean {
  return !session.administrative && (rules.disconnectedCount || (session.isAttached && !session.byDoor));
}

function isSeatFree(facts: SeatFacts): boolean {
  return seatsUsed(facts) + facts.waitingBefore < facts.rules.limit;
}

function several(own: readonly SeatedSession[], another: boolean): SeatDecision {
  return { is: "several", sessions: own.map(({ id }) => id), another };
}

function full(facts: SeatFacts): SeatDecision {
  const holders = facts.sessions.filter((each) => holdsSeat(each, facts.rules)).map(({ id }) => id);
  return { is: "full", used: seatsUsed(facts), holders };
}

function refused(refusal: Refusal): SeatDecision {
  return { is: "refused", refusal };
}
