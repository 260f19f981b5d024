import { spawn } from "node:child_process";
import { join } from "node:path";
import { startHoldfast } from "../test/interop/harness/holdfast.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";

export const question = "How long does `holdfast doctor` take on this host, beside a running service?";

export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  await using host = await startHoldfast();
  const samples: number[] = [];
  for (let round = 0; round < 11; round++) {
    say(`${round + 1} of 11`);
    const begin = performance.now();
    const child = spawn("./holdfast", ["doctor", "--run", host.run, "--state", join(host.folder, "state")], {
      stdio: "ignore",
    });
    await new Promise((done) => child.once("exit", done));
    samples.push((performance.now() - begin) / 1000);
  }
  return [{ name: "holdfast doctor, from its start to its end", unit: "s", better: "less", samples }];
}
