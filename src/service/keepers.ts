import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sessionId, type SessionId } from "#base/ids.ts";
import { keeperContract, type KeeperStart, type SessionEnd } from "#contracts/keeper.ts";
import { endAbandonedSession } from "#system/keepers/endAbandonedSession.ts";
import { startKeeper } from "#system/keepers/startKeeper.ts";
import type { Log } from "#system/log.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { ConnectFailed } from "#system/rpc/failures.ts";
import type { KnownSession, Registry } from "./registry.ts";

/** The service's way to the keepers: finds those that run, starts new ones, keeps the registry true to what they say. */
export class Keepers {
  /** `RUN/sessions`: a folder per session, named by its id. */
  readonly folder: string;
  readonly #registry: Registry;
  readonly #log: Log;

  constructor(options: { readonly folder: string; readonly registry: Registry; readonly log: Log }) {
    this.folder = options.folder;
    this.#registry = options.registry;
    this.#log = options.log;
  }

  /** Takes up every session whose keeper answers; what a dead keeper left is ended; the rest is told in the log and left alone. */
  async discover(): Promise<void> {
    await Promise.all(
      this.#ids().map(async (id) => {
        try {
          await this.#takeUp(id);
        } catch (error) {
          if (!(error instanceof ConnectFailed)) throw error;
          this.#log.warn("keeperSilent", { session: id, why: error.message });
          // Nobody can reach that desktop any more: its socket listens no longer, or was never made.
          const { cause } = error;
          if (cause.is === "unreachable" && deadCodes.has(cause.code)) await this.#endAbandoned(id);
        }
      }),
    );
  }

  /** The next id that no session has: one more than the highest, from 2 up (0 and 1 are `services` and `console`). */
  freeId(): SessionId {
    return sessionId(Math.max(1, ...this.#ids()) + 1);
  }

  /** Starts a keeper and connects to it; the desktop is not ready then. Throws when the process does not come up. */
  async start(start: KeeperStart): Promise<KnownSession> {
    await startKeeper(start);
    const known = await this.#takeUp(start.id);
    this.#registry.noteCreated();
    return known;
  }

  async #takeUp(id: SessionId): Promise<KnownSession> {
    const keeperPath = join(this.folder, String(id), "keeper.sock");
    const keeper = await connectContract(keeperContract, keeperPath, {
      facts: (facts) => this.#registry.receiveSession({ facts, keeper, keeperPath }),
      detach: () => {},
      ended: ({ end }) => this.#ended(id, end),
    });
    const facts = await keeper.call("facts", {});
    const known = { facts, keeper, keeperPath };
    this.#registry.receiveSession(known);
    void keeper.closed.then((why) => {
      if (this.#registry.session(id)?.keeper !== keeper) return;
      this.#registry.forgetSession(id);
      this.#log.warn("keeperGone", { session: id, why });
      // It said no goodbye: it was killed, or crashed.
      void this.#endAbandoned(id);
    });
    return known;
  }

  async #endAbandoned(id: SessionId): Promise<void> {
    const sessionFolder = join(this.folder, String(id));
    if (!existsSync(sessionFolder)) return;
    const processes = await endAbandonedSession(sessionFolder);
    this.#log.error("sessionAbandoned", { session: id, processes });
  }

  #ended(id: SessionId, end: SessionEnd): void {
    this.#registry.forgetSession(id);
    this.#log.info("sessionEnded", { session: id, cause: end.cause, culprit: end.culprit, sentence: end.sentence });
  }

  #ids(): SessionId[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => /^\d{1,5}$/u.test(name))
      .map((name) => sessionId(Number(name)));
  }
}

const deadCodes = new Set(["ECONNREFUSED", "ENOENT"]);
