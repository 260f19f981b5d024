import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RequestOf } from "#contracts/contract.ts";
import type { KeeperStart } from "#contracts/keeper.ts";
import type { serviceContract } from "#contracts/service.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { UserBudget } from "#system/budget/userBudget.ts";
import { KeeperNotStarted, type PamStop } from "#system/keepers/startKeeper.ts";
import type { Log } from "#system/log.ts";
import type { User } from "#system/users.ts";
import type { Keepers } from "./keepers.ts";
import type { KnownSession } from "./registry.ts";

type Request = RequestOf<(typeof serviceContract)["calls"]["openSession"]>;

export interface SessionStartsOptions {
  readonly keepers: Pick<Keepers, "folder" | "freeId" | "start">;
  readonly settings: HostSettings;
  /** Absent in single-user mode. */
  readonly connectionGid: number | undefined;
  /** What users' sessions have together; absent: nothing is reserved. */
  readonly budget?: Pick<UserBudget, "share" | "review"> | undefined;
  readonly log: Log;
  /** Default: on the disk. */
  readonly makeFolder?: (path: string) => void;
}

/** Makes new sessions: a folder and a keeper each. */
export class SessionStarts {
  readonly #options: SessionStartsOptions;
  readonly #underWay = new Map<string, Promise<KnownSession | Refusal>>();

  constructor(options: SessionStartsOptions) {
    this.#options = options;
  }

  /** The session that is just being made for this user: two clients of his at the same moment get the same one. */
  underWay(user: string): Promise<KnownSession | Refusal> | undefined {
    return this.#underWay.get(user);
  }

  /** Never rejects. The desktop is not ready then. */
  start(account: User, request: Request, administrative: boolean): Promise<KnownSession | Refusal> {
    const started = this.#start(account, request, administrative).finally(() => {
      if (this.#underWay.get(account.name) === started) this.#underWay.delete(account.name);
    });
    this.#underWay.set(account.name, started);
    return started;
  }

  async #start(account: User, request: Request, administrative: boolean): Promise<KnownSession | Refusal> {
    const { keepers, settings, connectionGid, budget, log, makeFolder = makeSessionFolder } = this.#options;
    budget?.review();
    const id = keepers.freeId();
    const sessionFolder = join(keepers.folder, String(id));
    const start: KeeperStart = {
      id,
      user: account.name,
      sessionFolder,
      size: request.size,
      sizeMax: { width: settings.DesktopWidthMax, height: settings.DesktopHeightMax },
      keyboard: request.keyboard,
      client: request.client,
      administrative,
      startwm: settings.StartWm,
      ...(administrative || budget === undefined ? {} : { budget: budget.share }),
      ...(connectionGid === undefined
        ? {}
        : { connectionGid, pamService: settings.PamService, pamSeconds: settings.PamSeconds }),
    };
    try {
      makeFolder(sessionFolder);
      return await keepers.start(start);
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      log.error("keeperNotStarted", { session: id, user: account.name, why: sentence });
      rmSync(sessionFolder, { recursive: true, force: true });
      const pam = error instanceof KeeperNotStarted ? error.pam : undefined;
      if (pam !== undefined) return pamHangs(pam, settings.PamService);
      return { code: "HF-SESS-01", culprit: "keeper", sentence, log: [] };
    }
  }
}

/** A module has not come back. */
function pamHangs({ seconds, wait }: PamStop, service: string): Refusal {
  const waits = wait === undefined ? "" : `: ${wait.words}`;
  const sentence = `it did not open the session within ${seconds} s${waits}.`;
  return { code: "HF-SESS-02", culprit: "PAM", sentence, log: [], rule: wait?.place ?? `/etc/pam.d/${service}` };
}

function makeSessionFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o711 });
}
