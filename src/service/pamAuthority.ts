import { authenticatorSays, type AuthenticatorSays } from "#contracts/authenticator.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { seconds, type Milliseconds } from "#base/units.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import { ntHash } from "#base/hash/ntlmV2.ts";
import {
  authenticate,
  endAuthenticator,
  type AuthenticateOptions,
  type Authenticator,
  type NoResult,
} from "#system/authenticator/authenticate.ts";
import { SpareAuthenticator } from "#system/authenticator/spareAuthenticator.ts";
import type { NtHashStore } from "#system/ntHashStore.ts";
import { readPamRules } from "#system/pam/pamRules.ts";
import { deniesEverybody } from "#system/pam/pamVerdict.ts";
import { Turns } from "#system/turns.ts";
import { systemUsers } from "#system/users.ts";
import type { Authority, Credentials, SignIn } from "./authority.ts";

type Result = Extract<AuthenticatorSays, { is: "result" }>;

/** The host's users through PAM; each sign-in is a process of its own, so that a module that hangs hangs nobody. */
export class PamAuthority implements Authority {
  readonly #pamService: string;
  readonly #takesAtMost: Milliseconds;
  readonly #store: NtHashStore;
  readonly #random: () => string;
  readonly #spare = new SpareAuthenticator();
  readonly #turns: Turns;
  readonly #running = new Set<Authenticator>();
  readonly #conversations = new Map<string, Conversation>();

  constructor(options: {
    readonly pamService: string;
    /** How long a conversation may take. */
    readonly takesAtMost: Milliseconds;
    /** How many authenticators may run at the same time. */
    readonly atOnce: number;
    readonly store: NtHashStore;
    readonly random: () => string;
  }) {
    this.#pamService = options.pamService;
    this.#takesAtMost = options.takesAtMost;
    this.#turns = new Turns(options.atOnce);
    this.#store = options.store;
    this.#random = options.random;
  }

  signIn(credentials: Credentials): Promise<SignIn> {
    return this.#begin(credentials);
  }

  async confirm(known: Omit<Credentials, "password">): ReturnType<Authority["confirm"]> {
    const reply = await this.#begin(known);
    if (reply.is !== "prompt") return reply;
    // A module that asks something of somebody who has only come back.
    this.abandon(reply.conversation);
    return { is: "refused", refusal: { code: "HF-SIGN-06", step: "pam_acct_mgmt", detail: "it asked a question" } };
  }

  async #begin(credentials: Asked): Promise<SignIn> {
    const endTurn = await this.#turns.take(turnComesWithin);
    if (endTurn === undefined) {
      const waitedSeconds = turnComesWithin / 1000;
      return refused({ code: "HF-SIGN-11", limit: this.#turns.atOnce, waitedSeconds });
    }
    const id = this.#random();
    const authenticator = this.#spare.take();
    this.#running.add(authenticator);
    const rules = { pamService: this.#pamService, takesAtMost: this.#takesAtMost };
    const conversation = new Conversation(rules, credentials, authenticator);
    // At its deadline, when nobody has answered.
    void conversation.ended.then(() => {
      endTurn();
      this.#running.delete(authenticator);
      this.#conversations.delete(id);
    });
    return this.#step(id, conversation);
  }

  async answer(id: string, answer: string): Promise<SignIn> {
    const conversation = this.#conversations.get(id);
    this.#conversations.delete(id);
    if (conversation === undefined) {
      return refused({ code: "HF-SIGN-06", step: "conversation", detail: "it ended while the question stood" });
    }
    conversation.answer(answer);
    return this.#step(id, conversation);
  }

  abandon(id: string): void {
    this.#conversations.get(id)?.abandon();
    this.#conversations.delete(id);
  }

  ntHash(user: string): Uint8Array | undefined {
    return this.#store.read(user);
  }

  isEnrolled(cookie: string): boolean {
    return this.#store.users().some((name) => name === cookie || (cookie.length === 9 && name.startsWith(cookie)));
  }

  enroll(user: string, password: string): void {
    const hash = ntHash(password);
    const kept = this.#store.read(user);
    if (kept === undefined || !equalBytes(kept, hash)) this.#store.write(user, hash);
  }

  forget(user: string): boolean {
    return this.#store.remove(user);
  }

  close(): void {
    this.#spare.close();
    for (const authenticator of this.#running) endAuthenticator(authenticator);
  }

  async #step(id: string, conversation: Conversation): Promise<SignIn> {
    const next = await conversation.next();
    if (next.is !== "prompt") return signInOf(next, this.#pamService);
    this.#conversations.set(id, conversation);
    return { is: "prompt", conversation: id, style: next.style, text: next.text, notices: next.notices };
  }
}

/** Without a password: who he is is known. */
type Asked = Omit<Credentials, "password"> & Partial<Credentials>;
type Step = Prompt | Result | NoResult;

interface Prompt {
  readonly is: "prompt";
  readonly style: "secret" | "visible";
  readonly text: string;
  readonly notices: readonly string[];
}

/** One authenticator process, asked step by step. */
class Conversation {
  /** Its process is gone. */
  readonly ended: Promise<void>;
  #waiting: ((next: Step) => void) | undefined;
  #arrived: Step | undefined;
  #notices: string[] = [];
  #answer: ((answer: string | undefined) => void) | undefined;

  constructor(
    { pamService, takesAtMost }: { readonly pamService: string; readonly takesAtMost: Milliseconds },
    { user, password, address }: Asked,
    authenticator: Authenticator,
  ) {
    const how = password === undefined ? { isAuthenticated: true } : { password };
    const start = { pamService, user, remoteHost: address, terminal: "rdp", ...how };
    const options: AuthenticateOptions<AuthenticatorSays> = {
      says: authenticatorSays,
      deadline: takesAtMost,
      onPrompt: (prompt) => {
        const answered = new Promise<string | undefined>((resolve) => (this.#answer = resolve));
        this.#arrive({ is: "prompt", style: prompt.style, text: prompt.text, notices: this.#notices });
        this.#notices = [];
        return answered;
      },
      onNotice: ({ text }) => void this.#notices.push(text),
    };
    this.ended = authenticate(start, options, authenticator).then((result) => this.#arrive(result));
  }

  next(): Promise<Step> {
    const arrived = this.#arrived;
    this.#arrived = undefined;
    return arrived === undefined ? new Promise((resolve) => (this.#waiting = resolve)) : Promise.resolve(arrived);
  }

  answer(answer: string): void {
    this.#answer?.(answer);
  }

  /** Ends the process, which waits for an answer. */
  abandon(): void {
    this.#answer?.(undefined);
  }

  #arrive(next: Step): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#arrived = next;
    else waiting(next);
  }
}

async function signInOf(result: Result | NoResult, service: string): Promise<SignIn> {
  if (result.is === "noResult") {
    const { why, detail, place } = result;
    const rule = place ?? `/etc/pam.d/${service}`;
    return refused({ code: "HF-SIGN-06", step: result.step ?? why, detail, rule });
  }
  const { user, step, detail } = result;
  switch (result.result) {
    case "signedIn": {
      const account = await systemUsers.byName(user);
      return account === undefined
        ? refused({
            code: "HF-SIGN-06",
            step: "getpwnam",
            detail: `PAM accepted “${user}”, whom the host does not know`,
          })
        : { is: "signedIn", account };
    }
    case "wrongCredentials":
      return refused({ code: "HF-SIGN-01", user });
    case "accountExpired":
      return refused({ code: "HF-SIGN-02", user });
    case "passwordExpired":
      return refused({ code: "HF-SIGN-03", user });
    case "accountLocked":
      return refused({ code: "HF-SIGN-04", user });
    case "notPermitted":
      return refused({ code: "HF-SIGN-05", user, step, detail, rule: denyingRule(service, step) });
    case "moduleFailed":
      return refused({ code: "HF-SIGN-06", step, detail, rule: denyingRule(service, step) });
  }
}

/** The rule that denies everybody, where there is one: of other modules PAM does not say which it was. */
function denyingRule(service: string, step: string): string {
  const kind = step === "pam_authenticate" ? "auth" : "account";
  return deniesEverybody(readPamRules(service).rules, kind)?.place ?? `/etc/pam.d/${service}`;
}

function refused(refusal: Refusal): SignIn {
  return { is: "refused", refusal };
}

const turnComesWithin = seconds(12);
