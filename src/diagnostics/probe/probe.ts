import { rm, writeFile } from "node:fs/promises";
import { seconds } from "#base/units.ts";
import type { HostAndPort, ProbeOrder } from "#contracts/orders.ts";
import { systemClock } from "#system/clock.ts";
import { compareReports, compareText } from "./compareText.ts";
import { probeHost } from "./probeHost.ts";
import type { Fact, ProbeReport } from "./probeReport.ts";
import { probeText } from "./probeText.ts";

/** Looks at one RDP server as a client, or at two for a comparison, and says what it found. */
export async function probe(
  order: ProbeOrder,
): Promise<{ readonly exit: 0 | 1 | 5; readonly out?: string; readonly error?: string }> {
  const { screenshot } = order;
  // Said before anybody is asked for anything.
  const problem = screenshot === undefined ? undefined : await cannotWrite(screenshot);
  if (problem !== undefined) return { exit: 1, error: `The picture cannot be written: ${problem}\n` };
  const reports: ProbeReport[] = [];
  for (const target of order.targets) reports.push(await probeOne(order, target));
  return { exit: exitOf(reports), out: order.json ? `${JSON.stringify(jsonOf(reports))}\n` : textOf(reports) };
}

async function probeOne(order: ProbeOrder, target: HostAndPort): Promise<ProbeReport> {
  const { user, domain, password, signInOnly, screenshot, times, timeout } = order;
  const { report, png } = await probeHost({
    ...target,
    user,
    domain,
    password,
    until: signInOnly ? "signIn" : "firstFrame",
    screenshot: screenshot !== undefined,
    isBrief: signInOnly,
    times,
    within: seconds(timeout),
    clock: systemClock,
  });
  if (screenshot === undefined) return report;
  if (png === undefined) {
    await rm(screenshot, { force: true });
    return report;
  }
  await writeFile(screenshot, png);
  return { ...report, screenshot };
}

/** Makes the file, which only its owner may read: it will show somebody's desktop. */
async function cannotWrite(path: string): Promise<string | undefined> {
  try {
    await writeFile(path, "", { mode: 0o600 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function exitOf(reports: readonly ProbeReport[]): 0 | 1 | 5 {
  if (reports.some(({ result }) => result === "failed")) return 1;
  return reports.some(({ result }) => result === "denied") ? 5 : 0;
}

function textOf([first, second]: readonly ProbeReport[]): string {
  if (first === undefined) return "";
  return second === undefined ? probeText(first) : compareText(first, second);
}

function jsonOf(reports: readonly ProbeReport[]): unknown {
  const [first, second] = reports;
  if (first === undefined || second === undefined) return { probes: reports.map(jsonReport) };
  const differences = compareReports(first, second).filter(({ differs }) => differs);
  return {
    probes: reports.map(jsonReport),
    differences: differences.map(({ section, label, left, right }) => ({
      section,
      label,
      values: [left ?? null, right ?? null],
    })),
  };
}

/** The report with its facts by their keys. */
export function jsonReport(report: ProbeReport): unknown {
  const { certificate, names, server, ...rest } = report;
  return { ...rest, certificate: byKey(certificate), names: byKey(names), server: byKey(server) };
}

function byKey(facts: readonly Fact[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(facts.map(({ key, value }) => [key, value]));
}
