import type { adminContract } from "#contracts/admin.ts";
import type { LeakFinding } from "#contracts/leaks.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { LeakWatch } from "../leaks/leakWatch.ts";
import type { InsideCallsParts } from "./insideCalls.ts";
import { accessDenied, type Caller } from "./caller.ts";

export interface LeakCallsParts extends Pick<InsideCallsParts, "insides"> {
  readonly leaks: Pick<LeakWatch, "find" | "clean" | "memory">;
}

type Calls = Pick<Handlers<typeof adminContract>, "leaks" | "cleanLeaks" | "memory">;

/** What is held, and what leaks. Only administrators see others'. */
export function leakCalls({ leaks, insides }: LeakCallsParts, caller: Caller): Calls {
  return {
    leaks: async () => {
      const [reply, account, all] = await Promise.all([leaks.find(), caller.account(), caller.isAdministrator()]);
      return all ? reply : { ...reply, findings: reply.findings.filter((each) => isOf(each, account?.name)) };
    },
    cleanLeaks: async ({ ids }) => {
      if (!(await caller.isAdministrator())) return { is: "denied", why: accessDenied };
      return { is: "cleaned", results: await leaks.clean(ids) };
    },
    memory: async ({ pid }) => {
      const [reply, account, all] = await Promise.all([leaks.memory(pid), caller.account(), caller.isAdministrator()]);
      if (all) {
        const rooms = pid === undefined ? undefined : await insides.rooms(pid);
        return { ...reply, ...(rooms === undefined ? {} : { rooms }) };
      }
      const { parts, ...rest } = reply;
      const processes = reply.processes.filter(({ user }) => user === account?.name);
      const isOwn = processes.some((each) => each.pid === pid);
      return { ...rest, processes, ...(isOwn && parts !== undefined ? { parts } : {}) };
    },
  };
}

function isOf({ owner }: LeakFinding, user: string | undefined): boolean {
  return user !== undefined && "user" in owner && owner.user === user;
}
