import { equalBytes } from "#base/bytes/equalBytes.ts";
import { hmacMd5 } from "#base/hash/hmac.ts";
import type { SessionId } from "#base/ids.ts";
import type { RequestOf } from "#contracts/contract.ts";
import type { serviceContract, SignInReply } from "#contracts/service.ts";
import type { Log } from "#system/log.ts";
import { systemUsers, type User } from "#system/users.ts";
import type { OpenSessions } from "./openSession.ts";
import type { Registry } from "./registry.ts";
import type { Tokens } from "./tokens.ts";

type Request = RequestOf<(typeof serviceContract)["calls"]["reconnect"]>;

/** Lets a client back in that shows the cookie of its session: HMAC-MD5 over the client random. MS-RDPBCGR 5.5 */
export class Reconnects {
  readonly #openSessions: OpenSessions;
  readonly #registry: Registry;
  readonly #tokens: Tokens<User>;
  readonly #log: Log;

  constructor(options: {
    readonly openSessions: OpenSessions;
    readonly registry: Registry;
    readonly tokens: Tokens<User>;
    readonly log: Log;
  }) {
    this.#openSessions = options.openSessions;
    this.#registry = options.registry;
    this.#tokens = options.tokens;
    this.#log = options.log;
  }

  async reconnect({ session, clientRandom, verifier, client }: Request): Promise<SignInReply> {
    const user = this.#registry.session(session)?.facts.user;
    // Before anything is waited for: of two who show it at the same moment one comes in.
    const isRight = this.#takeCookie(session, { clientRandom, verifier });
    const account = user === undefined || !isRight ? undefined : await systemUsers.byName(user);
    if (account === undefined) {
      this.#log.warn("cookieRefused", { session, address: client.address });
      return { is: "refused", refusal: { code: "HF-SIGN-01", user: user ?? "" } };
    }
    this.#log.info("reconnectedByCookie", { session, user: account.name, address: client.address });
    return { is: "signedIn", token: this.#tokens.give(account), user: account.name };
  }

  /**
   * A cookie is good once. A wrong one changes nothing: 16 random bytes are not guessed, and anybody on the network
   * could make everybody's worthless otherwise.
   */
  #takeCookie(session: SessionId, { clientRandom, verifier }: Pick<Request, "clientRandom" | "verifier">): boolean {
    const random = this.#openSessions.reconnectRandom(session);
    if (random === undefined) return false;
    const expected = hmacMd5(Buffer.from(random, "hex"), Buffer.from(clientRandom, "hex"));
    if (!equalBytes(expected, Buffer.from(verifier, "hex"))) return false;
    this.#openSessions.forgetReconnectRandom(session);
    return true;
  }
}
