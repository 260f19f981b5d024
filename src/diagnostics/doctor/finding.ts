import type { adminContract } from "#contracts/admin.ts";
import type { ReplyOf } from "#contracts/contract.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { WallTime } from "#base/units.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Folders } from "#system/folders.ts";

/** A row of `holdfast doctor`. */
export interface Finding {
  /** What was looked at: "certificate". */
  readonly about: string;
  /** `broken`: somebody cannot work now. `warning`: somebody will not, or some will not. */
  readonly is: "ok" | "warning" | "broken";
  /** What was seen, with its numbers; one sentence. */
  readonly evidence: string;
  /** The command or the setting that mends it. */
  readonly mend?: string;
}

/** The host, and what is known of the service on it. */
export interface Examined {
  /** Where the host's files begin: "/", or a test's own. */
  readonly root: string;
  readonly folders: Folders;
  readonly settings: HostSettings;
  /** What the configuration on the disk says; absent: it cannot be read. */
  readonly policy?: Pick<PolicyInForce, "configuration" | "text">;
  /** What is wrong with the configuration on the disk, a line each. */
  readonly configurationProblems: readonly string[];
  /** What the running service says of itself, or why it does not. */
  readonly service:
    | { readonly is: "running"; readonly status: ReplyOf<(typeof adminContract)["calls"]["status"]> }
    | { readonly is: "silent"; readonly why: string };
  /** What people were refused lately for a fault of the host, oldest first; absent: it cannot be asked. */
  readonly refusals?: readonly EndRecord[];
  /** Of the program that examines. */
  readonly version: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
  readonly now: WallTime;
}

/** Looks at one side of the host. What it throws becomes a row. */
export interface Examination {
  readonly about: string;
  readonly examine: (host: Examined) => Promise<readonly Finding[]> | readonly Finding[];
}

export const ok = (about: string, evidence: string): Finding => ({ about, is: "ok", evidence });
export const warning = (about: string, evidence: string, mend: string): Finding => ({
  about,
  is: "warning",
  evidence,
  mend,
});
export const broken = (about: string, evidence: string, mend: string): Finding => ({
  about,
  is: "broken",
  evidence,
  mend,
});
