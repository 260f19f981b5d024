import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { microsecondClock } from "#base/trace/traceRecorder.ts";
import { seconds } from "#base/units.ts";
import type { ClientTraceOrder } from "#contracts/orders.ts";
import { systemClock } from "#system/clock.ts";
import { jsonReport } from "../probe/probe.ts";
import { probeHost } from "../probe/probeHost.ts";
import type { ProbeReport } from "../probe/probeReport.ts";
import { probeText } from "../probe/probeText.ts";
import { readTraceParts } from "../replay/traceParts.ts";
import { reportPage } from "../report/reportPage.ts";
import { packFolder } from "./archive.ts";
import { hostState } from "./hostState.ts";
import { ProbeRecorder } from "./probeRecorder.ts";
import { recordText } from "./recordText.ts";

/**
 * The client's side of a trace: probes a host from here, and makes one archive of what it saw, with every message and
 * without secrets. Exit code 1: the host was not reached, which is in the archive, or there is no archive.
 */
export async function clientTrace(
  order: ClientTraceOrder,
): Promise<{ readonly exit: 0 | 1 | 5; readonly out?: string; readonly error?: string }> {
  const since = systemClock.wallTime();
  const name = `trace-client-${stampOf(since)}`;
  const folder = join(order.folder, name);
  const path = `${folder}.tar.gz`;
  try {
    mkdirSync(folder, { mode: 0o700 });
    try {
      const report = await gather(order, { name, folder, since });
      await packFolder(folder, name, path);
      const exit = report.result === "reached" ? 0 : report.result === "denied" ? 5 : 1;
      const { size } = statSync(path);
      if (order.json) return { exit, out: `${JSON.stringify({ path, bytes: size, result: report.result })}\n` };
      return { exit, out: `${report.summary}\n${path} (${(size / 1e6).toFixed(1)} MB)\n` };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    rmSync(`${path}.part`, { force: true });
    return { exit: 1, error: `No trace was made: ${error.message}\n` };
  }
}

async function gather(
  order: ClientTraceOrder,
  { name, folder, since }: { readonly name: string; readonly folder: string; readonly since: number },
): Promise<ProbeReport> {
  const { target, user, domain, password, pictures, version, hostName } = order;
  const recorder = new ProbeRecorder({ now: microsecondClock(systemClock), withPictures: pictures });
  const { report, png } = await probeHost({
    ...target,
    user,
    domain,
    password,
    until: "firstFrame",
    screenshot: pictures,
    isBrief: false,
    times: 1,
    within: seconds(10),
    clock: systemClock,
    recorder,
  });
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), content, { mode: 0o600 });
  };
  const because = "the probe had come as far as it could";
  const until = systemClock.wallTime();
  write("manifest.json", json({ name, how: "probed", because, version, host: hostName, since, until, pictures }));
  write("probe.json", json(jsonReport(report)));
  write("probe.txt", probeText(report));
  write("host/after.json", json(hostState([])));
  write("records/probe-1.hftrace", recorder.file());
  write("messages/probe-1.txt", [...recordText(recorder.file())].join(""));
  if (png !== undefined) write("screen.png", png);
  const read = await readTraceParts(folder);
  if (read.is === "read") write("report.html", reportPage(read.parts));
  return report;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

/** "20261121-103000", UTC. */
function stampOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/gu, "").replace("T", "-");
}
