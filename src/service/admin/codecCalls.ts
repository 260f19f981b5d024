import type { adminContract } from "#contracts/admin.ts";
import type { Log } from "#system/log.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { Chronicle } from "../chronicle/chronicle.ts";
import type { RejectedCodecs } from "../rejectedCodecs.ts";
import { accessDenied, denied, type Caller } from "./caller.ts";

export interface CodecCallsParts {
  readonly codecs: Pick<RejectedCodecs, "clients" | "forget">;
  readonly chronicle: Pick<Chronicle, "note">;
  readonly log: Log;
}

type Calls = Pick<Handlers<typeof adminContract>, "rejectedCodecs" | "forgetRejectedCodecs">;

/** What clients have rejected. Their names are other people's: administrators only. */
export function codecCalls({ codecs, chronicle, log }: CodecCallsParts, caller: Caller): Calls {
  const { uid } = caller;
  return {
    rejectedCodecs: async () => {
      if (!(await caller.isAdministrator())) return { is: "denied", why: accessDenied };
      return { is: "found", clients: codecs.clients };
    },
    forgetRejectedCodecs: async ({ client }) => {
      if (!(await caller.isAdministrator())) return denied;
      if (!codecs.forget(client)) return { is: "none" };
      log.info("codecsForgotten", { client, uid });
      chronicle.note("codecsForgotten", { data: { Client: client, Uid: uid } });
      return { is: "done" };
    },
  };
}
