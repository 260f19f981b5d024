import { ntHash } from "#base/hash/ntlmV2.ts";
import type { User } from "#system/users.ts";
import type { Authority, Credentials, SignIn } from "./authority.ts";

/** The one user who started Holdfast without root, with the credential that it made and printed. */
export class SingleUserAuthority implements Authority {
  readonly #account: User;
  readonly #password: string;

  constructor(options: { readonly account: User; readonly password: string }) {
    this.#account = options.account;
    this.#password = options.password;
  }

  async signIn({ user, password }: Credentials): Promise<SignIn> {
    const right = user === this.#account.name && sameText(password, this.#password);
    if (!right) return { is: "refused", refusal: { code: "HF-SIGN-01", user } };
    return { is: "signedIn", account: this.#account };
  }

  async confirm({ user }: Omit<Credentials, "password">): ReturnType<Authority["confirm"]> {
    if (user !== this.#account.name) return { is: "refused", refusal: { code: "HF-SIGN-01", user } };
    return { is: "signedIn", account: this.#account };
  }

  answer(): Promise<SignIn> {
    throw new Error("single-user mode asks nothing");
  }

  abandon(): void {}

  ntHash(user: string): Uint8Array | undefined {
    return user === this.#account.name ? ntHash(this.#password) : undefined;
  }

  isEnrolled(cookie: string): boolean {
    return this.#account.name === cookie || (cookie.length === 9 && this.#account.name.startsWith(cookie));
  }

  enroll(): void {}

  forget(): boolean {
    return false;
  }

  close(): void {}
}

/** Takes as long for an early difference as for a late one. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index % b.length);
  return difference === 0;
}
