import type { ConnectionId } from "#base/ids.ts";
import type { adminContract } from "#contracts/admin.ts";
import type { TraceEndReply } from "#contracts/trace.ts";
import type { Log } from "#system/log.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { Registry } from "../registry.ts";
import type { TraceEnd, Traces } from "../traces/traces.ts";
import { accessDenied, type Caller } from "./caller.ts";

export interface TraceCallsParts {
  readonly traces: Pick<Traces, "start" | "stop" | "save" | "status" | "archives">;
  readonly registry: Registry;
  readonly log: Log;
}

type Calls = Pick<
  Handlers<typeof adminContract>,
  "traceStart" | "traceStop" | "traceSave" | "traceStatus" | "traceList"
>;

/** Traces show what everybody does: administrators only. */
export function traceCalls({ traces, registry, log }: TraceCallsParts, caller: Caller): Calls {
  const isUnknown = (connection: ConnectionId | undefined): boolean =>
    connection !== undefined && registry.connection(connection) === undefined;
  const note = (order: string): void => log.info("traceOrdered", { order, uid: caller.uid });
  const denied = { is: "denied", why: accessDenied } as const;
  const none = { is: "none" } as const;
  return {
    traceStart: async ({ pictures, connection }) => {
      if (!(await caller.isAdministrator())) return denied;
      if (isUnknown(connection)) return none;
      note("start");
      return traces.start({ pictures, connection });
    },
    traceStop: async () => {
      if (!(await caller.isAdministrator())) return denied;
      note("stop");
      return replyOf(await traces.stop());
    },
    traceSave: async ({ connection }) => {
      if (!(await caller.isAdministrator())) return denied;
      note("save");
      return replyOf(await traces.save({ connection }));
    },
    traceStatus: async () => ((await caller.isAdministrator()) ? { is: "told", ...traces.status } : denied),
    traceList: async () => ((await caller.isAdministrator()) ? { is: "listed", traces: traces.archives } : denied),
  };
}

function replyOf(end: TraceEnd): TraceEndReply {
  return end.is === "collected" ? { is: "collected", ...end.collected } : end;
}
