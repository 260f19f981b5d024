import type { RequestOf } from "#contracts/contract.ts";
import type { serviceContract, SignInReply } from "#contracts/service.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Log } from "#system/log.ts";
import type { Authority } from "./authority.ts";
import type { CookieVerdict, ReconnectCookies } from "./reconnectCookies.ts";
import type { Registry } from "./registry.ts";
import type { SignedIn, Tokens } from "./tokens.ts";
import type { UserPolicies } from "./userPolicies.ts";

type Request = RequestOf<(typeof serviceContract)["calls"]["reconnect"]>;

/** How often somebody came by cookie since the service started. */
export interface ReconnectTotals {
  readonly returned: number;
  /** Forged, replayed or expired cookies, and those of sessions that are gone. */
  readonly refused: number;
}

/** Lets a client back in that shows the cookie of its session. MS-RDPBCGR 5.5 */
export class Reconnects {
  readonly #authority: Pick<Authority, "confirm">;
  readonly #cookies: Pick<ReconnectCookies, "take" | "lastClient">;
  readonly #registry: Registry;
  readonly #tokens: Tokens<SignedIn>;
  readonly #settings: Pick<HostSettings, "fDisableAutoReconnect" | "fReconnectSame">;
  readonly #userPolicies: Pick<UserPolicies, "settingsOf">;
  readonly #log: Log;
  #totals: ReconnectTotals = { returned: 0, refused: 0 };

  constructor(options: {
    /** Says whether the user may still sign in: his account may have been locked since. */
    readonly authority: Pick<Authority, "confirm">;
    readonly cookies: Pick<ReconnectCookies, "take" | "lastClient">;
    readonly registry: Registry;
    readonly tokens: Tokens<SignedIn>;
    readonly settings: Pick<HostSettings, "fDisableAutoReconnect" | "fReconnectSame">;
    readonly userPolicies: Pick<UserPolicies, "settingsOf">;
    readonly log: Log;
  }) {
    this.#authority = options.authority;
    this.#cookies = options.cookies;
    this.#registry = options.registry;
    this.#tokens = options.tokens;
    this.#settings = options.settings;
    this.#userPolicies = options.userPolicies;
    this.#log = options.log;
  }

  get totals(): ReconnectTotals {
    return this.#totals;
  }

  async reconnect(request: Request): Promise<SignInReply> {
    const { session, client } = request;
    const user = this.#registry.session(session)?.facts.user;
    // Before anything is waited for: of two who show it at the same moment one comes in.
    const verdict = user === undefined ? "none" : this.#judge(request, user);
    const confirmed =
      verdict === "right" && user !== undefined
        ? await this.#authority.confirm({ user, address: client.address })
        : undefined;
    if (confirmed?.is !== "signedIn") {
      this.#totals = { ...this.#totals, refused: this.#totals.refused + 1 };
      const why = confirmed === undefined ? verdict : confirmed.refusal.code;
      this.#log.warn("cookieRefused", { session, why, address: client.address, name: client.name });
      // The client is not told which: the ordinary sign-in follows.
      return { is: "refused", refusal: { code: "HF-SIGN-01", user: user ?? "" } };
    }
    const { account } = confirmed;
    this.#totals = { ...this.#totals, returned: this.#totals.returned + 1 };
    this.#log.info("reconnectedByCookie", { session, user: account.name, address: client.address });
    return { is: "signedIn", token: this.#tokens.give({ ...account, returnsTo: session }), user: account.name };
  }

  /**
   * A wrong cookie makes nobody's worthless: 16 random bytes are not guessed, and anybody on the network could do so to
   * everybody otherwise.
   */
  #judge(
    { session, client, clientRandom, verifier }: Request,
    user: string,
  ): CookieVerdict | "disabled" | "otherClient" {
    if (this.#settings.fDisableAutoReconnect === 1) return "disabled";
    const { fReconnectSame } = this.#userPolicies.settingsOf(user) ?? this.#settings;
    if (fReconnectSame === 1 && !isSameClient(this.#cookies.lastClient(session), client.name)) {
      return "otherClient";
    }
    return this.#cookies.take(session, {
      clientRandom: Buffer.from(clientRandom, "hex"),
      verifier: Buffer.from(verifier, "hex"),
    });
  }
}

/** Computers are told apart by their names, as on Windows; one that has given no name is like no other. */
export function isSameClient(last: string | undefined, now: string): boolean {
  return last !== undefined && last !== "" && last.toLowerCase() === now.toLowerCase();
}
