import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { connectionId, sessionId } from "#base/ids.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { keeperContract, type DetachReason, type KeeperStart, type SessionEnd } from "#contracts/keeper.ts";
import { endAbandonedSession } from "#system/keepers/endAbandonedSession.ts";
import { startKeeper } from "#system/keepers/startKeeper.ts";
import { environmentOf, listProcesses, readProcess, userIdOf } from "#system/processes/processList.ts";
import { connectAndAttach } from "#system/rpc/connectAndAttach.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { afterwards } from "../../test/afterwards.ts";
import { makeRealUser, noRealUsers, run, type RealUser } from "../../test/realUser.ts";

const skip = noRealUsers();
const client = { address: "192.0.2.7", name: "ANNAS-PC", build: 18363 };
const size = { width: 1024, height: 768 };

/** A PAM service that lets everybody have a session, with further lines. */
function pamService(t: TestContext, session: readonly string[] = []): string {
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  const lines = [
    "auth required pam_permit.so",
    "account required pam_permit.so",
    ...session,
    "session required pam_permit.so",
  ];
  writeFileSync(`/etc/pam.d/${name}`, `${lines.join("\n")}\n`);
  afterwards(t, () => rmSync(`/etc/pam.d/${name}`));
  return name;
}

function orderFor(t: TestContext, user: { readonly name: string }, some: Partial<KeeperStart> = {}): KeeperStart {
  const parent = mkdtempSync("/dev/shm/hf-keeper-");
  afterwards(t, () => rmSync(parent, { recursive: true, force: true }));
  run("chmod", ["711", parent]);
  const sessionFolder = join(parent, "7");
  mkdirSync(sessionFolder);
  return {
    id: sessionId(7),
    user: user.name,
    sessionFolder,
    pamService: pamService(t),
    size,
    sizeMax: { width: 1920, height: 1080 },
    keyboard: { model: "pc105", layout: "de" },
    client,
    startwm: "/nonexistent/startwm",
    command: "exec sleep 1000",
    ...some,
  };
}

/** Starts a keeper and talks to it; the test's end resets the session. */
async function keep(t: TestContext, order: KeeperStart, environment?: NodeJS.ProcessEnv) {
  const pid = await startKeeper(order, environment);
  const facts: SessionFacts[] = [];
  const ended = Promise.withResolvers<SessionEnd>();
  const path = join(order.sessionFolder, "keeper.sock");
  const keeper = await connectContract(keeperContract, path, {
    facts: (each) => facts.push(each),
    detach: () => {},
    ended: ({ end }) => ended.resolve(end),
  });
  afterwards(t, async () => {
    await keeper.call("end", { how: "reset" }).catch((error: unknown) => assert.ok(error instanceof CallFailed));
    await until("the keeper is gone", () => !existsSync(`/proc/${pid}`));
  });
  return { pid, keeper, path, facts, ended: ended.promise, ready: await keeper.call("ready", {}) };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 300, `it did not happen within 6 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What there still is of a user's session: processes, files, displays. */
function remains(user: RealUser, order: KeeperStart, display: number): readonly string[] {
  // Somebody else's server may have taken the display's number since.
  const socket = statSync(`/tmp/.X11-unix/X${display}`, { throwIfNoEntry: false });
  return [
    ...listProcesses()
      .filter((entry) => !entry.zombie && userIdOf(entry.pid) === user.uid)
      .map((entry) => entry.command),
    ...(existsSync(order.sessionFolder) ? [order.sessionFolder] : []),
    ...(socket?.uid === user.uid ? [`X${display}`] : []),
  ];
}

test("a session is its user's own: groups, environment, message bus, screen", { skip }, async (t) => {
  const user = makeRealUser(t, { groups: ["audio", "video"] });
  const report = join(user.home, "report");
  const command = `{ id -un; id -Gn; pwd; umask; ulimit -Sn; xdpyinfo 2>&1 | grep dimensions; setxkbmap -query; env; } > ${report}.part 2>&1
    mv ${report}.part ${report}; exec sleep 1000`;
  const order = orderFor(t, user, { command });

  const { keeper, pid } = await keep(t, order);
  await until("the report is written", () => existsSync(report));
  const lines = readFileSync(report, "utf8").trim().split("\n");
  const environment = Object.fromEntries(
    lines.filter((line) => line.includes("=")).map((line) => line.split(/=(.*)/su)),
  );
  const facts = await keeper.call("facts", {});

  assert.deepEqual(lines.slice(0, 5), [user.name, lines[1], user.home, "0022", "1024"]);
  assert.deepEqual(lines[1]?.split(" ").toSorted(), ["audio", "video", user.name].toSorted());
  assert.ok(lines.some((line) => /^layout: +de$/u.test(line)));
  const { HOME, USER, LOGNAME, SHELL, HOLDFAST_SESSION, DISPLAY, XDG_RUNTIME_DIR = "", XAUTHORITY = "" } = environment;
  assert.deepEqual(
    { HOME, USER, LOGNAME, SHELL, HOLDFAST_SESSION, DISPLAY },
    {
      HOME: user.home,
      USER: user.name,
      LOGNAME: user.name,
      SHELL: "/bin/bash",
      HOLDFAST_SESSION: "7",
      DISPLAY: `:${facts.display}`,
    },
  );
  assert.equal(run("stat", ["-c", "%U %a", XDG_RUNTIME_DIR, XAUTHORITY]), `${user.name} 700\n${user.name} 600\n`);
  if (existsSync("/usr/bin/dbus-daemon")) assert.match(environment["DBUS_SESSION_BUS_ADDRESS"] ?? "", /^unix:path=/u);
  assert.deepEqual([facts.user, facts.uid, facts.ready, facts.keeperPid], [user.name, user.uid, true, pid]);
  assert.equal(userIdOf(facts.serverPid), user.uid);
});

test("the session's processes are told, and a reset leaves nothing of them", { skip }, async (t) => {
  const user = makeRealUser(t);
  // One leaves by a session of its own, one by forking twice, one ignores to be asked.
  const command = `setsid -f sleep 1001; (sleep 1002 &); sh -c 'trap "" TERM; sleep 1003; sleep 1004' & exec sleep 1000`;
  const order = orderFor(t, user, { command });
  const { keeper, ended, facts } = await keep(t, order);
  await until(
    "all run",
    () => listProcesses().filter((each) => userIdOf(each.pid) === user.uid && each.command === "sleep").length === 4,
  );

  const processes = await keeper.call("processes", {});
  const display = facts.at(-1)?.display ?? -1;
  await keeper.call("end", { how: "reset" });

  assert.equal(processes.filter((each) => each.image === "sleep" && each.user === user.name).length, 4);
  assert.deepEqual(remains(user, order, display), []);
  assert.deepEqual((await ended).cause, "reset");
});

test("a sign-out asks the programs to end, and ends those that do not", { skip }, async (t) => {
  const user = makeRealUser(t);
  const asked = join(user.home, "asked");
  const command = `trap 'echo yes > ${asked}; exit 0' TERM; (trap "" TERM; exec sleep 1000) & while :; do sleep 0.1; done`;
  const order = orderFor(t, user, { command });
  const { keeper, ended, facts } = await keep(t, order);

  await keeper.call("end", { how: "signOut" });

  assert.equal(readFileSync(asked, "utf8"), "yes\n");
  assert.deepEqual(remains(user, order, facts.at(-1)?.display ?? -1), []);
  assert.equal((await ended).cause, "signedOut");
});

test("a keeper outlives who started it", { skip }, async (t) => {
  const user = makeRealUser(t);
  const order = orderFor(t, user);
  const module = JSON.stringify(fileURLToPath(new URL("../system/keepers/startKeeper.ts", import.meta.url)));
  const script = `const { startKeeper } = await import(${module}); console.log(await startKeeper(${JSON.stringify(order)}));
    process.kill(process.pid, "SIGKILL");`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  parent.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  await new Promise((resolve) => parent.on("close", resolve));
  const pid = Number(said);

  const keeper = await connectContract(keeperContract, join(order.sessionFolder, "keeper.sock"), {
    facts: () => {},
    detach: () => {},
    ended: () => {},
  });
  process.kill(pid, "SIGHUP");
  const ready = await keeper.call("ready", {});
  await keeper.call("end", { how: "reset" });

  assert.equal(parent.signalCode, "SIGKILL");
  assert.deepEqual(ready, { is: "ready" });
  await keeper.closed;
});

test("a connection attaches with its ticket, the next one replaces it", { skip }, async (t) => {
  const user = makeRealUser(t);
  const order = orderFor(t, user);
  const { keeper, path, facts } = await keep(t, order);
  const reasons: DetachReason[] = [];
  const news = {
    facts: () => {},
    detach: ({ reason }: { reason: DetachReason }) => reasons.push(reason),
    ended: () => {},
  };
  const attach = (ticket: string) =>
    connectAndAttach(keeperContract, path, { call: "attach", request: { ticket } }, news);
  const other = { ...client, name: "OTHER" };
  const unknownTicket = { is: "refused", why: "unknownTicket" };
  await keeper.call("expect", { ticket: "one", connection: connectionId(1), client });
  await keeper.call("expect", { ticket: "two", connection: connectionId(2), client: other });

  const unknown = await attach("zero");
  const first = await attach("one");
  const again = await attach("one");
  const second = await attach("two");
  first.client.tell("input", {});
  await first.client.closed;

  assert.deepEqual([unknown.reply, again.reply], [unknownTicket, unknownTicket]);
  assert.ok(first.reply.is === "attached" && second.reply.is === "attached" && second.descriptor !== undefined);
  assert.match(second.reply.cookie, /^[0-9a-f]{32}$/u);
  assert.deepEqual(reasons, [{ is: "replaced", by: other }]);
  assert.equal(facts.at(-1)?.attachment?.connection, 2);
  const header = Buffer.alloc(8);
  readSync(second.descriptor, header, 0, 8, 0);
  assert.equal(header.readUInt32BE(4), 7, "the version of an XWD file");
  assert.throws(() => writeSync(second.descriptor ?? -1, "x"), /EBADF/u);
  second.client.close();
  await until("it is detached", () => facts.at(-1)?.attachment === undefined && facts.at(-1)?.detachedAt !== undefined);
  for (const each of [unknown, again]) each.client.close();
  for (const { descriptor } of [first, second]) if (descriptor !== undefined) closeSync(descriptor);
});

test("the attached connection changes the keyboard, tells input, and is told of the end", { skip }, async (t) => {
  const user = makeRealUser(t);
  const order = orderFor(t, user);
  const { keeper, path, facts } = await keep(t, order);
  await keeper.call("expect", { ticket: "one", connection: connectionId(1), client });
  const told: string[] = [];
  const attached = await connectAndAttach(
    keeperContract,
    path,
    { call: "attach", request: { ticket: "one" } },
    { facts: () => {}, detach: ({ reason }) => told.push(reason.is), ended: () => {} },
  );
  if (attached.descriptor !== undefined) closeSync(attached.descriptor);
  const before = facts.at(-1)?.lastInputAt ?? 0;

  await attached.client.call("setKeyboard", { model: "pc105", layout: "fr", variant: "bepo" });
  attached.client.tell("input", {});
  await until("the input is told", () => before < (facts.at(-1)?.lastInputAt ?? 0));
  const server = environmentOf((await keeper.call("facts", {})).leaderPid);
  const layout = run("env", [
    `DISPLAY=${server?.["DISPLAY"]}`,
    `XAUTHORITY=${server?.["XAUTHORITY"]}`,
    "setxkbmap",
    "-query",
  ]);
  await keeper.call("end", { how: "reset" });
  await attached.client.closed;

  assert.match(layout, /layout: +fr\nvariant: +bepo/u);
  assert.deepEqual(told, ["sessionEnded"]);
});

test("another user who reaches the socket may ask nothing", { skip }, async (t) => {
  const user = makeRealUser(t);
  const order = orderFor(t, user, { connectionGid: user.gid });
  const { path } = await keep(t, order);
  const script = `const { connectContract } = await import(${moduleUrl("../system/rpc/connectContract.ts")});
    const { keeperContract } = await import(${moduleUrl("../contracts/keeper.ts")});
    const keeper = await connectContract(keeperContract, ${JSON.stringify(path)}, { facts() { console.log("facts"); }, detach() {}, ended() {} });
    for (const [call, request] of [["facts", {}], ["processes", {}], ["ready", {}], ["disconnect", {}], ["end", { how: "reset" }],
      ["expect", { ticket: "x", connection: 1, client: ${JSON.stringify(client)} }], ["setKeyboard", { model: "pc105", layout: "us" }]]) {
      await keeper.call(call, request).then(() => console.log(call, "answered"), (error) => console.log(call, error.cause.code));
    }
    process.exit();`;

  const said = run("setpriv", [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    "--clear-groups",
    process.execPath,
    "--input-type=module",
    "-e",
    script,
  ]);

  assert.deepEqual(
    said.trim().split("\n"),
    ["facts", "processes", "ready", "disconnect", "end", "expect", "setKeyboard"].map((call) => `${call} notPermitted`),
  );
});

const moduleUrl = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

for (const [what, some, expected] of [
  [
    "a desktop that ends at once",
    { command: "echo no display for me >&2; exit 3" },
    { cause: "desktopFailed", log: ["no display for me"] },
  ],
  [
    "a desktop that does not exist",
    { command: "exec /nonexistent/desktop" },
    { cause: "desktopFailed", log: ["/bin/sh: 1: exec: /nonexistent/desktop: not found"] },
  ],
] as const) {
  test(`${what} is reported with its last words, and leaves nothing`, { skip }, async (t) => {
    const user = makeRealUser(t);
    const order = orderFor(t, user, some);

    const { ended, facts } = await keep(t, order);
    const { cause, log } = await ended;

    assert.deepEqual({ cause, log }, expected);
    assert.deepEqual(remains(user, order, facts.at(-1)?.display ?? -1), []);
  });
}

test("who has a ticket and comes while the session is ending is told why it ends", { skip }, async (t) => {
  const { keeper, path, ended } = await keep(t, orderFor(t, makeRealUser(t)));
  await keeper.call("expect", { ticket: "one", connection: connectionId(1), client });

  const ending = keeper.call("end", { how: "reset" });
  // As long as a connection may take to come with its ticket.
  await delay(1000);
  const { reply, client: late } = await connectAndAttach(
    keeperContract,
    path,
    { call: "attach", request: { ticket: "one" } },
    { facts: () => {}, detach: () => {}, ended: () => {} },
  );
  late.close();

  assert.equal(reply.is === "refused" && reply.end?.cause, "reset");
  await ending;
  assert.equal((await ended).cause, "reset");
});

test("a session ends when its desktop does, and when its X server dies", { skip }, async (t) => {
  const user = makeRealUser(t);
  const orders = [orderFor(t, user, { command: "sleep 3" }), orderFor(t, user)];
  const sessions = await Promise.all(orders.map((order) => keep(t, order)));

  process.kill(sessions[1]?.facts.at(-1)?.serverPid ?? 0, "SIGKILL");
  const ends = await Promise.all(sessions.map(({ ended }) => ended));

  assert.deepEqual(
    ends.map((end) => end.cause),
    ["signedOut", "serverDied"],
  );
  for (const [index, order] of orders.entries()) {
    assert.deepEqual(remains(user, order, sessions[index]?.facts.at(-1)?.display ?? -1), []);
  }
});

test(
  "without Xvfb, without memory for its screen, without the user, or against PAM, a session says why",
  { skip },
  async (t) => {
    const user = makeRealUser(t);
    const tools = mkdtempSync("/tmp/hf-tools-");
    afterwards(t, () => rmSync(tools, { recursive: true }));
    symlinkSync("/usr/bin/getent", join(tools, "getent"));
    const small = mkdtempSync("/tmp/hf-small-");
    afterwards(t, () => run("sh", ["-c", `umount ${small}; rmdir ${small}`]));
    run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small]);
    const inSmall = join(small, "7");
    mkdirSync(inSmall);
    const refused = pamService(t, ["session requisite pam_deny.so"]);
    const attempts = [
      keep(t, orderFor(t, user), { PATH: tools }),
      keep(t, orderFor(t, user, { sessionFolder: inSmall })),
      keep(t, orderFor(t, { name: "hf-test-nobody" })),
      keep(t, orderFor(t, user, { pamService: refused })),
    ];

    const ends = (await Promise.all(attempts)).map(({ ready }) => (ready.is === "ended" ? ready.end : undefined));

    assert.deepEqual(
      ends.map((end) => [end?.cause, end?.culprit]),
      [
        ["serverFailed", "Xvfb"],
        ["serverFailed", "Xvfb"],
        ["userUnknown", "getent"],
        ["pamRefused", "pam_open_session"],
      ],
    );
    assert.match(ends[0]?.sentence ?? "", /install the package xvfb/u);
    assert.match(ends[1]?.sentence ?? "", /needs 8 MB in .*, which has 1 MB/u);
    assert.deepEqual(remains(user, orderFor(t, user, { sessionFolder: inSmall }), -1), []);
  },
);

test("a keymap left by the killed X server of somebody else keeps nobody out", { skip }, async (t) => {
  const user = makeRealUser(t);
  const isFree = (display: number) => !existsSync(`/tmp/.X11-unix/X${display}`);
  const keymap = `/tmp/server-${Array.from({ length: 100 }, (_, display) => display).find(isFree)}.xkm`;
  writeFileSync(keymap, "");
  afterwards(t, () => rmSync(keymap, { force: true }));

  const { ready } = await keep(t, orderFor(t, user));

  assert.deepEqual(ready, { is: "ready" });
});

test("a reset while the desktop is being started leaves nothing", { skip }, async (t) => {
  const user = makeRealUser(t);
  const order = orderFor(t, user);
  const pid = await startKeeper(order);
  const keeper = await connectContract(keeperContract, join(order.sessionFolder, "keeper.sock"), {
    facts: () => {},
    detach: () => {},
    ended: () => {},
  });

  await keeper.call("end", { how: "reset" });
  await until("the keeper is gone", () => readProcess(pid) === undefined);

  assert.deepEqual(remains(user, order, -1), []);
});

test("PAM's limits, umask and environment are those of the session", { skip }, async (t) => {
  const user = makeRealUser(t);
  const folder = mkdtempSync("/tmp/hf-limits-");
  afterwards(t, () => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "limits"), `${user.name} - nofile 777\n${user.name} hard nproc 555\n`);
  writeFileSync(join(folder, "env"), "HF_FROM_PAM=yes\n");
  const report = join(user.home, "report");
  const service = pamService(t, [
    `session required pam_limits.so conf=${folder}/limits`,
    "session optional pam_umask.so umask=0027",
    `session required pam_env.so envfile=${folder}/env`,
  ]);
  const command = `{ umask; ulimit -Sn; ulimit -Hn; cat /proc/self/limits | grep processes; echo $HF_FROM_PAM; } > ${report}.part
    mv ${report}.part ${report}; exec sleep 1000`;

  await keep(t, orderFor(t, user, { command, pamService: service }));
  await until("the report is written", () => existsSync(report));

  const [umask, soft, hard, processes, variable] = readFileSync(report, "utf8").trim().split("\n");
  assert.deepEqual([umask, soft, hard, variable], ["0027", "777", "777", "yes"]);
  assert.match(processes ?? "", /555/u);
});

test("what a killed keeper leaves can be ended", { skip }, async (t) => {
  const user = makeRealUser(t);
  const order = orderFor(t, user);
  const { pid, facts } = await keep(t, order);
  process.kill(pid, "SIGKILL");
  await until("the keeper is gone", () => readProcess(pid) === undefined);

  const count = await endAbandonedSession(order.sessionFolder);

  assert.ok(2 <= count);
  assert.deepEqual(remains(user, order, facts.at(-1)?.display ?? -1), []);
});

test("without root, a user keeps a session of his own", { skip }, async (t) => {
  const user = makeRealUser(t);
  const { pamService: _pam, ...order } = orderFor(t, user);
  run("chown", [user.name, order.sessionFolder, dirname(order.sessionFolder)]);
  const script = `const { startKeeper } = await import(${moduleUrl("../system/keepers/startKeeper.ts")});
    const { connectContract } = await import(${moduleUrl("../system/rpc/connectContract.ts")});
    const { keeperContract } = await import(${moduleUrl("../contracts/keeper.ts")});
    await startKeeper(${JSON.stringify(order)});
    const path = ${JSON.stringify(join(order.sessionFolder, "keeper.sock"))};
    const keeper = await connectContract(keeperContract, path, { facts() {}, detach() {}, ended({ end }) { console.log(end.cause); } });
    console.log((await keeper.call("ready", {})).is, (await keeper.call("facts", {})).uid);
    await keeper.call("end", { how: "reset" });
    await keeper.closed;
    process.exit();`;

  const words = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    "--clear-groups",
    process.execPath,
    "--input-type=module",
    "-e",
    script,
  ];
  const said = run("env", [`HOME=${user.home}`, "NODE_COMPILE_CACHE=/tmp/hf-no-cache", "setpriv", ...words]);

  assert.equal(said, `ready ${user.uid}\nreset\n`);
  await until("nothing is left", () => remains(user, order, -1).length === 0);
});

test("a user without a home gets a desktop", { skip }, async (t) => {
  const user = makeRealUser(t, { home: false });
  const { ready } = await keep(t, orderFor(t, user, { command: 'test "$HOME" = / && exec sleep 1000' }));

  assert.deepEqual(ready, { is: "ready" });
});

test("the user's own choice of desktop comes before the host's, which comes before Debian's", { skip }, async (t) => {
  const user = makeRealUser(t);
  const startwm = join(user.home, "../", `${user.name}-startwm`);
  writeFileSync(startwm, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
  afterwards(t, () => rmSync(startwm));
  const own = join(user.home, ".xsession");
  const order = () => {
    const { command: _command, ...rest } = orderFor(t, user, { startwm });
    return rest;
  };

  const hosts = await keep(t, order());
  writeFileSync(own, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
  const users = await keep(t, order());
  rmSync(own);
  const debians = await keep(t, { ...order(), startwm: "/nonexistent/startwm" });

  assert.deepEqual(
    [hosts, users, debians].map(({ facts }) => facts.at(-1)?.desktop),
    [startwm, own, existsSync("/etc/X11/Xsession") ? "/etc/X11/Xsession" : facts(debians)],
  );
});

const facts = (session: { readonly facts: readonly SessionFacts[] }): string | undefined =>
  session.facts.at(-1)?.desktop;
