import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A System V shared memory segment: proc(5), /proc/sysvipc/shm. */
export interface Segment {
  readonly id: number;
  readonly uid: number;
  readonly makerPid: number;
  /** How many have mapped it. */
  readonly attached: number;
  readonly megabytes: number;
}

/** Empty where the kernel has none. `limit`: how many there may be. */
export function readSegments(): { readonly segments: readonly Segment[]; readonly limit: number } {
  if (!existsSync("/proc/sysvipc/shm")) return { segments: [], limit: Infinity };
  const lines = readFileSync("/proc/sysvipc/shm", "latin1").trim().split("\n").slice(1);
  const segments = lines.map((line): Segment => {
    const [, id = 0, , size = 0, makerPid = 0, , attached = 0, uid = 0] = line.trim().split(/\s+/u).map(Number);
    return { id, uid, makerPid, attached, megabytes: size / MB };
  });
  return { segments, limit: Number(readFileSync("/proc/sys/kernel/shmmni", "latin1")) };
}

/** A file that lives in memory. */
export interface MemoryFile {
  readonly path: string;
  readonly uid: number;
  readonly megabytes: number;
  /** The keeper whose framebuffer it is. */
  readonly keeperPid?: number;
}

/** What stands in /dev/shm, without what is below its folders; at most 10,000. */
export function readMemoryFiles(folder = "/dev/shm"): readonly MemoryFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .slice(0, most)
    .flatMap((name) => {
      const path = join(folder, name);
      const file = lstatSync(path, { throwIfNoEntry: false });
      if (file === undefined) return [];
      const keeper = /^holdfast-\d+-(\d+)$/u.exec(name)?.[1];
      return [
        {
          path,
          uid: file.uid,
          megabytes: (file.blocks * 512) / MB,
          ...(keeper === undefined || !file.isDirectory() ? {} : { keeperPid: Number(keeper) }),
        },
      ];
    });
}

/** Kernel keys of each user, and how many he may have: proc(5), /proc/key-users. Empty where it cannot be seen. */
export function readKeyUsers(): readonly { readonly uid: number; readonly keys: number; readonly limit: number }[] {
  if (!existsSync("/proc/key-users")) return [];
  const lines = readFileSync("/proc/key-users", "latin1").matchAll(/^\s*(\d+):\s+\d+ \d+\/\d+ (\d+)\/(\d+) /gmu);
  return [...lines].map(([, uid, keys, limit]) => ({ uid: Number(uid), keys: Number(keys), limit: Number(limit) }));
}

const most = 10_000;
const MB = 1 << 20;
