import type { adminContract, LogonMode, OrderReply, OtherVersions } from "#contracts/admin.ts";
import { limits } from "#base/limits.ts";
import type { PolicyStanding } from "#contracts/policy.ts";
import type { WallTime } from "#base/units.ts";
import type { UserBudgetFacts } from "#system/budget/userBudget.ts";
import type { Log } from "#system/log.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { LicenceReport } from "../licenceOffice.ts";
import type { Chronicle } from "../chronicle/chronicle.ts";
import type { ReconnectTotals } from "../reconnect.ts";
import { denied, type Caller } from "./caller.ts";

export interface HostCallsParts {
  readonly status: () => {
    version: string;
    pid: number;
    listening: readonly string[];
    fingerprint: string;
    singleUser: boolean;
    hostName: string;
    startedAt: WallTime;
    seats: { used: number; limit?: number; because: string };
    cookies: ReconnectTotals;
    logonMode: LogonMode;
    reserved?: UserBudgetFacts;
    otherVersions?: OtherVersions;
    keeperVersion?: number;
    policy?: PolicyStanding;
  };
  /** undefined: none are counted. */
  readonly licences: () => LicenceReport | undefined;
  /** Begins soon; or why not. */
  readonly restart: () => Promise<string | undefined>;
  /** Throws the system's error when it cannot be kept. */
  readonly setLogonMode: (mode: LogonMode) => void;
  readonly chronicle: Pick<Chronicle, "note">;
  readonly log: Log;
}

type Calls = Pick<Handlers<typeof adminContract>, "status" | "licences" | "restart" | "setLogonMode">;

/** What concerns the whole host. */
export function hostCalls(parts: HostCallsParts, caller: Caller): Calls {
  const { status, licences, restart, setLogonMode, chronicle, log } = parts;
  const { uid } = caller;
  const asAdministrator = async (act: () => Promise<string | undefined> | string | undefined): Promise<OrderReply> => {
    if (!(await caller.isAdministrator())) return denied;
    const why = await act();
    return why === undefined ? { is: "done" } : { is: "failed", why };
  };
  return {
    status: async () => status(),
    licences: async ({ after = "" }) => {
      const report = licences();
      if (report === undefined) return { is: "uncounted" };
      const { graceDaysLeft, rules, uncovered } = report;
      const held = report.licences
        .filter(({ holder }) => after < holder)
        .toSorted((a, b) => (a.holder < b.holder ? -1 : 1));
      const page = held.slice(0, limits.sessionsInPage);
      return { is: "counted", ...rules, graceDaysLeft, licences: page, more: page.length < held.length, uncovered };
    },
    restart: () =>
      asAdministrator(() => {
        log.info("restartOrdered", { uid });
        return restart();
      }),
    setLogonMode: ({ mode }) =>
      asAdministrator(() => {
        try {
          setLogonMode(mode);
        } catch (error) {
          // A full disk, say: the one who orders it is to know.
          return error instanceof Error ? error.message : String(error);
        }
        log.info("logonModeChanged", { mode, uid });
        chronicle.note("logonModeChanged", { data: { Mode: mode, Uid: uid } });
        return undefined;
      }),
  };
}
