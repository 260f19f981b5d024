import type { ConnectionId, SessionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import { milliseconds } from "#base/units.ts";
import type { OrderReply, WaitOf } from "#contracts/admin.ts";
import type { Inside } from "#contracts/inside.ts";
import type { MemoryRoom } from "#contracts/leaks.ts";
import type { ConnectionFacts, serviceContract } from "#contracts/service.ts";
import { sendDump } from "#system/dump/sendDump.ts";
import { lookInside } from "#system/inside/lookInside.ts";
import { ownWaits } from "#system/inside/openWaits.ts";
import type { Log } from "#system/log.ts";
import type { Tell } from "#system/rpc/contractForm.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { roomsOf } from "./insideRooms.ts";
import type { KnownSession } from "./registry.ts";

/** A process of Holdfast: of a connection, of a session, or with neither this one. */
export interface WhichProcess {
  readonly connection?: ConnectionId | undefined;
  readonly session?: SessionId | undefined;
}

export type InsideReply =
  | { readonly is: "found"; readonly inside: Inside }
  | { readonly is: "none" }
  | { readonly is: "silent"; readonly why: string };

interface Known {
  readonly sessions: readonly KnownSession[];
  readonly connections: readonly ConnectionFacts[];
  session(id: SessionId): KnownSession | undefined;
  connection(id: ConnectionId): ConnectionFacts | undefined;
}

/** What Holdfast's processes know of themselves: asked at the moment, and kept nowhere. */
export class Insides {
  readonly #registry: Known;
  readonly #randomHex: (bytes: number) => string;
  readonly #log: Pick<Log, "warn">;
  readonly #connections = new Map<ConnectionId, Tell<(typeof serviceContract)["serverNews"]>>();
  readonly #asked = new Map<string, { readonly connection: ConnectionId; settle(reply: InsideReply): void }>();

  constructor(options: {
    readonly registry: Known;
    readonly randomHex: (bytes: number) => string;
    readonly log: Pick<Log, "warn">;
  }) {
    this.#registry = options.registry;
    this.#randomHex = options.randomHex;
    this.#log = options.log;
  }

  /** Within two seconds. */
  async ask({ connection, session }: WhichProcess): Promise<InsideReply> {
    if (connection !== undefined) return this.#askConnection(connection);
    return session === undefined ? { is: "found", inside: lookInside() } : this.#askKeeper(session);
  }

  /** Everything that is waited for now, the longest first; of a silent process that it says nothing. */
  async waits(): Promise<{ readonly waits: readonly WaitOf[]; readonly more: boolean }> {
    const { sessions, connections } = this.#registry;
    const own: readonly WaitOf[] = ownWaits.list(ownMax).map((wait) => ({ pid: process.pid, wait }));
    const others = await Promise.all([
      ...connections.map(({ id: connection, pid }) => this.#waitsOf({ connection }, pid)),
      ...sessions.map(({ facts }) => this.#waitsOf({ session: facts.id }, facts.keeperPid)),
    ]);
    const all = [...own, ...others.flat()].toSorted((one, other) => other.wait.waited - one.wait.waited);
    return { waits: all.slice(0, limits.waitsAnswered), more: limits.waitsAnswered < all.length };
  }

  /**
   * What a process of ours holds by its engine's rooms, against others of its kind; undefined: it is none, or silent.
   */
  async rooms(pid: number): Promise<readonly MemoryRoom[] | undefined> {
    const own = this.#processOf(pid);
    if (own === undefined) return undefined;
    const others = this.#alike(own).slice(0, comparedMax);
    const [asked, ...replies] = await Promise.all([own, ...others].map((each) => this.ask(each)));
    if (asked?.is !== "found") return undefined;
    const answered = replies.flatMap((reply) => (reply.is === "found" ? [reply.inside] : []));
    return roomsOf(asked.inside, answered);
  }

  /** Has a process send its report and heap to the one who listens at `path`. */
  async sendDump({ connection, session }: WhichProcess, path: string): Promise<OrderReply> {
    if (connection !== undefined) {
      const tell = this.#tellOf(connection);
      if (typeof tell !== "function") return tell;
      tell("sendDump", { path });
      return { is: "done" };
    }
    if (session !== undefined) return this.#sendKeepersDump(session, path);
    sendDump(path).catch((error: unknown) => this.#log.warn("dumpNotSent", { why: String(error) }));
    return { is: "done" };
  }

  /** Keeps a refusal on its client's screen; with 0 seconds no longer. */
  hold(connection: ConnectionId, seconds: number): OrderReply {
    const facts = this.#registry.connection(connection);
    if (facts === undefined) return { is: "none" };
    if (facts.refusal === undefined) return { is: "failed", why: "there is no refusal on its screen" };
    const tell = this.#tellOf(connection);
    if (typeof tell !== "function") return tell;
    tell("holdRefusal", { seconds });
    return { is: "done" };
  }

  /** The connection has announced itself: it can be told something. */
  receiveConnection(id: ConnectionId, tell: Tell<(typeof serviceContract)["serverNews"]>): void {
    this.#connections.set(id, tell);
  }

  /** INVARIANT: a connection answers for itself alone. */
  receiveAnswer(connection: ConnectionId, id: string, inside: Inside): void {
    const asked = this.#asked.get(id);
    if (asked?.connection === connection) asked.settle({ is: "found", inside });
  }

  forgetConnection(id: ConnectionId): void {
    this.#connections.delete(id);
    for (const each of this.#asked.values()) if (each.connection === id) each.settle({ is: "none" });
  }

  /** undefined: it is none of ours, or a process that stands ready for a client. */
  #processOf(pid: number): WhichProcess | undefined {
    if (pid === process.pid) return {};
    const connection = this.#registry.connections.find((each) => each.pid === pid)?.id;
    const session = this.#registry.sessions.find(({ facts }) => facts.keeperPid === pid)?.facts.id;
    if (connection !== undefined) return { connection };
    return session === undefined ? undefined : { session };
  }

  /** The others of its kind. */
  #alike({ connection, session }: WhichProcess): readonly WhichProcess[] {
    if (connection !== undefined) {
      const others = this.#registry.connections.filter(({ id }) => id !== connection);
      return others.map(({ id }) => ({ connection: id }));
    }
    if (session === undefined) return [];
    const others = this.#registry.sessions.filter(({ facts }) => facts.id !== session);
    return others.map(({ facts }) => ({ session: facts.id }));
  }

  #askConnection(connection: ConnectionId): Promise<InsideReply> {
    const tell = this.#tellOf(connection);
    if (typeof tell !== "function") {
      return Promise.resolve(tell.is === "failed" ? { is: "silent", why: tell.why } : { is: "none" });
    }
    const id = this.#randomHex(16);
    return new Promise((resolve) => {
      const late = setTimeout(() => settle({ is: "silent", why: "it does not answer" }), answersWithin);
      const settle = (reply: InsideReply): void => {
        clearTimeout(late);
        this.#asked.delete(id);
        resolve(reply);
      };
      this.#asked.set(id, { connection, settle });
      tell("lookInside", { id });
    });
  }

  async #askKeeper(id: SessionId): Promise<InsideReply> {
    const known = this.#registry.session(id);
    if (known === undefined) return { is: "none" };
    try {
      return { is: "found", inside: await known.keeper.call("inside", {}) };
    } catch (error) {
      if (error instanceof CallFailed) return { is: "silent", why: whyNot(error) };
      throw error;
    }
  }

  async #sendKeepersDump(id: SessionId, path: string): Promise<OrderReply> {
    const known = this.#registry.session(id);
    if (known === undefined) return { is: "none" };
    try {
      await known.keeper.call("sendDump", { path });
      return { is: "done" };
    } catch (error) {
      if (error instanceof CallFailed) return { is: "failed", why: whyNot(error) };
      throw error;
    }
  }

  async #waitsOf(which: Pick<WaitOf, "connection" | "session">, pid: number): Promise<readonly WaitOf[]> {
    const reply = await this.ask(which);
    if (reply.is === "found") return reply.inside.waits.map((wait) => ({ ...which, pid, wait }));
    if (reply.is === "none") return [];
    return [{ ...which, pid, wait: { what: `nobody knows what: ${reply.why}`, waited: 0 } }];
  }

  #tellOf(connection: ConnectionId): Tell<(typeof serviceContract)["serverNews"]> | OrderReply {
    const facts = this.#registry.connection(connection);
    const tell = this.#connections.get(connection);
    if (facts === undefined || tell === undefined) return { is: "none" };
    return facts.isOpen === true ? tell : { is: "failed", why: olderVersion };
  }
}

function whyNot({ cause, message }: CallFailed): string {
  if (cause.is === "refused" && cause.code === "unknownCall") return olderVersion;
  return cause.is === "deadline" ? "it does not answer" : message;
}

const olderVersion = "it is of an older version, which cannot be asked this";
const answersWithin = milliseconds(2000);
const ownMax = 256;
/** Enough for a middle. */
const comparedMax = 50;
