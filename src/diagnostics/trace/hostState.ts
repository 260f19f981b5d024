import type { TraceManifest } from "#contracts/trace.ts";
import { controlGroupFacts, hostFacts, processFacts, type ProcessFacts } from "./processFacts.ts";

/** A process that a trace is about. */
export interface TracedProcess {
  readonly pid: number;
  readonly what: string;
}

/** What the kernel says now of these processes, of the control groups that they are in, and of the host. */
export function hostState(processes: readonly TracedProcess[]) {
  const known = new Map(processes.map((each) => [each.pid, each.what]));
  const facts = [...known].flatMap(([pid, what]): readonly ProcessFacts[] => {
    const found = processFacts(pid, what);
    return found === undefined ? [] : [found];
  });
  const groups = new Set(
    facts.map(({ files }) => /^0::(?<path>\/.*)$/mu.exec(files["cgroup"] ?? "")?.groups?.["path"]),
  );
  const controlGroups = Object.fromEntries(
    [...groups].flatMap((path) => (path === undefined ? [] : [[path, controlGroupFacts(path)]])),
  );
  return { host: hostFacts(), controlGroups, processes: facts };
}

/** Holdfast's own, and the X servers of its sessions. */
export function ownProcesses({ servicePid, connections, sessions }: TraceManifest): readonly TracedProcess[] {
  return [
    { pid: servicePid, what: "service" },
    ...connections.map(({ id, pid }) => ({ pid, what: `connection ${id}` })),
    ...sessions.flatMap(({ id, keeperPid, serverPid }) => [
      { pid: keeperPid, what: `keeper ${id}` },
      { pid: serverPid, what: `X server ${id}` },
    ]),
  ].filter(({ pid }) => 0 < pid);
}
