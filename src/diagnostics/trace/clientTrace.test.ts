import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { drawingServer } from "../../../test/drawingServer.ts";
import { MiniServer } from "../../../test/miniServer.ts";
import { picture } from "../../../test/pictures.ts";
import { readTraceParts } from "../replay/traceParts.ts";
import { textPart } from "../report/reportParts.ts";
import { clientTrace } from "./clientTrace.ts";

test("the client's side is one archive: the probe, every message of the way in, and no password", async () => {
  await using server = await MiniServer.start(
    drawingServer({ password: secret }, picture("photo", { width: 320, height: 240 })),
  );
  using folder = freshFolder();

  const { exit, out = "" } = await clientTrace({
    ...order,
    target: { host: "127.0.0.1", port: server.port },
    user: "bob",
    folder: folder.path,
  });

  assert.equal(exit, 0, out);
  const [name = ""] = readdirSync(folder.path);
  assert.match(name, /^trace-client-\d{8}-\d{6}\.tar\.gz$/u);
  assert.ok(out.includes(join(folder.path, name)));
  assert.equal(statSync(join(folder.path, name)).mode & 0o777, 0o600);
  const read = await readTraceParts(join(folder.path, name));
  assert.ok(read.is === "read");
  const messages = textPart(read.parts, "messages/probe-1.txt") ?? "";
  assert.match(messages, /probe 1 {2}sent +\d+ bytes/u);
  assert.match(messages, /probe 1 {2}received +\d+ bytes/u);
  assert.match(messages, /step +active/u);
  assert.match(messages, /sent +\d+ bytes {2}ConnectInitial/u);
  assert.match(messages, /received +\d+ bytes {2}ConnectResponse/u);
  assert.match(textPart(read.parts, "report.html") ?? "", /What the probe found/u);
  for (const [path, bytes] of read.parts) {
    for (const encoding of ["utf8", "utf16le"] as const)
      assert.ok(!Buffer.from(bytes).includes(Buffer.from(secret, encoding)), `${path} as ${encoding}`);
  }
});

test("a host that nobody reaches is in the archive all the same, and where it cannot be made is said", async () => {
  using folder = freshFolder();
  const nobody = { host: "127.0.0.1", port: 1 };

  const unreached = await clientTrace({ ...order, target: nobody, folder: folder.path });
  const nowhere = await clientTrace({ ...order, target: nobody, folder: join(folder.path, "missing") });

  assert.equal(unreached.exit, 1);
  assert.match(unreached.out ?? "", /^Nobody listens at port 1 [^\n]+\n\S+\.tar\.gz \(/u);
  assert.equal(readdirSync(folder.path).length, 1);
  assert.equal(nowhere.exit, 1);
  assert.match(nowhere.error ?? "", /^No trace was made: ENOENT/u);
});

function freshFolder() {
  const path = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

const secret = "Kein-Wort-42";
const order = {
  user: "",
  domain: "",
  password: secret,
  pictures: false,
  json: false,
  version: "0.1.0",
  hostName: "pc1",
} as const;
