import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A group of processes that the kernel keeps within a limit (cgroups(7)). */
export interface ControlGroup {
  readonly controls: "memory" | "processes";
  /** Of the kernel's interface. */
  readonly version: 1 | 2;
  readonly folder: string;
}

/**
 * Makes a group of this name for memory and one for processes, which in version 2 are the same; one that is there is
 * taken. Where the host has no such hierarchy, or does not let us write there, there are fewer, or none.
 */
export function makeControlGroups(
  name: string,
  { mounts = read("/proc/self/mountinfo"), own = read("/proc/self/cgroup") } = {},
): readonly ControlGroup[] {
  const hierarchies = mounted(mounts);
  const ownPath = /^0::(?<path>\/.*)$/mu.exec(own)?.groups?.["path"] ?? "/";
  return (["memory", "processes"] as const).flatMap((controls): ControlGroup[] => {
    for (const { version, root, controllers } of hierarchies) {
      if (version === 1 && !controllers.includes(v1Names[controls])) continue;
      // In version 2 a group that has processes of its own can have none below it, but for the root.
      const places = version === 1 ? [root] : [join(root, ownPath), join(root, dirname(ownPath)), root];
      for (const place of places) {
        const folder = join(place, name);
        if (isUsable(folder, limitFile({ controls, version, folder }))) return [{ controls, version, folder }];
      }
    }
    return [];
  });
}

/** What its processes use now: megabytes without what files could be read into again, or threads. */
export function usageOf(group: ControlGroup): number {
  const { controls, version, folder } = group;
  if (controls === "processes") return Number(read(join(folder, "pids.current")));
  const used = Number(read(join(folder, version === 1 ? "memory.usage_in_bytes" : "memory.current")));
  const statistics = read(join(folder, "memory.stat"));
  const prefix = version === 1 ? "total_" : "";
  const files = ["active_file", "inactive_file"].map((each) =>
    Number(new RegExp(`^${prefix}${each} (\\d+)$`, "mu").exec(statistics)?.[1] ?? 0),
  );
  return Math.ceil((used - files.reduce((sum, each) => sum + each, 0)) / bytesPerMB);
}

/** `limit`: megabytes, or threads. False: the kernel does not take it now, since more is used and cannot be freed. */
export function setLimit(group: ControlGroup, limit: number): boolean {
  const value = group.controls === "memory" ? limit * bytesPerMB : limit;
  try {
    writeFileSync(limitFile(group), String(value));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Removes those that nobody is in any more. */
export function removeControlGroups(groups: readonly ControlGroup[]): void {
  for (const { folder } of groups) {
    try {
      if (existsSync(folder)) rmdirSync(folder);
    } catch (error) {
      // Sessions outlive the service.
      if (!isRefusal(error)) throw error;
    }
  }
}

function isUsable(folder: string, file: string): boolean {
  const isNew = !existsSync(folder);
  try {
    if (isNew) mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
  if (existsSync(file)) return true;
  // The controller is not handed on to there.
  if (isNew) rmdirSync(folder);
  return false;
}

function limitFile({ controls, version, folder }: ControlGroup): string {
  return join(folder, controls === "processes" ? "pids.max" : version === 1 ? "memory.limit_in_bytes" : "memory.max");
}

/** Version 1 first: a controller is in one hierarchy alone. proc_pid_mountinfo(5) */
function mounted(mountinfo: string) {
  return mountinfo
    .split("\n")
    .flatMap((line) => {
      const [before = "", after = ""] = line.split(" - ");
      const [, , , , root = ""] = before.split(" ");
      const [type = "", , options = ""] = after.split(" ");
      if (type !== "cgroup" && type !== "cgroup2") return [];
      return [{ version: type === "cgroup" ? (1 as const) : (2 as const), root, controllers: options.split(",") }];
    })
    .toSorted((one, other) => one.version - other.version);
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && refusalCodes.has(String(error.code));
}

const v1Names = { memory: "memory", processes: "pids" } as const;
const refusalCodes = new Set(["EACCES", "EPERM", "EROFS", "EBUSY", "ENOENT", "EINVAL", "ENOTSUP", "EOPNOTSUPP"]);
const bytesPerMB = 1 << 20;
