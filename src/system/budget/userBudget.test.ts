import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { makeControlGroups, type ControlGroup } from "./controlGroups.ts";
import { UserBudget, usersLimit } from "./userBudget.ts";

const room = () => ({ memoryLeftMB: 5000, processesMax: 30_000, processesLeft: 20_000 });

test("users have what is left and what they have, without what is reserved, and never less than they use", () => {
  assert.equal(usersLimit({ left: 5000, used: 2000, reserved: 256 }), 6744);
  assert.equal(usersLimit({ left: 100, used: 2000, reserved: 256 }), 2000);
  assert.equal(usersLimit({ left: 0, used: 0, reserved: 256 }), 1);
});

test("in version 1 each controller has its own group; what files are read into counts as free", (t) => {
  const [memory, processes] = [folder(t), folder(t)];
  const mounts = `35 31 0:32 / ${memory} rw - cgroup cgroup rw,memory\n39 31 0:36 / ${processes} rw - cgroup cgroup rw,pids\n`;
  const plant = (name: string): void => {
    const statistics = `cache 0\ntotal_active_file ${600 << 20}\ntotal_inactive_file ${400 << 20}\n`;
    plantFiles(join(memory, name), {
      "memory.limit_in_bytes": "",
      "memory.usage_in_bytes": String(3000 * 2 ** 20),
      "memory.stat": statistics,
    });
    plantFiles(join(processes, name), { "pids.max": "max", "pids.current": "700" });
  };

  const budget = budgetOver((name) => (plant(name), makeControlGroups(name, { mounts, own: "4:memory:/a\n0::/\n" })));
  t.after(() => budget.close());

  const name = budget.share.groups[0]?.split("/").at(-1) ?? "";
  assert.deepEqual(budget.share.groups, [join(memory, name), join(processes, name)]);
  assert.deepEqual(budget.facts, { memoryMB: 256, processes: 100, usersMemoryMB: 6744, usersProcesses: 20_600 });
  assert.equal(readFileSync(join(memory, name, "memory.limit_in_bytes"), "utf8"), String(6744 * 2 ** 20));
  assert.equal(readFileSync(join(processes, name, "pids.max"), "utf8"), "20600");
});

test("in version 2 it is one group, beside the service's own where that has processes in it", (t) => {
  const root = folder(t);
  const mounts = `41 31 0:38 / ${root} rw - cgroup2 cgroup2 rw\n`;
  mkdirSync(join(root, "system.slice/holdfast.service"), { recursive: true });
  const own = "0::/system.slice/holdfast.service\n";
  plantFiles(join(root, "system.slice/users"), { "memory.max": "max", "pids.max": "max" });

  const groups = makeControlGroups("users", { mounts, own });

  const path = join(root, "system.slice/users");
  assert.deepEqual(groups, [
    { controls: "memory", version: 2, folder: path },
    { controls: "processes", version: 2, folder: path },
  ]);
  // Tried, found without the controllers, and not left behind.
  assert.equal(existsSync(join(root, "system.slice/holdfast.service/users")), false);
});

test("without a hierarchy that can be written each user has a limit of processes by himself", (t) => {
  const budget = budgetOver(() =>
    makeControlGroups("users", { mounts: "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", own: "" }),
  );
  t.after(() => budget.close());

  assert.deepEqual(budget.share, { groups: [], processesPerUser: 29_900 });
  assert.deepEqual(budget.facts, { memoryMB: 256, processes: 100 });
});

function budgetOver(makeGroups: (name: string) => readonly ControlGroup[]): UserBudget {
  return new UserBudget({ runFolder: "/run/x", reservedMemoryMB: 256, reservedProcesses: 100, room, makeGroups });
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "hf-cgroup-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function plantFiles(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(path, { recursive: true });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(path, name), contents);
}
