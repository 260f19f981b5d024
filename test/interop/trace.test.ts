import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { traceRecords } from "../../src/base/trace/traceFile.ts";
import type { TraceRecord } from "../../src/base/trace/traceRecord.ts";
import { readFastPathInput } from "../../src/protocol/share/input/fastPathInput.ts";
import { freeBytes } from "../../src/system/folders.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitScreen, firstQuestion, secondQuestion } from "./harness/drawnScreens.ts";
import { holdfast } from "./harness/explained.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { awaitTerminal, typed, typingDesktop } from "./harness/typing.ts";
import { eventually } from "./harness/eventually.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("a trace has the messages of a sign-in with their times, and no secret is anywhere in it", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  const started = await holdfast(host, "trace", "start");
  assert.equal(started.exit, 0, started.out);
  assert.match(started.out, /^Reproduce the issue now\./u);
  const before = Date.now() * 1000;
  // One is typed into the sign-in screen, one comes in the client info, one proves itself by NLA.
  await using client = await tls({ host, user });
  await awaitScreen(client, firstQuestion(user.name));
  await client.type(user.password);
  await client.key("Return");
  const { id } = await host.sessionOf(user, { attached: true });
  await awaitTerminal(client, user);
  await client.type(typedSecret);
  await eventually("it is typed", () => typed(user).endsWith(typedSecret));
  await using again = await tls({ host, user, password: user.password });
  await eventually("the session is at the second client", async () => client.exitCode !== undefined);
  await using third = await startXfreerdp({ host, user, password: user.password, args: ["/sec:nla"] });
  await eventually("the session is at the third client", async () => again.exitCode !== undefined);
  await host.sessionOf(user, { attached: true });
  const running = await holdfast(host, "trace", "status");
  assert.match(running.out, /^trace-\d{8}-\d{6} is running: /u);
  const given = readFileSync(join(host.run, "sessions", String(id), "reconnect"), "utf8");
  const cookies = [...given.matchAll(/"random":"(?<random>[\da-f]{32})"/gu)].map(({ groups }) => groups!["random"]!);
  assert.ok(0 < cookies.length, given);

  const stopped = await holdfast(host, "trace", "stop");

  assert.equal(stopped.exit, 0, stopped.out);
  using archive = unpacked(host, stopped.out);
  assert.equal(third.exitCode, undefined);
  const [first, second, last] = [1, 2, 3].map((each) => archive.records(`connection-${each}`));
  for (const records of [first, second, last]) {
    assert.ok(records !== undefined && 20 < records.length);
    const times = records.map(({ at }) => at);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(before <= times[0]! && times.at(-1)! <= Date.now() * 1000);
    for (const { what } of records) assert.ok(what.is !== "message" || what.secrets === "removed");
  }
  for (const [connection, messages] of [
    [1, ["ConnectionRequest", "ConnectInitial", "ClientInfo", "ConfirmActive", "FastPathInput"]],
    [2, ["ConnectionRequest", "ClientInfo", "ConfirmActive"]],
    [3, ["ConnectionRequest", "TsRequest", "ConfirmActive"]],
  ] as const) {
    const text = archive.text(`messages/connection-${connection}.txt`);
    for (const message of messages) assert.match(text, new RegExp(message, "iu"), `connection ${connection}`);
    assert.match(text, /waited +\d+ ms for the service: a session/u);
  }
  for (const path of [
    "manifest.json",
    "report.html",
    "events.json",
    "records.json",
    "doctor.json",
    "policy/host.json",
    `policy/user-${user.name}.json`,
    "host/before.json",
    "host/after.json",
    "logs/service.log",
    `output/session-${id}.txt`,
    "messages/service.txt",
    `messages/keeper-${id}.txt`,
    "profiles/service.cpuprofile",
    "profiles/connection-3.cpuprofile",
  ]) {
    assert.ok(archive.paths.includes(path), `${path} is not in ${archive.paths.join(" ")}`);
  }
  archive.hasNot("the password", Buffer.from(user.password));
  archive.hasNot("what was typed", Buffer.from(typedSecret));
  for (const cookie of cookies) archive.hasNot("the cookie", Buffer.from(cookie, "hex"));
  const keys = keysIn(first!);
  assert.ok(2 * typedSecret.length <= keys.length);
  assert.deepEqual(
    keys.filter((code) => code !== 0),
    [],
  );
  const { mode } = statSync(archive.path);
  assert.equal(mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(host.folder, "state/collected")), [archive.path.split("/").at(-1)]);
});

test("what is remembered shows a sign-in that was refused before anybody asked", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  {
    await using client = await tls({ host, user });
    await awaitScreen(client, firstQuestion(user.name));
    await client.type("wrong-0815");
    await client.key("Return");
    await awaitScreen(client, secondQuestion(user.name));
  }
  await eventually("the connection is over", async () => {
    const { connections } = await host.admin.call("sessions", {});
    return connections.length === 0;
  });

  const saved = await holdfast(host, "trace", "save");

  assert.equal(saved.exit, 0, saved.out);
  using archive = unpacked(host, saved.out);
  const text = archive.text("messages/connection-1.txt");
  assert.match(text, /waited +\d+ ms for PAM: may he sign in/u);
  assert.match(archive.text("events.json"), /"Code": "HF-SIGN-01"/u);
  archive.hasNot("the wrong password", Buffer.from("wrong-0815"));
  assert.equal((await holdfast(host, "trace", "list")).out.trim().split("\n").length, 1);
});

test("a full disk ends a trace, which says so and leaves nothing, and the service goes on", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  const collected = join(host.folder, "state/collected");
  using _ = smallDisk(collected);
  assert.equal((await holdfast(host, "trace", "start", "--pictures")).exit, 0);
  await using client = await tls({ host, user, password: user.password });
  await host.sessionOf(user, { attached: true });
  writeFileSync(join(collected, "ballast"), Buffer.alloc(freeBytes(collected)));
  await client.resizeWindow({ width: 500, height: 400 });

  await eventually("it has ended", async () => {
    await client.key("a");
    return (await holdfast(host, "trace", "status")).out.startsWith("No trace is running.");
  });

  const { out } = await holdfast(host, "trace", "status");
  assert.match(out, /^trace-\d{8}-\d{6} ended at .* and is lost: it could not be written: ENOSPC/mu);
  const stopped = await holdfast(host, "trace", "stop");
  assert.match(stopped.out, /^There is no trace: it could not be written: ENOSPC/u);
  assert.equal(stopped.exit, 1);
  assert.match((await holdfast(host, "events", "/id:21")).out, /has ended and is lost/u);
  assert.deepEqual(readdirSync(collected), ["ballast"]);
  assert.equal(client.exitCode, undefined);
  rmSync(join(collected, "ballast"));
  assert.equal((await holdfast(host, "trace", "save")).exit, 0);
});

test("a trace ends when the service is killed, and the next one packs what it has", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  assert.equal((await holdfast(host, "trace", "start")).exit, 0);
  await using client = await tls({ host, user, password: user.password });
  await host.sessionOf(user, { attached: true });
  const records = () => readdirSync(join(host.folder, "state/collected"), { recursive: true }).map(String);
  await eventually("something is written", () => records().some((path) => path.endsWith("connection-1.hftrace")));
  await host.killService();
  writeFileSync(join(host.folder, "state/collected/notes"), "somebody's own");
  await host.startAgain();

  await eventually("it is packed", async () => (await holdfast(host, "trace", "list")).exit === 0);

  const { out } = await holdfast(host, "trace", "status");
  assert.match(out, /^No trace is running\.\ntrace-\S+ ended at .*: the service was restarted\. /u);
  using archive = unpacked(host, (await holdfast(host, "trace", "stop")).out);
  assert.match(archive.text("messages/connection-1.txt"), /ConnectionRequest/u);
  assert.deepEqual(records().toSorted(), ["notes", archive.path.split("/").at(-1)]);
  assert.equal(client.exitCode, undefined);
});

/** A disk of a megabyte there. */
function smallDisk(path: string): Disposable {
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", path]);
  return { [Symbol.dispose]: () => void execFileSync("umount", ["-l", path]) };
}

/** The scan codes of all keys that went down or up. */
function keysIn(records: readonly TraceRecord[]): readonly number[] {
  const codes: number[] = [];
  for (const { what } of records) {
    if (what.is !== "message" || what.direction !== "received" || what.form !== "fastPath") continue;
    readFastPathInput(what.bytes, (event) => {
      if (event.is === "key") codes.push(event.key.scanCode);
    });
  }
  return codes;
}

/** The archive that the command has named. */
function unpacked(host: { readonly folder: string }, said: string) {
  const path = /^(?<path>\/\S+\.tar\.gz)/mu.exec(said)?.groups?.["path"] ?? assert.fail(said);
  const folder = mkdtempSync(join(host.folder, "unpacked-"));
  execFileSync("tar", ["-xzf", path, "--strip-components=1", "-C", folder]);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return {
    path,
    paths,
    text: (name: string) => readFileSync(join(folder, name), "utf8"),
    records: (name: string): readonly TraceRecord[] => [
      ...traceRecords(readFileSync(join(folder, "records", `${name}.hftrace`))),
    ],
    hasNot: (what: string, secret: Buffer) => {
      const utf16 = Buffer.from(secret.toString("latin1"), "utf16le");
      const forms = [secret, utf16, Buffer.from(secret.toString("hex")), Buffer.from(secret.toString("base64"))];
      for (const name of paths) {
        const bytes = readFileSync(join(folder, name));
        for (const form of forms) assert.ok(!bytes.includes(form), `${what} is in ${name}`);
      }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

const typedSecret = "zyxwvu-typed";
