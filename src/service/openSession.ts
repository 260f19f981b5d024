import { setTimeout as delay } from "node:timers/promises";
import type { SessionId } from "#base/ids.ts";
import type { RequestOf, ReplyOf } from "#contracts/contract.ts";
import type { SessionEnd } from "#contracts/keeper.ts";
import type { SeatOffer, serviceContract } from "#contracts/service.ts";
import { orderedBy } from "#contracts/sessionEndRefusal.ts";
import type { Arriving } from "#policy/seats.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { User } from "#system/users.ts";
import type { LicenceOffice } from "./licenceOffice.ts";
import { isSameClient } from "./reconnect.ts";
import type { ReconnectCookies } from "./reconnectCookies.ts";
import type { KnownSession, Registry } from "./registry.ts";
import type { SeatChoices } from "./seatChoices.ts";
import type { Seats } from "./seats.ts";
import type { SessionStarts } from "./sessionStarts.ts";
import type { SignedIn, Tokens } from "./tokens.ts";
import type { UserPolicies } from "./userPolicies.ts";

type Calls = (typeof serviceContract)["calls"];
type Request = RequestOf<Calls["openSession"]>;
type Reply = ReplyOf<Calls["openSession"]>;

export interface OpenSessionsOptions {
  readonly registry: Registry;
  readonly tokens: Tokens<SignedIn>;
  readonly seats: Seats;
  readonly choices: Pick<SeatChoices, "carryOut" | "abandon">;
  readonly starts: SessionStarts;
  readonly licences: Pick<LicenceOffice, "use">;
  readonly isAdministrator: (user: User) => Promise<boolean>;
  readonly settings: HostSettings;
  /** Whether somebody may come in, and what holds for him. */
  readonly userPolicies: Pick<UserPolicies, "mayComeIn" | "settingsOf">;
  readonly cookies: Pick<ReconnectCookies, "giveFirst" | "lastClient">;
  /** This many random bytes, as hexadecimal. */
  readonly randomHex: (bytes: number) => string;
}

/** Gives a user his session: the one that he has, a new one, or a choice when there is no seat for him. */
export class OpenSessions {
  readonly #options: OpenSessionsOptions;

  constructor(options: OpenSessionsOptions) {
    this.#options = options;
  }

  async open(request: Request): Promise<Reply> {
    const { tokens, seats, choices } = this.#options;
    const signedIn = tokens.take(request.token);
    if (signedIn === undefined)
      return refused({ code: "HF-ADMIT-02", waitedSeconds: tokenSeconds, step: "openSession" });
    const { returnsTo, ...account } = signedIn;
    const arriving = await this.#arriving(account, request);
    if ("code" in arriving) return refused(arriving);
    const { connection, client, choice } = request;
    const from = client.name === "" ? client.address : client.name;
    const notice =
      choice?.is === "session" ? await choices.carryOut(choice, { connection, arriving, from }) : undefined;
    const chosen = choice?.is === "session" && choice.how === "returnTo" ? choice.session : undefined;
    const wished = choice === undefined ? returnsTo : chosen;
    const reply = await this.#open(account, arriving, { ...request, returnsTo: wished }, notice);
    if (reply.is === "refused") seats.forget(connection);
    return reply;
  }

  /** Whoever came by this connection waits no more, and asks nobody any more. */
  abandon(connection: Request["connection"]): void {
    this.#options.choices.abandon(connection);
    this.#options.seats.forget(connection);
  }

  async #arriving({ ...account }: User, request: Request): Promise<Arriving | Refusal> {
    const { isAdministrator, settings, userPolicies } = this.#options;
    const asksForDoor = request.administrative ?? false;
    const mayUseIt = await isAdministrator(account);
    const right = await userPolicies.mayComeIn(account, { isAdministrator: mayUseIt, asksForDoor });
    if (right.is === "refused") return right.refusal;
    // In administration mode everybody is there to look after the host, and the switch changes nothing but seats.
    if (asksForDoor && !mayUseIt && settings.ServerMode === "applicationServer") {
      return { code: "HF-SEAT-05", user: account.name, group: settings.Administrators };
    }
    return { user: account.name, isAdministrator: mayUseIt, asksForDoor };
  }

  async #open(
    account: User,
    arriving: Arriving,
    request: Request & { readonly returnsTo: SessionId | undefined },
    notice: SeatOffer["notice"],
  ): Promise<Reply> {
    const { registry, seats, starts } = this.#options;
    const { choice, connection, returnsTo } = request;
    for (let tries = 0; ; tries++) {
      const underWay = starts.underWay(account.name);
      if (underWay !== undefined) await underWay;
      const wish = {
        another: choice?.is === "another",
        ...(returnsTo !== undefined && registry.session(returnsTo) !== undefined ? { session: returnsTo } : {}),
      };
      const decision = seats.decide(connection, arriving, wish);
      switch (decision.is) {
        case "refused":
          return { is: "refused", refusal: decision.refusal };
        case "full":
          return this.#offer("seatsTaken", { account, arriving, sessions: decision.holders, another: false, notice });
        case "several": {
          const { sessions, another } = decision;
          return this.#offer("severalSessions", { account, arriving, sessions, another, notice });
        }
        case "free": {
          const unlicensed = decision.administrative ? undefined : this.#licence(account, request, false);
          if (unlicensed !== undefined) return refused(unlicensed);
          return this.#new(arriving, await starts.start(account, request, decision.administrative), request);
        }
        case "own": {
          const other = this.#ofOtherVersion(decision.session);
          if (other !== undefined) return this.#offer("severalSessions", { account, arriving, ...other });
          if (!decision.administrative) this.#licence(account, request, true);
          const reply = await this.#own(registry.session(decision.session), request, decision.administrative);
          if (reply !== undefined) return reply;
          if (tries === triesMax) return refused({ code: "HF-SESS-07", problem: "your session was just ending" });
        }
      }
    }
  }

  /** Nobody can be shown it: its user may end it, or leave it and have another. undefined: it can be shown. */
  #ofOtherVersion(session: SessionId) {
    const other = this.#options.registry.session(session)?.otherVersion;
    if (other === undefined || other.attachable) return undefined;
    const text =
      `Session ${session} is kept by another version of Holdfast (contract ${other.version}), which cannot show it ` +
      "here. It goes on running: end it, or open another one beside it.";
    return { sessions: [session], another: true, notice: { text, refused: true } };
  }

  #licence({ name: user }: User, { client }: Request, hasSession: boolean): Refusal | undefined {
    const device = client.name === "" ? client.address : client.name;
    return this.#options.licences.use({ user, device, hasSession });
  }

  #offer(
    why: SeatOffer["why"],
    given: {
      readonly account: User;
      readonly arriving: Arriving;
      readonly sessions: readonly SessionId[];
      readonly another: boolean;
      readonly notice: SeatOffer["notice"];
    },
  ): Reply {
    const { tokens, seats } = this.#options;
    const { account, arriving, sessions, another, notice } = given;
    const told = notice === undefined ? {} : { notice };
    return {
      is: "choose",
      offer: { why, token: tokens.give(account), another, ...seats.offer(arriving, sessions), ...told },
    };
  }

  async #new(arriving: Arriving, known: KnownSession | Refusal, request: Request): Promise<Reply> {
    if ("code" in known) return refused(known);
    const { id: session, administrative = false } = known.facts;
    // From here on the session counts by itself where disconnected ones do: once is enough.
    this.#options.seats.promise(request.connection, arriving, { administrative, session });
    const reply = await this.#attach(known, request, administrative);
    return reply.is === "ended" ? refused(refusalOf(reply.end)) : reply;
  }

  /** undefined: it was just ending, and there is none now. */
  async #own(
    existing: KnownSession | undefined,
    request: Request,
    administrative: boolean,
  ): Promise<Reply | undefined> {
    if (existing === undefined) return undefined;
    const elsewhere = this.#keptForAnother(existing, request.client.name);
    if (elsewhere !== undefined) return refused(elsewhere);
    const reply = await this.#attach(existing, request, administrative).catch(endedMeanwhile);
    if (reply.is === "attach") return reply;
    if (reply.is === "ended" && !endsByItself.has(reply.end.cause)) return refused(refusalOf(reply.end));
    // A new one can be had as soon as it has said so.
    await Promise.race([existing.keeper.closed, delay(farewell, undefined, { ref: false })]);
    return undefined;
  }

  /** With fReconnectSame a disconnected session waits for the computer that was at it last. */
  #keptForAnother({ facts }: KnownSession, clientName: string): Refusal | undefined {
    const { settings, userPolicies, cookies } = this.#options;
    const { fReconnectSame } = userPolicies.settingsOf(facts.user) ?? settings;
    if (fReconnectSame === 0 || facts.attachment !== undefined) return undefined;
    const last = cookies.lastClient(facts.id);
    if (last === undefined || isSameClient(last, clientName)) return undefined;
    return { code: "HF-SESS-09", name: last };
  }

  async #attach(
    known: KnownSession,
    { connection, client }: Request,
    administrative: boolean,
  ): Promise<Extract<Reply, { is: "attach" }> | { readonly is: "ended"; readonly end: SessionEnd }> {
    const ready = await known.keeper.call("ready", {});
    if (ready.is === "ended") return ready;
    const ticket = this.#options.randomHex(16);
    try {
      await known.keeper.call("expect", { ticket, connection, client, administrative });
    } catch (error) {
      // It ended in this very moment: asked once more, its keeper says why.
      if (!(error instanceof CallFailed && error.cause.is === "refused")) throw error;
      const now = await known.keeper.call("ready", {});
      if (now.is === "ready") throw error;
      return now;
    }
    return {
      is: "attach",
      session: known.facts.id,
      keeperPath: known.keeperPath,
      ticket,
      ...this.#firstCookie(known.facts.id, client.name),
    };
  }

  #firstCookie(session: SessionId, clientName: string): { readonly reconnectRandom?: string } {
    const { cookies, settings } = this.#options;
    const reconnectRandom = cookies.giveFirst(session, clientName);
    return settings.fDisableAutoReconnect === 1 ? {} : { reconnectRandom };
  }
}

/** The keeper went, or said that its session is ending, after it had said that it is ready. */
function endedMeanwhile(error: unknown): { readonly is: "gone" } {
  if (!(error instanceof CallFailed)) throw error;
  const { cause } = error;
  if (cause.is === "closed" || (cause.is === "refused" && cause.code === "ended")) return { is: "gone" };
  throw error;
}

/** What a session's end means for somebody who is waiting for it. */
export function refusalOf(end: SessionEnd): Refusal {
  const facts = { sentence: end.sentence, culprit: end.culprit, log: end.log };
  switch (end.cause) {
    case "pamRefused":
    case "userUnknown":
      return { code: "HF-SESS-02", ...facts, ...(end.rule === undefined ? {} : { rule: end.rule }) };
    case "serverFailed":
    case "desktopFailed":
    case "keeperFailed":
    case "serverDied":
      return { code: "HF-SESS-01", ...facts };
    case "signedOut":
    case "desktopEnded":
      return { code: "HF-SESS-03", ...facts, ...orderedBy(end.orderedFor) };
    case "reset":
      return { code: "HF-SESS-06", by: orderedBy(end.orderedFor).by ?? end.culprit };
  }
}

function refused(refusal: Refusal): Reply {
  return { is: "refused", refusal };
}

/** Ends that say nothing about a new session. */
const endsByItself = new Set<SessionEnd["cause"]>(["signedOut", "desktopEnded", "reset", "serverDied"]);
/** For a keeper that has ended its session to say goodbye. */
const farewell = 3000;
/** How long the token of a sign-in is good; who waits for a seat gets a new one every second. */
export const tokenSeconds = 60;
/** A session that ends while its user comes back may be followed by another that does. */
const triesMax = 3;
