import { isIP } from "node:net";
import { between, milliseconds, type Milliseconds } from "#base/units.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import type { Clock } from "#system/clock.ts";
import { certificateFacts } from "./certificateFacts.ts";
import { desktopRun, type DesktopRun, type DesktopRunOptions, type RunRecorder } from "./desktopRun.ts";
import { explainSilence } from "./directTls.ts";
import { errorInfoWords, failureWords } from "./failureWords.ts";
import { knock, type Knock, type KnockOptions } from "./knock.ts";
import { challengeFacts } from "./ntlmNames.ts";
import { askOffers, goesOnUnderTls } from "./offers.ts";
import { ProbeFailed, type ProbeFailure } from "./probeFailure.ts";
import type { ProbeReport, ProbeStep, Repeated } from "./probeReport.ts";
import { resolveName } from "./reachHost.ts";
import { repeatedOf, type Attempt } from "./repeated.ts";
import { serverFacts } from "./serverFacts.ts";
import { failureOf, stepRows, stepTimes, type Journey } from "./stepRows.ts";

export interface HostProbe {
  readonly host: string;
  readonly port: number;
  /** Empty: nobody. */
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly until: "signIn" | "firstFrame";
  readonly screenshot: boolean;
  /** What it offers besides is not asked for. */
  readonly isBrief: boolean;
  /** Connections in all that are measured; at least 1. */
  readonly times: number;
  /** Of each step. */
  readonly within: Milliseconds;
  readonly clock: Clock;
  /** Hears of the connection to the first picture; of none of the others. */
  readonly recorder?: RunRecorder | undefined;
}

/** The report, and the picture as a PNG file where one was asked for and came. Never throws for what a host does. */
export async function probeHost(
  probe: HostProbe,
): Promise<{ readonly report: ProbeReport; readonly png: Uint8Array | undefined }> {
  const start = probe.clock.now();
  const wall = probe.clock.wallTime();
  let addresses: readonly string[];
  try {
    addresses = await resolveName(probe.host, probe.within);
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    return { report: unresolved(probe, error.failure), png: undefined };
  }
  const named = isIP(probe.host) === 0 ? between(start, probe.clock.now()) : undefined;
  const way = { ...probe, addresses };
  const seen = await firstKnock({ ...way, offered: everything, until: "challenge" });
  // What is no RDP server is left in peace.
  const isServer = seen.confirm !== undefined;
  const asking = { ...way, addresses: seen.address === undefined ? addresses : [seen.address] };
  const inAll = milliseconds(probe.within * 2);
  // First, since a host that makes ready for the next connection in peace is slower at the tenth.
  const run = seen.tls === undefined ? undefined : await runOf({ ...way, offered: offeredFor(probe) });
  const isAsked = isServer && !probe.isBrief;
  const soFar = { isUnderTls: goesOnUnderTls(seen), known: seen.tls };
  const offers = isAsked ? await askOffers({ ...asking, ...soFar, inAll }) : { security: [], tlsVersions: [] };
  const certificate = seen.tls === undefined ? [] : certificateFacts(seen.tls, probe.host, wall);
  const journey: Journey = { ...probe, addresses, nameMs: named, knock: seen, run, certificate };
  const repeated = probe.times < 2 ? null : await repeat(journey, probe);
  const steps = stepRows(journey);
  const report: ProbeReport = {
    host: probe.host,
    port: probe.port,
    addresses,
    at: new Date(wall).toISOString(),
    ...verdict(journey, steps, probe),
    steps,
    offers: offers.security,
    tlsVersions: offers.tlsVersions,
    certificate,
    names: seen.challenge === undefined ? [] : challengeFacts(seen.challenge),
    server: serverFacts(seen.confirm, run),
    errorInfo: errorInfoOf(run),
    repeated,
    screenshot: null,
  };
  return { report, png: run?.frame?.png };
}

async function firstKnock(options: KnockOptions): Promise<Knock> {
  const seen = await knock(options);
  return seen.failure === undefined ? seen : { ...seen, failure: await explainSilence(seen.failure, options) };
}

/** A host that demands NLA shows nobody its sign-in screen. */
function offeredFor({ user }: HostProbe): readonly SecurityProtocol[] {
  return user === "" ? ["tls"] : everything;
}

/** Undefined: there is no way to a desktop without a user. */
async function runOf(options: DesktopRunOptions): Promise<DesktopRun | undefined> {
  const run = await desktopRun(options);
  const { failure } = run;
  const isRefused = failure?.is === "client" && failure.failure.is === "negotiationFailed";
  return options.user === "" && isRefused ? undefined : run;
}

/** The same way again and again, with nothing asked besides. */
async function repeat(journey: Journey, probe: HostProbe): Promise<Repeated> {
  const { addresses, port } = journey;
  const attempts: Attempt[] = [attemptOf(journey)];
  while (attempts.length < probe.times) {
    const way = { ...probe, addresses, screenshot: false, recorder: undefined };
    const again =
      journey.run === undefined
        ? { knock: await knock({ ...way, offered: everything, until: "challenge" }), run: undefined }
        : { knock: undefined, run: await desktopRun({ ...way, offered: offeredFor(probe) }) };
    attempts.push(attemptOf({ ...journey, ...again, nameMs: undefined }));
  }
  return repeatedOf(attempts, (failure) => failureWords(failure, port).says);
}

function attemptOf(journey: Journey): Attempt {
  return { times: stepTimes({ ...journey, nameMs: undefined }), failure: failureOf(journey) };
}

function verdict(
  journey: Journey,
  steps: readonly ProbeStep[],
  { user, until }: HostProbe,
): Pick<ProbeReport, "result" | "summary" | "remedy"> {
  const failed = steps.find(({ outcome }) => outcome === "failed");
  const { knock: seen, run, port } = journey;
  if (failed !== undefined) {
    const failure = failureOf(journey);
    const isDenied = failure === undefined ? run?.signInError !== undefined : isDenial(failure, port);
    const where = seen?.confirm === undefined ? "" : `It is an RDP server, but `;
    const summary = `${where}${failed.says}.`;
    return { result: isDenied ? "denied" : "failed", summary: upperFirst(summary), remedy: failed.remedy };
  }
  const word = steps.findLast(({ outcome }) => outcome === "warning" || outcome === "ok");
  if (user !== "" && until === "signIn" && word?.outcome === "warning" && word.step === "signIn") {
    return { result: "failed", summary: upperFirst(`${word.says}.`), remedy: word.remedy };
  }
  if (until === "signIn" && run !== undefined) return reached(`It is an RDP server, and lets ${user} in`);
  if (run?.frame !== undefined) {
    const all = Object.values(run.times).reduce((sum, ms) => sum + ms, 0) - (run.times.signIn ?? 0);
    return reached(`It is an RDP server; its first picture came ${Math.round(all)} ms after the first packet`);
  }
  return reached("It is an RDP server, and demands NLA: for more than is here give a user (--user NAME)");
}

function reached(words: string): Pick<ProbeReport, "result" | "summary" | "remedy"> {
  return { result: "reached", summary: `${words}.`, remedy: null };
}

function isDenial(failure: ProbeFailure, port: number): boolean {
  return failureWords(failure, port).isDenial === true;
}

function errorInfoOf(run: DesktopRun | undefined): ProbeReport["errorInfo"] {
  return run === undefined || run.errorInfo === "none" ? null : errorInfoWords(run.errorInfo);
}

function unresolved(probe: HostProbe, failure: ProbeFailure): ProbeReport {
  const { host, port, clock } = probe;
  const journey: Journey = {
    ...probe,
    addresses: [],
    nameMs: undefined,
    knock: { times: {}, passed: [], failure },
    run: undefined,
    certificate: [],
  };
  const steps = stepRows(journey);
  return {
    host,
    port,
    addresses: [],
    at: new Date(clock.wallTime()).toISOString(),
    ...verdict(journey, steps, probe),
    steps,
    offers: [],
    tlsVersions: [],
    certificate: [],
    names: [],
    server: [],
    errorInfo: null,
    repeated: null,
    screenshot: null,
  };
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const everything: readonly SecurityProtocol[] = ["tls", "credssp", "credsspEx"];
