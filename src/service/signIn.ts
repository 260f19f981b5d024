import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, type Instant, type Milliseconds } from "#base/units.ts";
import { verifyNtlmV2 } from "#base/hash/ntlmV2.ts";
import type { RequestOf } from "#contracts/contract.ts";
import type { serviceContract, SignInReply } from "#contracts/service.ts";
import { noFailures, signInDelay, withFailure, withSuccess } from "#policy/signInDelay.ts";
import type { Log } from "#system/log.ts";
import type { Authority, SignIn } from "./authority.ts";
import type { SignedIn, Tokens } from "./tokens.ts";

type Calls = (typeof serviceContract)["calls"];

/** Signs people in: asks the authority, holds wrong answers back, gives a token for `openSession`. */
export class SignIns {
  readonly #authority: Authority;
  readonly #tokens: Tokens<SignedIn>;
  readonly #enrollAfterSignIn: boolean;
  readonly #log: Log;
  readonly #now: () => Instant;
  readonly #pause: (duration: Milliseconds) => Promise<unknown>;
  #failures = noFailures;
  /** When NLA last said no to somebody whose key is kept, by name. */
  readonly #nlaRefused = new Map<string, Instant>();
  /** What an open conversation was begun with, by its id. */
  readonly #begun = new Map<string, { readonly request: RequestOf<Calls["signIn"]>; readonly at: Instant }>();

  constructor(options: {
    readonly authority: Authority;
    readonly tokens: Tokens<SignedIn>;
    readonly enrollAfterSignIn: boolean;
    readonly log: Log;
    readonly now: () => Instant;
    /** Default: by the system's clock. */
    readonly pause?: (duration: Milliseconds) => Promise<unknown>;
  }) {
    this.#authority = options.authority;
    this.#tokens = options.tokens;
    this.#enrollAfterSignIn = options.enrollAfterSignIn;
    this.#log = options.log;
    this.#now = options.now;
    this.#pause = options.pause ?? delay;
  }

  async signIn(request: RequestOf<Calls["signIn"]>): Promise<SignInReply> {
    const user = localName(request.user);
    const begun = this.#now();
    const { password, client } = request;
    const answer = await this.#authority.signIn({ user, password, address: client.address });
    return this.#finish(answer, { ...request, user }, begun);
  }

  async answer(conversation: string, answer: string): Promise<SignInReply> {
    const request = this.#begun.get(conversation)?.request;
    this.#begun.delete(conversation);
    const begun = this.#now();
    const result = await this.#authority.answer(conversation, answer);
    return request === undefined ? this.#plain(result) : this.#finish(result, request, begun);
  }

  /** Whether it is; a wrong one is held back as at a sign-in. A module that asks more has not said yes. */
  async isPassword(who: { readonly user: string; readonly password: string; readonly address: string }) {
    const begun = this.#now();
    const answer = await this.#authority.signIn(who);
    if (answer.is === "prompt") this.#authority.abandon(answer.conversation);
    if (answer.is === "signedIn") this.#failures = withSuccess(this.#failures, who.user);
    else await this.#holdBack({ user: who.user, address: who.address }, begun);
    return answer.is === "signedIn";
  }

  /** Whoever was asked has left: nothing of his sign-in is kept. */
  abandon(conversation: string): void {
    this.#begun.delete(conversation);
    this.#authority.abandon(conversation);
  }

  /**
   * Whether NLA is the way in for whom the cookie names: his key is kept, and did not just fail. A key may be that of
   * an old password; the sign-in screen then takes the new one, and the key is renewed.
   */
  offersNla(cookie: string): boolean {
    const refusedAt = this.#nlaRefused.get(cookie);
    const failedLately = refusedAt !== undefined && this.#now() - refusedAt < screenOfferedFor;
    return !failedLately && this.#readKeys(() => this.#authority.isEnrolled(cookie)) === true;
  }

  /** NTLMv2 by the kept hash. For a user without one the same work is done, with a hash that fits nothing. */
  async verifyNtlm(request: RequestOf<Calls["verifyNtlm"]>, address: string) {
    const begun = this.#now();
    const user = localName(request.user);
    const kept = this.#readKeys(() => this.#authority.ntHash(user));
    const sessionBaseKey = verifyNtlmV2({
      ntHash: kept ?? new Uint8Array(16),
      user: request.user,
      domain: request.domain,
      serverChallenge: Buffer.from(request.serverChallenge, "hex"),
      ntProof: Buffer.from(request.ntProof, "hex"),
      temp: Buffer.from(request.temp, "hex"),
    });
    if (kept !== undefined && sessionBaseKey !== undefined) {
      return { is: "verified" as const, sessionBaseKey: Buffer.from(sessionBaseKey).toString("hex") };
    }
    if (kept !== undefined) this.#nlaRefused.set(user.slice(0, cookieLength), begun).set(user, begun);
    await this.#holdBack({ user, address }, begun);
    this.#log.info("ntlmRefused", { user, address, enrolled: kept !== undefined });
    return { is: "refused" as const, why: kept === undefined ? ("notEnrolled" as const) : ("unknownOrWrong" as const) };
  }

  async #finish(answer: SignIn, request: RequestOf<Calls["signIn"]>, begun: Instant): Promise<SignInReply> {
    const who = { user: request.user, address: request.client.address };
    switch (answer.is) {
      case "prompt":
        this.#forgetUnanswered(begun);
        this.#begun.set(answer.conversation, { request, at: begun });
        return answer;
      case "refused":
        await this.#holdBack(who, begun);
        this.#log.info("signInRefused", { ...who, code: answer.refusal.code });
        return answer;
      case "signedIn":
        this.#failures = withSuccess(this.#failures, request.user);
        if (this.#enrollAfterSignIn && request.password !== "") {
          this.#enroll(answer.account.name, request.password);
        }
        this.#log.info("signedIn", { ...who, nla: request.nla });
        return this.#plain(answer);
    }
  }

  /** Who has the right password comes in, also when the disk is full. */
  #enroll(user: string, password: string): void {
    try {
      this.#authority.enroll(user, password);
    } catch (error) {
      this.#log.error("notEnrolled", { user, why: String(error) });
    }
  }

  /** undefined: the keys cannot be read. Then nobody has one, and the sign-in screen is the way in. */
  #readKeys<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#log.error("keysUnreadable", { why: String(error) });
      return undefined;
    }
  }

  /** The conversations themselves end at their deadline. */
  #forgetUnanswered(now: Instant): void {
    for (const [conversation, { at }] of this.#begun) {
      if (answeredWithin < now - at) this.#begun.delete(conversation);
    }
  }

  #plain(answer: SignIn): SignInReply {
    if (answer.is !== "signedIn") return answer;
    return { is: "signedIn", token: this.#tokens.give(answer.account), user: answer.account.name };
  }

  /** Every "no" takes as long, whether there is such a user or not, and longer each time. */
  async #holdBack(who: { user: string; address: string }, begun: Instant): Promise<void> {
    const extra = signInDelay(this.#failures, who, begun);
    this.#failures = withFailure(this.#failures, who, begun);
    await this.#pause(milliseconds(Math.max(0, refusalTakesAtLeast + extra - (this.#now() - begun))));
  }
}

/** "DOMAIN\anna" and "anna@domain" are anna. What is longer than any name is cut: names are remembered. */
export function localName(user: string): string {
  return user.replace(/^.*\\/u, "").replace(/@.*$/u, "").trim().slice(0, nameLengthMax);
}

// pam_unix and pam_faildelay wait 2 s ± 25 % by themselves for a wrong password, and not for every other refusal.
const refusalTakesAtLeast = 3000;
const screenOfferedFor = 120_000;
/** No conversation lasts so long. */
const answeredWithin = 300_000;
/** LOGIN_NAME_MAX of Linux. */
const nameLengthMax = 256;
/** Some clients cut the cookie's name. MS-RDPBCGR 2.2.1.1 */
const cookieLength = 9;
