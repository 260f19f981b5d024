import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { OwnProcesses } from "./ownProcesses.ts";

test("a process of a connection that nobody knows is counted from when it was first seen so", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hf-own-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "connection.mjs");
  writeFileSync(program, "process.stdout.write('up'); setInterval(() => {}, 1000);");
  const start = async (runFolder: string): Promise<number> => {
    const env = { PATH: process.env["PATH"], HOLDFAST_RUN: runFolder };
    const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "ignore"] });
    t.after(() => child.kill("SIGKILL"));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    return child.pid ?? 0;
  };
  const [known, stray] = [await start(folder), await start(folder)];
  const own = new OwnProcesses({
    registry: { sessions: [], connections: [] },
    runFolder: folder,
    spareConnections: () => [known],
  });

  own.look(1000);
  own.look(61_000);

  const found = own.list(66_000).filter(({ pid }) => [known, stray].includes(pid));
  assert.deepEqual(
    found.toSorted((one, other) => one.pid - other.pid),
    [
      { is: "connectionProcesses", pid: known, known: true, seconds: 0 },
      { is: "connectionProcesses", pid: stray, known: false, seconds: 65 },
    ].toSorted((one, other) => one.pid - other.pid),
  );
});
