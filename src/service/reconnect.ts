import { hmacMd5 } from "#base/hash/hmac.ts";
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
    const random = this.#openSessions.reconnectRandom(session);
    const user = this.#registry.session(session)?.facts.user;
    const account = user === undefined ? undefined : await systemUsers.byName(user);
    const expected =
      random === undefined ? undefined : hmacMd5(Buffer.from(random, "hex"), Buffer.from(clientRandom, "hex"));
    // A cookie is good once, right or wrong: a guess costs the guesser the cookie, and the user a password.
    this.#openSessions.forgetReconnectRandom(session);
    if (account === undefined || expected === undefined || Buffer.from(expected).toString("hex") !== verifier) {
      this.#log.warn("cookieRefused", { session, address: client.address });
      return { is: "refused", refusal: { code: "HF-SIGN-01", user: user ?? "" } };
    }
    this.#log.info("reconnectedByCookie", { session, user: account.name, address: client.address });
    return { is: "signedIn", token: this.#tokens.give(account), user: account.name };
  }
}
