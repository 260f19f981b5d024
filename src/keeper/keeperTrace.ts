import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import type { ReplyOf, RequestOf } from "#contracts/contract.ts";
import type { keeperContract } from "#contracts/keeper.ts";
import { startCpuProfile, type CpuProfile } from "#system/trace/cpuProfile.ts";

type Call = (typeof keeperContract)["calls"]["trace"];

/** Hands out what was recorded in this process; there are no secrets in it. */
export class KeeperTrace {
  readonly #recorder: TraceRecorder;
  #profile: Promise<CpuProfile> | undefined;

  constructor(recorder: TraceRecorder) {
    this.#recorder = recorder;
  }

  async answer({ order, from }: RequestOf<Call>): Promise<ReplyOf<Call>> {
    if (order === "follow") {
      this.#profile ??= startCpuProfile();
      return { records: "" };
    }
    const { ring } = this.#recorder;
    const { bytes, next } = ring.take(from, partBytes);
    const records = Buffer.from(bytes).toString("base64");
    if (next < ring.end) return { records, next };
    const profile = order === "end" ? await this.#profiled() : "";
    return { records, ...(0 < profile.length && profile.length <= profileMax ? { profile } : {}) };
  }

  async #profiled(): Promise<string> {
    const profile = await this.#profile;
    this.#profile = undefined;
    return (await profile?.stop()) ?? "";
  }
}

/** A line of a contract has room for them. */
const partBytes = 128 << 10;
const profileMax = 400_000;
