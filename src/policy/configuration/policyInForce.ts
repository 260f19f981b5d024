import { wallTime, type WallTime } from "#base/units.ts";
import type { Configuration } from "./configuration.ts";

/** The configuration that counts, and since when. */
export interface PolicyInForce {
  /** The path of `holdfast.toml`; it need not exist, and may say something else by now. */
  readonly file: string;
  /** What stood there when it was taken up; "" when there was no file. */
  readonly text: string;
  readonly configuration: Configuration;
  readonly since: WallTime;
  /** The same for what it says about limits of time. */
  readonly limitsSince: WallTime;
}

/** What counts where nobody has said anything. */
export const defaultPolicy: PolicyInForce = {
  file: "",
  text: "",
  configuration: { listener: new Map(), computerPolicies: [], userPolicies: [], userAccounts: new Map() },
  since: wallTime(0),
  limitsSince: wallTime(0),
};
