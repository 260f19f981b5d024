import type { SessionId } from "#base/ids.ts";
import { milliseconds, type Milliseconds } from "#base/units.ts";
import type { ProcessFacts } from "#contracts/facts.ts";
import { adoptOrphans, reap } from "#system/native/processControl.ts";
import { endProcesses } from "#system/processes/endProcesses.ts";
import { descendantsOf, imageOf, listProcesses, userIdOf, type ProcessEntry } from "#system/processes/processList.ts";

/**
 * The processes of this session: all descendants of this process, which adopts every orphan among them
 * (PR_SET_CHILD_SUBREAPER), so that none can leave by forking twice or by a session of its own.
 */
export class SessionProcesses {
  readonly #children: () => ReadonlySet<number>;
  #reaping: NodeJS.Timeout | undefined;

  /** `children`: those that Node started and waits for itself. */
  constructor(children: () => ReadonlySet<number>) {
    this.#children = children;
    adoptOrphans();
    process.on("SIGCHLD", () => this.#reapSoon());
  }

  list(session: SessionId, user: { readonly uid: number; readonly name: string }): readonly ProcessFacts[] {
    return descendantsOf(process.pid)
      .filter((entry) => !entry.zombie)
      .map((entry) => ({ pid: entry.pid, user: nameOf(userIdOf(entry.pid), user), image: imageOf(entry), session }));
  }

  /** Ends all but `spared` (and its descendants). Resolves with the number of those that could not be ended. */
  async endAllBut(spared: number | undefined, grace: Milliseconds): Promise<number> {
    const left = await endProcesses(() => this.#allBut(spared), { grace, meanwhile: () => this.#reapNow() });
    return left.length;
  }

  close(): void {
    clearTimeout(this.#reaping);
    process.removeAllListeners("SIGCHLD");
  }

  #allBut(spared: number | undefined): readonly ProcessEntry[] {
    return descendantsOf(process.pid).filter((entry) => entry.pid !== spared);
  }

  #reapSoon(): void {
    // A scan of /proc for every process that ends would be too much while something is being compiled.
    this.#reaping ??= setTimeout(() => {
      this.#reaping = undefined;
      this.#reapNow();
    }, reapDelay).unref();
  }

  #reapNow(): void {
    const known = this.#children();
    for (const entry of listProcesses()) {
      if (entry.zombie && entry.parentPid === process.pid && !known.has(entry.pid)) reap(entry.pid);
    }
  }
}

function nameOf(uid: number | undefined, user: { readonly uid: number; readonly name: string }): string {
  if (uid === user.uid) return user.name;
  return uid === 0 ? "root" : String(uid ?? "");
}

const reapDelay = milliseconds(500);
