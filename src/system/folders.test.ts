import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

test("a user takes no run folder that is in somebody else's hands", (t) => {
  if (process.getuid?.() !== 0) return t.diagnostic("only root can be two users");
  const place = mkdtempSync("/tmp/holdfast-folders-");
  t.after(() => rmSync(place, { recursive: true }));
  chmodSync(place, 0o1777);
  const others = join(place, "others");
  mkdirSync(others);
  chmodSync(others, 0o777);

  assert.deepEqual(
    [others, place].map((parent) => made(join(parent, "run"), join(place, "state"))),
    [`${others} is in somebody else's hands: choose another folder`, "made"],
  );
});

/** What a user without rights gets who wants these folders. */
function made(run: string, state: string): string {
  const program = `
    const { makeFolders } = await import(${JSON.stringify(module)});
    process.setgid(65534);
    process.setuid(65534);
    try {
      makeFolders({ run: process.argv[1], state: process.argv[2], config: "" });
      console.log("made");
    } catch (error) {
      console.log(error.message);
    }`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program, run, state]);
  return stdout.toString().trim();
}

const module = fileURLToPath(new URL("./folders.ts", import.meta.url));
