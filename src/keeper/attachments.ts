import type { ConnectionId } from "#base/ids.ts";
import { seconds, type WallTime } from "#base/units.ts";
import type { Client } from "#contracts/facts.ts";
import type { DetachReason, keeperContract } from "#contracts/keeper.ts";
import type { Peer } from "#system/rpc/serveContract.ts";

type KeeperPeer = Peer<typeof keeperContract>;

export interface Attachment {
  readonly connection: ConnectionId;
  readonly client: Client;
  readonly since: WallTime;
}

/** A connection that has been given a ticket. */
interface Announced {
  readonly connection: ConnectionId;
  readonly client: Client;
  /** By the administrator's door. */
  readonly administrative: boolean;
  /** Who moves the session there, where its user does not come by himself. */
  readonly movedBy: string | undefined;
}

interface Expected extends Announced {
  readonly deadline: NodeJS.Timeout;
}

/** Who is at the session: tickets of those announced, and at most one who is attached. */
export class Attachments {
  readonly #expected = new Map<string, Expected>();
  readonly #changed: () => void;
  readonly #now: () => WallTime;
  #attached:
    | { readonly peer: KeeperPeer; readonly attachment: Attachment; readonly administrative: boolean }
    | undefined;
  #detachedAt: WallTime | undefined;

  constructor(options: { readonly changed: () => void; readonly now: () => WallTime }) {
    this.#changed = options.changed;
    this.#now = options.now;
  }

  get current(): Attachment | undefined {
    return this.#attached?.attachment;
  }

  /** When the last attachment ended; undefined before the first one did. */
  get detachedAt(): WallTime | undefined {
    return this.#detachedAt;
  }

  /** Somebody has a ticket that is good. */
  get isAwaited(): boolean {
    return 0 < this.#expected.size;
  }

  isAttached(peer: KeeperPeer): boolean {
    return this.#attached?.peer === peer;
  }

  /** Everybody who is there, or is to come, does so by the administrator's door. */
  get isByDoor(): boolean {
    const all = [...this.#expected.values(), ...(this.#attached === undefined ? [] : [this.#attached])];
    return 0 < all.length && all.every(({ administrative }) => administrative);
  }

  expect(ticket: string, announced: Announced): void {
    clearTimeout(this.#expected.get(ticket)?.deadline);
    if (!this.#expected.has(ticket) && !(this.#expected.size < TICKETS_MAX)) this.#dropOldest();
    const deadline = setTimeout(() => {
      this.#expected.delete(ticket);
      this.#changed();
    }, ticketLife);
    this.#expected.set(ticket, { ...announced, deadline });
    this.#changed();
  }

  /**
   * Takes the ticket and gives its connection the session; who had it before is told. False: there is no such ticket.
   */
  attach(peer: KeeperPeer, ticket: string): boolean {
    const expected = this.#expected.get(ticket);
    if (expected === undefined) return false;
    clearTimeout(expected.deadline);
    this.#expected.delete(ticket);
    const { connection, client, administrative, movedBy } = expected;
    if (this.#attached?.peer !== peer)
      this.#letGo({ is: "replaced", by: client, ...(movedBy === undefined ? {} : { movedBy }) });
    this.#attached = { peer, administrative, attachment: { connection, client, since: this.#now() } };
    this.#changed();
    return true;
  }

  detach(reason: DetachReason): void {
    if (this.#letGo(reason)) this.#changed();
  }

  /** The socket of a peer is gone. */
  receiveClosed(peer: KeeperPeer): void {
    if (this.#attached?.peer !== peer) return;
    this.#attached = undefined;
    this.#detachedAt = this.#now();
    this.#changed();
  }

  /** Lets nobody in any more; gives the tickets that are still out. */
  close(): ReadonlySet<string> {
    const out = new Set(this.#expected.keys());
    for (const { deadline } of this.#expected.values()) clearTimeout(deadline);
    this.#expected.clear();
    return out;
  }

  #letGo(reason: DetachReason): boolean {
    const attached = this.#attached;
    if (attached === undefined) return false;
    this.#attached = undefined;
    this.#detachedAt = this.#now();
    attached.peer.tell("detach", { reason });
    attached.peer.close(`detached: ${reason.is}`);
    return true;
  }

  #dropOldest(): void {
    const [oldest] = this.#expected;
    if (oldest === undefined) return;
    clearTimeout(oldest[1].deadline);
    this.#expected.delete(oldest[0]);
  }
}

const TICKETS_MAX = 64;
const ticketLife = seconds(15);
