import type { SignInReply } from "#contracts/service.ts";
import type { User } from "#system/users.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** The client's address. */
  readonly address: string;
}

/** What became of a sign-in, before it is turned into a token. */
export type SignIn =
  | { readonly is: "signedIn"; readonly account: User }
  | Exclude<SignInReply, { readonly is: "signedIn" }>;

/** Who says who somebody is: PAM for the host's users, or the one credential of single-user mode. */
export interface Authority {
  signIn(credentials: Credentials): Promise<SignIn>;
  answer(conversation: string, answer: string): Promise<SignIn>;
  /** Whether somebody whom we know otherwise may sign in at this moment: not when his account was locked, say. */
  confirm(known: Omit<Credentials, "password">): Promise<Exclude<SignIn, { readonly is: "prompt" }>>;
  /** Nobody will answer: whoever asked has left. Nothing happens when it is over already. */
  abandon(conversation: string): void;
  /** The NT hash of this user's password, 16 bytes; undefined when none is kept. */
  ntHash(user: string): Uint8Array | undefined;
  /** Whether a hash is kept for a user whose name is, or begins with, this cookie. */
  isEnrolled(cookie: string): boolean;
  /** Keeps the hash of a password that was accepted. */
  enroll(user: string, password: string): void;
  forget(user: string): boolean;
  close(): void;
}
