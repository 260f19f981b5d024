import type { adminContract, OrderReply } from "#contracts/admin.ts";
import type { Peer } from "#system/rpc/serveContract.ts";
import { systemUsers, type User } from "#system/users.ts";
import type { KnownSession } from "../registry.ts";

/** Who has connected to the admin socket; his uid decides what he may do. */
export class Caller {
  readonly uid: number;
  readonly pid: number;
  readonly #administrators: string;

  /** `administrators`: the group whose members may everything, as root and who runs the service. */
  constructor({ credentials }: Peer<typeof adminContract>, administrators: string) {
    this.uid = credentials.userId;
    this.pid = credentials.processId;
    this.#administrators = administrators;
  }

  /** Asked when it is needed: a directory that is silent must fail the one call, and nothing else. */
  account(): Promise<User | undefined> {
    return systemUsers.byId(this.uid);
  }

  /** He runs the service, or is root: whatever is in its memory he could see anyhow. */
  get isOwner(): boolean {
    return this.uid === 0 || this.uid === process.getuid?.();
  }

  async isAdministrator(): Promise<boolean> {
    if (this.isOwner) return true;
    const user = await this.account();
    return user !== undefined && systemUsers.isMember(user, this.#administrators);
  }

  /** Whether he may act on it. */
  async may(session: KnownSession): Promise<boolean> {
    return session.facts.uid === this.uid || this.isAdministrator();
  }
}

export const accessDenied = "Access is denied.";
export const denied: OrderReply = { is: "denied", why: accessDenied };
