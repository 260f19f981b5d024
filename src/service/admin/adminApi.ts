import type { adminContract } from "#contracts/admin.ts";
import type { Handlers, Peer } from "#system/rpc/serveContract.ts";
import { accountCalls, type AccountCallsParts } from "./accountCalls.ts";
import { Caller } from "./caller.ts";
import { codecCalls, type CodecCallsParts } from "./codecCalls.ts";
import { historyCalls, type HistoryCallsParts } from "./historyCalls.ts";
import { insideCalls, type InsideCallsParts } from "./insideCalls.ts";
import { hostCalls, type HostCallsParts } from "./hostCalls.ts";
import { leakCalls, type LeakCallsParts } from "./leakCalls.ts";
import { moveCalls, type MoveCallsParts } from "./moveCalls.ts";
import { policyCalls, type PolicyCallsParts } from "./policyCalls.ts";
import { traceCalls, type TraceCallsParts } from "./traceCalls.ts";
import { sessionCalls, type SessionCallsParts } from "./sessionCalls.ts";

export interface AdminApiParts
  extends
    HostCallsParts,
    SessionCallsParts,
    MoveCallsParts,
    AccountCallsParts,
    HistoryCallsParts,
    LeakCallsParts,
    CodecCallsParts,
    InsideCallsParts,
    TraceCallsParts {
  readonly policyParts: PolicyCallsParts;
  /** The group whose members may everything. */
  readonly administrators: string;
}

/** What the service does for one who has connected to the admin socket: commands, and programs. */
export function adminApi(parts: AdminApiParts) {
  return (peer: Peer<typeof adminContract>): Handlers<typeof adminContract> => {
    const caller = new Caller(peer, parts.administrators);
    const { released, ...inside } = insideCalls(parts, caller);
    return {
      ...inside,
      ...hostCalls(parts, caller),
      ...sessionCalls(parts, caller),
      ...moveCalls(parts, caller),
      ...accountCalls(parts, caller),
      ...historyCalls(parts, caller),
      ...leakCalls(parts, caller),
      ...codecCalls(parts, caller),
      ...traceCalls(parts, caller),
      ...policyCalls(parts, caller),
      closed: released,
    };
  };
}
