import { existsSync, readFileSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { shortageOf } from "#policy/seatLimit.ts";
import { readHostRoom } from "#system/hostRoom.ts";
import { broken, ok, warning, type Examined, type Finding } from "./finding.ts";

/** What sessions need and the host may run out of: memory, processes, descriptors, places to write. */
export function examineRoom(host: Examined): readonly Finding[] {
  return [...memoryAndProcesses(host), ...descriptors(host), ...ownDescriptors(host), ...places(host)];
}

function memoryAndProcesses({ settings, folders }: Examined): readonly Finding[] {
  const room = readHostRoom(folders.run);
  const { memoryLeftMB, memoryTotalMB, processesLeft, processesMax } = room;
  const evidence = `${memoryLeftMB} of ${memoryTotalMB} MB of memory and ${processesLeft} of ${processesMax} processes are left`;
  const short = shortageOf(settings, room);
  if (short !== undefined) {
    return [
      broken("room", `${evidence}: new sessions are refused`, "holdfast memory, and holdfast leaks, show who has it"),
    ];
  }
  if (memoryLeftMB < memoryTotalMB / 10 || processesLeft < processesMax / 10) {
    return [warning("room", `${evidence}: less than a tenth`, "holdfast memory, and holdfast leaks, show who has it")];
  }
  return [ok("room", evidence)];
}

/** Of the whole host. proc_sys_fs(5): allocated, unused, maximum. */
function descriptors({ root }: Examined): readonly Finding[] {
  const [used = 0, , most = Infinity] = readFileSync(join(root, "proc/sys/fs/file-nr"), "utf8")
    .trim()
    .split(/\s+/u)
    .map(Number);
  if (used < 0.9 * most) return [];
  const mend = `sysctl fs.file-max=${2 * most}; who has them: lsof | cut -d' ' -f1 | sort | uniq -c | sort -n`;
  return [broken("descriptors", `${used} of ${most} open files of the host are in use`, mend)];
}

/** Of the service: a socket for each client and each session. */
function ownDescriptors({ root, service }: Examined): readonly Finding[] {
  if (service.is === "silent") return [];
  const path = join(root, "proc", String(service.status.pid), "limits");
  if (!existsSync(path)) return [];
  const most = Number(/^Max open files\s+(\d+)/mu.exec(readFileSync(path, "utf8"))?.[1] ?? Infinity);
  const opened = join(root, "proc", String(service.status.pid), "fd");
  const open = existsSync(opened) ? readdirSync(opened).length : undefined;
  const mend = `LimitNOFILE=${usual} in its unit, or ulimit -n ${usual} before it is started`;
  const has = open === undefined ? "" : `, and has ${open} open`;
  if (open !== undefined && 0.9 * most < open) {
    return [broken("descriptors", `the service may open ${most} files${has}`, mend)];
  }
  if (enough <= most) return [ok("descriptors", `the service may open ${most} files${has}`)];
  const more = Math.floor((most - (open ?? 0)) / 3);
  return [warning("descriptors", `the service may open only ${most} files${has}: about ${more} more clients`, mend)];
}

function places({ root, folders }: Examined): readonly Finding[] {
  const paths = [...new Set([folders.run, folders.state, join(root, "dev/shm"), join(root, "tmp")])];
  const rows = paths.filter((path) => existsSync(path)).flatMap(place);
  return 0 < rows.length ? rows : [ok("places", `there is room to write in ${paths.join(", ")}`)];
}

function place(path: string): readonly Finding[] {
  const { bavail, bsize, blocks, files, ffree } = statfsSync(path);
  const freeMB = Math.floor((bavail * bsize) / 0x100000);
  const mend = `df ${path}; du -xh ${path} | sort -h | tail`;
  if (freeMB < needsMB) return [broken("places", `${freeMB} MB are left in ${path}`, mend)];
  if (bavail < blocks / 20) return [warning("places", `${path} is full but for ${freeMB} MB`, mend)];
  if (0 < files && ffree < files / 20) return [warning("places", `${path} has ${ffree} of ${files} inodes left`, mend)];
  return [];
}

/** Two screens of 1920 × 1080. */
const needsMB = 16;
const enough = 1024;
const usual = 20_000;
