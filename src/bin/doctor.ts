import { adminSocketPath } from "#admin/cli/adminSocketPath.ts";
import type { DoctorOrder, Outcome } from "#admin/cli/command.ts";
import { limits } from "#base/limits.ts";
import { wallTime, type WallTime } from "#base/units.ts";
import { adminContract } from "#contracts/admin.ts";
import { diagnose } from "#diagnostics/doctor/diagnose.ts";
import { lately } from "#diagnostics/doctor/examineRefusals.ts";
import { doctorText } from "#diagnostics/doctor/doctorText.ts";
import type { Examined, Finding } from "#diagnostics/doctor/finding.ts";
import { defaultPolicy } from "#policy/configuration/policyInForce.ts";
import { hostSettingsOf } from "#policy/configuration/resolution.ts";
import { readConfiguration } from "#service/configurationFile.ts";
import { systemClock } from "#system/clock.ts";
import { chooseFolders } from "#system/folders.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";

/** Looks at the host and at the service on it. 0: nothing is broken; 1: something is. */
export async function doctor(order: DoctorOrder): Promise<Outcome> {
  const rows = await findings(order);
  const exit = rows.some(({ is }) => is === "broken") ? 1 : 0;
  return { exit, out: order.json ? `${JSON.stringify({ findings: rows })}\n` : doctorText(rows) };
}

/** What was found, in the doctor's order. */
export async function findings({ folders: options, version }: Omit<DoctorOrder, "json">): Promise<readonly Finding[]> {
  const folders = chooseFolders(options);
  const configured = readConfiguration(folders.config);
  const now = systemClock.wallTime();
  const socket = adminSocketPath(options, { environment: process.env, userId: process.getuid?.() ?? 0 });
  return diagnose({
    root: "/",
    folders,
    settings: hostSettingsOf((configured.is === "read" ? configured : defaultPolicy).configuration),
    ...(configured.is === "read" ? { policy: configured } : {}),
    configurationProblems: configured.is === "read" ? [] : configured.problems,
    ...(await askService(socket, now)),
    version,
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    now,
  });
}

async function askService(path: string, now: WallTime): Promise<Pick<Examined, "service" | "refusals">> {
  try {
    const admin = await connectContract(adminContract, path, {});
    try {
      const [status, reply] = await Promise.all([admin.call("status", {}), admin.call("records", refusedSince(now))]);
      const refusals = reply.is === "found" ? reply.records : [];
      return { service: { is: "running", status }, refusals };
    } finally {
      admin.close();
    }
  } catch (error) {
    if (error instanceof ConnectFailed)
      return { service: { is: "silent", why: `Holdfast is not running: nobody answers at ${path}` } };
    if (error instanceof CallFailed)
      return { service: { is: "silent", why: `Holdfast runs and does not answer: ${error.message}` } };
    throw error;
  }
}

function refusedSince(now: WallTime) {
  return { since: wallTime(now - lately * 60_000), atMost: limits.recordsAnswered };
}
