import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encodeTraceFile, traceRecords } from "../../src/base/trace/traceFile.ts";
import { pngOf } from "../../src/diagnostics/client/png.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { startRdesktop, startXfreerdp, type ClientOptions, type TestClient } from "./harness/clients.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { holdfast } from "./harness/explained.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

for (const way of [
  { client: "xfreerdp", args: ["/gfx", "/sec:nla"], start: startXfreerdp },
  { client: "rdesktop", args: ["-a", "32"], start: startRdesktop },
] as const) {
  const name = [way.client, ...way.args].join(" ");
  test(`the trace of ${name} is answered today as it was, and shows what the client saw`, { skip }, async () => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    if (name.includes("nla")) await host.admin.call("enroll", { user: anna.name, password: anna.password });
    assert.equal((await holdfast(host, "trace", "start", "--pictures")).exit, 0);
    const options: ClientOptions = { host, user: anna, password: anna.password, size, args: way.args };
    let seen: Buffer;
    {
      await using client: TestClient = await way.start(options);
      await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
      const page = picture("text", { width: 300, height: 200 });
      const window = await testWindow(inside.x11, page, { x: 20, y: 30 });
      await window.move({ x: 60, y: 70 });
      await assertBecomesSame(name, sidesOf(inside, client, { ...way, depth: 32 }), { within: 15_000, client });
      seen = pngOf(await inside.screen());
      const stopped = await holdfast(host, "trace", "stop");
      assert.equal(stopped.exit, 0, stopped.out);
    }
    const archive = onlyArchive(host);
    const pictures = join(host.folder, "seen");

    const played = await holdfast(host, "replay", archive, "--pictures", pictures);

    assert.match(played.out, /→ {2}ConnectionRequest/u);
    assert.match(played.out, /= run again: \d+ messages of the client are answered as they were then/u);
    assert.equal(played.exit, 0, played.out.slice(-3000));
    const last = readdirSync(pictures).toSorted().at(-1) ?? assert.fail("there are no pictures");
    assert.ok(seen.equals(readFileSync(join(pictures, last))), `${last} is not what the session showed`);
    const other = await holdfast(host, "replay", planted(host, archive));
    assert.equal(other.exit, 1);
    assert.match(other.out, /then {3}nothing\n {6}today {2}FontMap\n/u);
    const report = join(host.folder, "report.html");
    assert.equal((await holdfast(host, "replay", archive, "--report", report)).exit, 0);
    assert.match(readFileSync(report, "utf8"), new RegExp(`<h2>Connection \\d+: ${anna.name}</h2>`, "u"));
  });
}

/** The trace as a version would have left it that never sends a font map. */
function planted(host: { readonly folder: string }, archive: string): string {
  const folder = mkdtempSync(join(host.folder, "planted-"));
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  assert.ok(files.some((each) => each.endsWith("/report.html")));
  const file = files.find((each) => /connection-\d+\.hftrace$/u.test(each));
  const path = join(folder, file ?? assert.fail("there is no connection in it"));
  const records = [...traceRecords(readFileSync(path))];
  // The message of the share that it is, behind the headers of the wire and the share.
  const isFontMap = (bytes: Uint8Array): boolean => bytes[28] === 0x28 && bytes.length < 60;
  const at = records.findIndex(
    ({ what }) => what.is === "message" && what.direction === "sent" && isFontMap(what.bytes),
  );
  assert.notEqual(at, -1, "there is a font map in it");
  writeFileSync(path, encodeTraceFile(records.toSpliced(at, 1)));
  return path;
}

function onlyArchive(host: TestHost): string {
  const folder = join(host.folder, "state", "collected");
  const [archive, ...others] = readdirSync(folder);
  assert.deepEqual(others, []);
  const path = join(folder, archive ?? assert.fail("there is no archive"));
  assert.ok(0 < statSync(path).size);
  return path;
}

const size = { width: 640, height: 480 };
