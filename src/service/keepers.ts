import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sessionId, type SessionId } from "#base/ids.ts";
import { milliseconds, type Milliseconds } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { keeperContract, type KeeperStart, type SessionEnd } from "#contracts/keeper.ts";
import { otherKeeperContract } from "#contracts/otherKeeper.ts";
import { endAbandonedSession } from "#system/keepers/endAbandonedSession.ts";
import { startKeeper } from "#system/keepers/startKeeper.ts";
import type { Log } from "#system/log.ts";
import { signal } from "#system/processes/endProcesses.ts";
import { readProcess } from "#system/processes/processList.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";
import type { SessionChronicle } from "./chronicle/sessionChronicle.ts";
import type { KnownSession, Registry } from "./registry.ts";

/**
 * The service's way to the keepers: finds those that run, starts new ones, keeps the registry true to what they say.
 */
export class Keepers {
  /** `RUN/sessions`: a folder per session, named by its id. */
  readonly folder: string;
  readonly #registry: Registry;
  readonly #log: Log;
  readonly #witness: Pick<SessionChronicle, "receiveEnded" | "receiveLost"> | undefined;
  readonly #askAgainAfter: Milliseconds;

  constructor(options: {
    readonly folder: string;
    readonly registry: Registry;
    readonly log: Log;
    /** Writes down how sessions end. */
    readonly witness?: Pick<SessionChronicle, "receiveEnded" | "receiveLost">;
    /** How soon a keeper that lives and does not answer is asked again. */
    readonly askAgainAfter?: Milliseconds;
  }) {
    this.folder = options.folder;
    this.#registry = options.registry;
    this.#log = options.log;
    this.#witness = options.witness;
    this.#askAgainAfter = options.askAgainAfter ?? silentFor;
  }

  /**
   * Takes up every session whose keeper answers; what a dead keeper left is ended; one that lives and is silent is told
   * in the log and asked again later. Never rejects: one keeper must not keep the service from starting.
   */
  async discover(): Promise<void> {
    await Promise.all(this.#ids().map((id) => this.#find(id)));
  }

  /**
   * The next id that no session has: one more than the highest, from 2 up (0 and 1 are `services` and `console`); the
   * lowest that is free once the highest has been given.
   */
  freeId(): SessionId {
    const taken = new Set<number>(this.#ids());
    let id = Math.max(1, ...taken) + 1;
    if (highestId < id) for (id = 2; taken.has(id);) id++;
    return sessionId(id);
  }

  /**
   * Starts a keeper and connects to it; the desktop is not ready then. Throws when the process does not come up, or is
   * silent.
   */
  async start(start: KeeperStart): Promise<KnownSession> {
    const pid = await startKeeper(start);
    try {
      const known = await this.#takeUpPatiently(start.id);
      this.#registry.noteCreated();
      return known;
    } catch (error) {
      // Nobody knows of it, and nobody would ever find it.
      const keeper = readProcess(pid);
      if (keeper !== undefined) signal(keeper, "SIGKILL");
      await this.#endAbandoned(start.id);
      throw error;
    }
  }

  /** A host on which many sessions start at once lets some keeper miss a deadline. */
  async #takeUpPatiently(id: SessionId): Promise<KnownSession> {
    for (let left = 2; ; left--) {
      try {
        return await this.#takeUp(id);
      } catch (error) {
        if (left === 0 || isDead(error)) throw error;
      }
    }
  }

  async #find(id: SessionId): Promise<void> {
    try {
      await this.#takeUp(id);
    } catch (error) {
      this.#log.warn("keeperSilent", { session: id, why: error instanceof Error ? error.message : String(error) });
      // Nobody can reach that desktop any more: its socket listens no longer, or was never made.
      if (isDead(error)) return this.#endAbandoned(id);
      if (speaksAnother(error)) return;
      setTimeout(() => void this.#findAgain(id), this.#askAgainAfter).unref();
    }
  }

  async #findAgain(id: SessionId): Promise<void> {
    const isLeft = existsSync(join(this.folder, String(id)));
    if (isLeft && this.#registry.session(id) === undefined) await this.#find(id);
  }

  /** A keeper with which no version is shared is spoken to in its own. */
  async #takeUp(id: SessionId): Promise<KnownSession> {
    try {
      return await this.#takeUpBy(id, keeperContract);
    } catch (error) {
      const cause = error instanceof ConnectFailed ? error.cause : undefined;
      if (cause?.is !== "incompatible") throw error;
      const { version } = cause.theirs;
      this.#log.warn("keeperOfOtherVersion", { session: id, version, ours: keeperContract.version });
      return this.#takeUpBy(id, otherKeeperContract(version));
    }
  }

  async #takeUpBy(id: SessionId, contract: typeof keeperContract): Promise<KnownSession> {
    const keeperPath = join(this.folder, String(id), "keeper.sock");
    const knownWith = (facts: SessionFacts): KnownSession => {
      const version = keeper.server?.version ?? contract.version;
      const attachable = contract === keeperContract;
      const isOurs = version === keeperContract.version;
      return { facts, keeper, keeperPath, ...(isOurs ? {} : { otherVersion: { version, attachable } }) };
    };
    const keeper = await connectContract(contract, keeperPath, {
      facts: (facts) => this.#registry.receiveSession(knownWith(facts)),
      detach: () => {},
      ended: ({ end }) => this.#ended(id, end),
    });
    void keeper.closed.then((why) => {
      if (this.#registry.session(id)?.keeper !== keeper) return;
      this.#registry.forgetSession(id);
      this.#log.warn("keeperGone", { session: id, why });
      // It said no goodbye. If it was killed nobody listens any more; if only the socket broke, it is found again.
      void this.#findAgain(id);
    });
    try {
      const known = knownWith(await keeper.call("facts", {}));
      this.#registry.receiveSession(known);
      return known;
    } catch (error) {
      keeper.close();
      throw error;
    }
  }

  async #endAbandoned(id: SessionId): Promise<void> {
    const sessionFolder = join(this.folder, String(id));
    if (!existsSync(sessionFolder)) return;
    try {
      const processes = await endAbandonedSession(sessionFolder);
      this.#log.error("sessionAbandoned", { session: id, processes });
      this.#witness?.receiveLost(id);
    } catch (error) {
      // What is left of it is somebody's memory, and not worth the service.
      this.#log.error("abandonedSessionLeft", { session: id, why: String(error) });
    }
  }

  #ended(id: SessionId, end: SessionEnd): void {
    this.#witness?.receiveEnded(id, end);
    this.#registry.forgetSession(id);
    const { cause, culprit, sentence, log } = end;
    // The keeper's own log is gone with the session's folder.
    const said = log.length === 0 ? {} : { said: log.slice(-5).join(" | ") };
    this.#log.info("sessionEnded", { session: id, cause, culprit, sentence, ...said });
  }

  #ids(): SessionId[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => /^\d{1,5}$/u.test(name))
      .map((name) => sessionId(Number(name)));
  }
}

function isDead(error: unknown): boolean {
  return error instanceof ConnectFailed && error.cause.is === "unreachable" && deadCodes.has(error.cause.code);
}

/** Asking again would change nothing. */
function speaksAnother(error: unknown): boolean {
  if (error instanceof CallFailed) return error.cause.is === "shape";
  return error instanceof ConnectFailed && ["otherContract", "incompatible"].includes(error.cause.is);
}

const deadCodes = new Set(["ECONNREFUSED", "ENOENT"]);
const silentFor = milliseconds(5000);
/** Clients know sessions by 16 bits. */
const highestId = 65_535;
