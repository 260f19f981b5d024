import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { boxIsShown, keepPicture } from "./harness/boxes.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitRefusal } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { awaitRecord, holdfast } from "./harness/explained.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("the name on a refused user's screen is explained while he still reads it", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: "echo 'no theme “Blue”' >&2; exit 3" });
  await using client = await tls({ host, user, password: user.password });
  const { facts } = await awaitRecord(host, "HF-SESS-01", { connectionsOnly: true });

  await awaitRefusal(host, client, {
    code: "HF-SESS-01",
    ...(facts as { sentence: string; culprit: string; log: [] }),
  });
  await keepPicture(client, "refusal-with-its-record");
  const { connections } = await host.admin.call("sessions", {});
  const shown = connections[0]?.journey?.record ?? "";
  const typed = shown.toLowerCase().replace("-", "");
  const explained = await holdfast(host, "explain", typed);

  assert.equal(explained.exit, 0, explained.out);
  assert.match(explained.out, new RegExp(`^${shown}  HF-SESS-01  Your desktop could not be started\n`, "u"));
  for (const line of [
    `  Who          ${user.name} from 127.0.0.1`,
    "  Client told  ERRINFO_SERVER_DENIED_CONNECTION (7)",
    "    no theme “Blue”",
  ]) {
    assert.ok(explained.out.includes(`\n${line}`), `${line}:\n${explained.out}`);
  }
  const phases = [...explained.out.matchAll(/^ +\d+ ms {2}(?<phase>\S+)/gmu)].map(({ groups }) => groups?.["phase"]);
  // It may have been there still when the client came.
  assert.deepEqual(phases.slice(0, 8), [
    "accept",
    "negotiation",
    "TLS",
    "settings",
    "capabilities",
    "graphics",
    "sign-in",
    "decision:",
  ]);
  assert.match(explained.out, / ms {2}PAM: may he sign in$/mu);
  assert.equal(await closeRefusal(client), 7);
  const after = await host.admin.call("records", { id: shown, atMost: 20 });
  assert.equal(after.is === "found" ? after.records.length : 0, 1);
  const unknown = await holdfast(
    host,
    "explain",
    shown.replace(/.$/u, (last) => (last === "Z" ? "Y" : "Z")),
  );
  assert.equal(unknown.exit, 1);
  assert.ok(unknown.out.includes(`The nearest: ${shown}`), unknown.out);
});

test("a user's day leaves Windows' events, also of a session that outlives the service", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  {
    await using wrong = await tls({ host, user, password: "wrong" });
    await eventually("the wrong password is written down", async () => (await ids(140)).length === 1);
    await wrong.kill9();
  }
  await using first = await tls({ host, user, password: user.password });
  const { id: session } = await host.sessionOf(user, { attached: true });
  await eventually("the sign-in is written down", async () => (await ids(21, 22)).length === 2);
  await host.killService();
  await host.startAgain();
  await host.sessionOf(user, { attached: true });
  assert.equal((await holdfast(host, "tsdiscon", String(session))).exit, 0);
  assert.equal(await exitCodeOf(first), 1);
  await using again = await tls({ host, user, password: user.password });
  await host.sessionOf(user, { attached: true });
  await host.admin.call("endSession", { session, how: "signOut" });
  assert.equal(await exitCodeOf(again), 12);
  await eventually("the end is written down", async () => (await ids(23, 24, 40)).length === 5);

  async function ids(...asked: readonly number[]) {
    const { events } = await host.admin.call("events", { ids: asked, atMost: 500 });
    return events;
  }
  const trail = (await ids(21, 22, 23, 24, 25, 39, 40)).map(({ id, data }) => {
    const reason = typeof data === "object" && data !== null && "Reason" in data ? ` ${String(data.Reason)}` : "";
    return `${id}${id === 40 ? reason : ""}`;
  });
  assert.deepEqual(trail.slice(0, 6), ["22", "21", "39", "40 1", "24", "25"]);
  assert.deepEqual(trail.slice(6).toSorted(), ["23", "24", "40 12"]);
  assert.equal((await ids(1149)).length, 2);
  await eventually("every connection's end is written down", async () => (await ids(103)).length === 3);
  assert.deepEqual(
    (await ids(103)).map(({ data }) => (data as { ReasonCode: number }).ReasonCode),
    [0, 1, 12],
  );
  const [failed] = await ids(140);
  assert.deepEqual([failed?.address, failed?.user], ["127.0.0.1", undefined]);
  const printed = await holdfast(host, "events", "/id:25", "--json");
  const line: unknown = JSON.parse(printed.out);
  assert.deepEqual(
    [typeof line === "object" && line !== null && "user" in line && line.user, printed.out.split("\n").length],
    [user.name, 2],
  );
});

test("who sees nothing for three seconds is told whom he waits for, until there is a picture", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({
    settings: "BlackScreenSeconds = 3",
    desktop: "echo 'cannot open the theme' >&2; while [ ! -e \"$HOME/go\" ]; do sleep 0.2; done; exec xterm",
  });
  await using client = await tls({ host, user, password: user.password });
  await host.sessionOf(user, { attached: true });

  await eventually("the box is shown", () => boxIsShown(client));
  await keepPicture(client, "black-screen");
  const waiting = await holdfast(host, "explain", "/user", user.name);
  assert.match(waiting.out, /^ {2}Step {9}first picture \(active\)$/mu);
  writeFileSync(join(user.home, "go"), "");
  await eventually("the box is gone", async () => !(await boxIsShown(client)));

  await eventually("the picture is written down", async () => {
    const { events } = await host.admin.call("events", { ids: [68], atMost: 5 });
    return events.length === 1 && events[0]?.user === user.name;
  });
});
