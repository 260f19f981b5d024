import { adminSocketPath } from "#admin/cli/adminSocketPath.ts";
import type { DoctorOrder, Outcome } from "#admin/cli/command.ts";
import { adminContract } from "#contracts/admin.ts";
import { diagnose } from "#diagnostics/doctor/diagnose.ts";
import { doctorText } from "#diagnostics/doctor/doctorText.ts";
import type { Examined } from "#diagnostics/doctor/finding.ts";
import { defaultPolicy } from "#policy/configuration/policyInForce.ts";
import { hostSettingsOf } from "#policy/configuration/resolution.ts";
import { readConfiguration } from "#service/configurationFile.ts";
import { systemClock } from "#system/clock.ts";
import { chooseFolders } from "#system/folders.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";

/** Looks at the host and at the service on it. 0: nothing is broken; 1: something is. */
export async function doctor({ folders: options, json, version }: DoctorOrder): Promise<Outcome> {
  const folders = chooseFolders(options);
  const configured = readConfiguration(folders.config);
  const findings = await diagnose({
    root: "/",
    folders,
    settings: hostSettingsOf((configured.is === "read" ? configured : defaultPolicy).configuration),
    configurationProblems: configured.is === "read" ? [] : configured.problems,
    service: await askService(adminSocketPath(options, { environment: process.env, userId: process.getuid?.() ?? 0 })),
    version,
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    now: systemClock.wallTime(),
  });
  const exit = findings.some(({ is }) => is === "broken") ? 1 : 0;
  return { exit, out: json ? `${JSON.stringify({ findings })}\n` : doctorText(findings) };
}

async function askService(path: string): Promise<Examined["service"]> {
  try {
    const admin = await connectContract(adminContract, path, {});
    try {
      return { is: "running", status: await admin.call("status", {}) };
    } finally {
      admin.close();
    }
  } catch (error) {
    if (error instanceof ConnectFailed)
      return { is: "silent", why: `Holdfast is not running: nobody answers at ${path}` };
    if (error instanceof CallFailed)
      return { is: "silent", why: `Holdfast runs and does not answer: ${error.message}` };
    throw error;
  }
}
