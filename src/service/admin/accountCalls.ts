import type { adminContract } from "#contracts/admin.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { Authority } from "../authority.ts";
import { denied, type Caller } from "./caller.ts";

export interface AccountCallsParts {
  readonly authority: Pick<Authority, "enroll" | "forget">;
  /** Asks PAM (or the single-user credential) whether this is the user's password. */
  readonly checkPassword: (user: string, password: string) => Promise<boolean>;
}

type Calls = Pick<Handlers<typeof adminContract>, "enroll" | "forget">;

/** What concerns a user's NT hash: his own, or anybody's for administrators. */
export function accountCalls({ authority, checkPassword }: AccountCallsParts, caller: Caller): Calls {
  const may = async (user: string) => (await caller.isAdministrator()) || (await caller.account())?.name === user;
  return {
    enroll: async ({ user, password }) => {
      if (!(await may(user))) return denied;
      if (!(await checkPassword(user, password))) {
        return { is: "failed", why: `this is not the password of “${user}”` };
      }
      authority.enroll(user, password);
      return { is: "done" };
    },
    forget: async ({ user }) => {
      if (!(await may(user))) return denied;
      return authority.forget(user) ? { is: "done" } : { is: "none" };
    },
  };
}
