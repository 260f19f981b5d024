import type { SessionId } from "#base/ids.ts";
import { seconds, type WallTime } from "#base/units.ts";
import { adminContract } from "#contracts/admin.ts";
import { systemClock } from "#system/clock.ts";
import { connectContract, type ContractClient } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";
import { probeHost } from "../probe/probeHost.ts";
import type { ProbeReport } from "../probe/probeReport.ts";
import { localSignIn, type LocalSignInOptions } from "./localSignIn.ts";
import { testReport, type OverRdp } from "./signInReport.ts";
import { testText } from "./signInText.ts";
import { keepTest, readEarlierTests } from "./usualDurations.ts";

export interface SignInTest extends Omit<LocalSignInOptions, "clock"> {
  readonly stateFolder: string;
  /** The service's. */
  readonly adminSocket: string;
  readonly json: boolean;
}

/** Signs a user in on this host step by step, then over RDP on its own address, and says where it fails or is slow. */
export async function testSignIn(test: SignInTest): Promise<{ readonly exit: 0 | 1 | 5; readonly out: string }> {
  const earlier = readEarlierTests(test.stateFolder);
  const at = new Date(systemClock.wallTime()).toISOString();
  const local = await localSignIn({ ...test, clock: systemClock });
  const fails = local.some(({ outcome }) => outcome === "failed");
  const overRdp: OverRdp = fails ? { is: "left", why: "it fails without RDP already" } : await tryRdp(test);
  const report = testReport({ user: test.user, at, local, overRdp, earlier });
  const steps = report.steps.flatMap(({ where, step, ms, outcome }) =>
    ms === null || outcome === "failed" ? [] : [{ step: `${where} ${step}`, ms }],
  );
  keepTest(test.stateFolder, earlier, { at, steps });
  const exit = report.result === "good" ? 0 : report.result === "denied" ? 5 : 1;
  return { exit, out: test.json ? `${JSON.stringify(report)}\n` : testText(report) };
}

/** A session that the user has is left alone: signing in over RDP would take it from whoever is at it. */
async function tryRdp(test: SignInTest): Promise<OverRdp> {
  let admin: ContractClient<typeof adminContract> | undefined;
  try {
    admin = await connectContract(adminContract, test.adminSocket, {});
    const { listening } = await admin.call("status", {});
    const target = loopbackOf(listening);
    if (target === undefined) return { is: "left", why: "the service listens nowhere" };
    const own = await sessionsOf(admin, test.user);
    if (own[0] !== undefined) {
      return { is: "left", why: `${test.user} has session ${own[0]}, which would be moved: try it with a client` };
    }
    const since = systemClock.wallTime();
    const report = await probeOnce(test, target);
    // It was not there before: nobody else can be at it.
    for (const session of await sessionsOf(admin, test.user)) {
      await admin.call("endSession", { session, how: "reset" });
    }
    const refused = await refusalOf(admin, test.user, since);
    return { is: "tried", report, ...(refused === undefined ? {} : { refused }) };
  } catch (error) {
    if (error instanceof ConnectFailed) return { is: "left", why: `the service does not run (${test.adminSocket})` };
    if (error instanceof CallFailed) return { is: "left", why: `the service did not answer: ${error.message}` };
    throw error;
  } finally {
    admin?.close();
  }
}

async function sessionsOf(admin: ContractClient<typeof adminContract>, user: string): Promise<readonly SessionId[]> {
  const { sessions } = await admin.call("sessions", { only: "sessions" });
  return sessions.filter((each) => each.user === user).map(({ id }) => id);
}

/** What the service has said to him instead of giving him a session; only administrators may ask about others. */
async function refusalOf(admin: ContractClient<typeof adminContract>, user: string, since: WallTime) {
  const reply = await admin.call("records", { user, since, atMost: 5 });
  if (reply.is !== "found") return undefined;
  const words = reply.records.findLast(({ what }) => what === "refused")?.words;
  if (words === undefined) return undefined;
  const { code, explanation, cause, remedy } = words;
  return { says: `${code}: ${explanation.replace(/\.$/u, "")} (${cause})`, remedy };
}

async function probeOnce(
  { user, password }: SignInTest,
  target: { readonly host: string; readonly port: number },
): Promise<ProbeReport> {
  const { report } = await probeHost({
    ...target,
    user,
    domain: "",
    password,
    until: "firstFrame",
    screenshot: false,
    isBrief: true,
    times: 1,
    within: seconds(30),
    clock: systemClock,
  });
  return report;
}

/** Where this host reaches its own service: loopback where it listens everywhere. */
function loopbackOf(listening: readonly string[]): { readonly host: string; readonly port: number } | undefined {
  const [, address, port] = /^\[?(.*?)\]?:(\d+)$/u.exec(listening[0] ?? "") ?? [];
  if (address === undefined || port === undefined) return undefined;
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return { host, port: Number(port) };
}
