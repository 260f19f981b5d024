import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test, type TestContext } from "node:test";
import { localeOf } from "./environment.ts";
import { isInForce, setxkbmapWords } from "./keyboard.ts";
import { LastLines } from "./lastLines.ts";
import { writeXAuthority } from "./xAuthority.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "hf-parts-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("xauth reads the Xauthority file that the keeper writes", (t) => {
  const path = join(folder(t), "Xauthority");
  const cookie = Uint8Array.from({ length: 16 }, (_, index) => index);
  writeXAuthority(path, cookie, { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
  let list: string;
  try {
    list = execFileSync("xauth", ["-f", path, "list"], { encoding: "utf8" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    return t.diagnostic("xauth is not installed");
  }

  assert.match(list, /MIT-MAGIC-COOKIE-1 {2}000102030405060708090a0b0c0d0e0f/u);
});

test("the host's locale is taken from its file, and nothing else", (t) => {
  const path = join(folder(t), "locale");
  writeFileSync(path, '# set by the administrator\nLANG="de_DE.UTF-8"\nLC_TIME=C\nPATH=/evil\nLC_ALL=\n');

  assert.deepEqual(localeOf(path), { LANG: "de_DE.UTF-8", LC_TIME: "C" });
  assert.deepEqual(localeOf("/nonexistent"), { LANG: "C.UTF-8" });
});

test("only names of keyboards reach setxkbmap", () => {
  assert.deepEqual(setxkbmapWords({ model: "pc105", layout: "us,de", variant: ",neo" })?.slice(0, 6), [
    "-model",
    "pc105",
    "-layout",
    "us,de",
    "-variant",
    ",neo",
  ]);
  assert.equal(setxkbmapWords({ model: "pc105", layout: "us -print; rm" }), undefined);
  assert.equal(setxkbmapWords({ model: "pc105", layout: "../../etc" }), undefined);
});

test("a keyboard that is in force already is known by what setxkbmap says", () => {
  const german =
    "rules:      evdev\nmodel:      pc105\nlayout:     de\nvariant:    nodeadkeys\noptions:    compose:ralt\n";
  const keyboard = { model: "pc105", layout: "de", variant: "nodeadkeys", options: "compose:ralt" };

  assert.ok(isInForce(keyboard, german));
  assert.ok(isInForce({ model: "pc105", layout: "us" }, "rules:      evdev\nmodel:      pc105\nlayout:     us\n"));
  assert.ok(!isInForce({ ...keyboard, variant: "" }, german));
  assert.ok(!isInForce({ ...keyboard, layout: "de,us" }, german));
  assert.ok(!isInForce(keyboard, ""));
});

test("of a program that says much, the last lines are kept", async () => {
  const said = new LastLines();
  const stream = new PassThrough();
  said.read(stream);
  for (let line = 0; line < 1000; line++) stream.write(`line ${line}\n`);
  stream.end("x".repeat(100_000));
  await new Promise((resolve) => stream.on("end", resolve));

  assert.equal(said.lines.length, 40);
  assert.deepEqual([said.lines[0], said.lines[38], said.lines[39]?.length], ["line 961", "line 999", 400]);
});
