import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, wallTime } from "#base/units.ts";
import type { EndRecord } from "#contracts/record.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings } from "#policy/settings.ts";
import { culpritSentence, explain, type Refusal } from "#refusals/refusal.ts";
import { loadCertificate } from "#system/certificate/certificate.ts";
import { makeSelfSigned } from "#system/certificate/selfSigned.ts";
import { diagnose } from "./diagnose.ts";
import { doctorText } from "./doctorText.ts";
import { examineCertificate } from "./examineCertificate.ts";
import { examineDesktop } from "./examineDesktop.ts";
import { examineHost } from "./examineHost.ts";
import { examinePeople } from "./examinePeople.ts";
import { examineRefusals } from "./examineRefusals.ts";
import { examineRoom } from "./examineRoom.ts";
import { examineService } from "./examineService.ts";
import { ok, type Examined, type Finding } from "./finding.ts";
import { reachListeners } from "./reachListeners.ts";

test("a healthy host has no row but ok", async (t) => {
  const host = planted(t);
  const rows = [
    examineService(host),
    examineCertificate(host),
    examineDesktop(host),
    examineRoom(host),
    (await examineHost(host)).filter(({ about }) => about !== "firewall"),
  ].flat();

  assert.deepEqual(told(rows), []);
});

test("a stopped service, a wrong configuration and an upgrade that waits for a restart are told", (t) => {
  const stopped = planted(t, { service: { is: "silent", why: "nobody answers" } });
  assert.deepEqual(told(examineService(stopped)), ["broken service: nobody answers"]);
  const wrong = planted(t, { configurationProblems: ["holdfast.toml:3: no such setting", "another"] });
  assert.deepEqual(told(examineService(wrong)), [
    "broken configuration: holdfast.toml:3: no such setting (and 1 more)",
  ]);
  const upgraded = planted(t, { version: "0.2.0" });
  assert.deepEqual(told(examineService(upgraded)), ["warning service: Holdfast 0.1.0 runs, and 0.2.0 is installed"]);
});

test("taken seats, a drained host and a session that nobody can return to are told", (t) => {
  const host = planted(t, {
    status: {
      seats: { used: 2, limit: 2, because: "MaxInstanceCount" },
      logonMode: "drain",
      otherVersions: [{ session: 7 as never, version: 9, attachable: false }],
    },
  });

  assert.deepEqual(
    told(examineService(host)).map((row) => row.split(":")[0]),
    ["warning service", "warning seats", "warning logons"],
  );
});

test("a listener that answers is told from one that is silent, is another server, or is gone", async (t) => {
  const listens = async (answer: Buffer | undefined) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => (answer === undefined ? undefined : socket.end(answer)));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    return { server, where: `127.0.0.1:${port}` };
  };
  const rdp = await listens(Buffer.from([3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0]));
  const web = await listens(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const silent = await listens(undefined);
  const gone = await listens(undefined);
  await new Promise((done) => gone.server.close(done));

  const rows = await reachListeners(
    planted(t, { status: { listening: [rdp, web, silent, gone].map(({ where }) => where) } }),
  );

  assert.deepEqual(told(rows), [
    `broken listener: ${web.where}: this is no RDP server`,
    `warning listener: ${silent.where}: takes connections, and has said nothing within 1 s`,
    `broken listener: ${gone.where}: connect ECONNREFUSED ${gone.where}`,
    "warning listener: only programs on this host can connect",
  ]);
});

test("an expired certificate, one of another host, another's key and a key for everybody are told", (t) => {
  const months = 30 * 86_400_000;
  const cases: readonly [Partial<Made>, RegExp][] = [
    [{ from: -2 * months, until: -months }, /^broken certificate: expired on .*, 30 days ago$/u],
    [{ from: months, until: 2 * months }, /^broken certificate: is valid only from .*clock/u],
    [{ until: 86_400_000 * 5.5 }, /^warning certificate: expires in 5 days/u],
    [{ names: ["elsewhere.example"] }, /^warning certificate: names DNS:elsewhere.example, and not this host/u],
    [{ mode: 0o644 }, /^broken certificate: everybody on this host can read its key \(mode 644\)$/u],
  ];
  for (const [made, expected] of cases) {
    const rows = told(examineCertificate(planted(t, { made })));
    assert.equal(rows.length, 1, rows.join("\n"));
    assert.match(rows[0] ?? "", expected);
  }
  const host = planted(t);
  const other = makeSelfSigned({ names: ["x"], from: new Date(0), until: new Date(now + months), serial: serial });
  writeFileSync(join(host.folders.state, "certificate.key"), other.key);
  assert.match(told(examineCertificate(host))[0] ?? "", /^broken certificate: .*not the key of the certificate/u);
});

test("PAM rules that are missing, or name what is not installed, are told with who names it", async (t) => {
  const rules = {
    "etc/pam.d/holdfast": "@include common-auth\nauth required pam_missing.so\n-session optional pam_maybe.so\n",
    "etc/pam.d/common-auth":
      "auth [success=1 default=ignore] pam_unix.so nullok # pam_comment.so\nauth substack nowhere\n",
    "lib/x86_64-linux-gnu/security/pam_unix.so": "",
  };
  const rows = (await examinePeople(planted(t, { files: rules }))).filter(({ about }) => about === "sign-in");

  assert.deepEqual(
    told(rows).filter((row) => row.includes("missing")),
    [
      "broken sign-in: missing: /etc/pam.d/nowhere, which common-auth includes",
      "broken sign-in: missing: pam_missing.so, which /etc/pam.d/holdfast:2 names",
    ],
  );
  const none = await examinePeople(planted(t, { files: { "etc/pam.d/other": "" } }));
  assert.match(told(none)[0] ?? "", /^broken sign-in: there is no \/etc\/pam.d\/holdfast: nobody can sign in$/u);
});

test("a rule that refuses everybody is told with its line, and Debian's own way to say no is not", async (t) => {
  const usual =
    "auth [success=1 default=ignore] pam_unix.so\nauth requisite pam_deny.so\nauth required pam_permit.so\n";
  const rules = (lines: string) => ({ "etc/pam.d/holdfast": `${usual}${lines}`, ...modules });
  const modules = Object.fromEntries(
    ["unix", "deny", "permit"].map((name) => [`lib/x86_64-linux-gnu/security/pam_${name}.so`, ""]),
  );
  const said = async (lines: string) =>
    told(await examinePeople(planted(t, { files: rules(lines) }))).filter((row) => row.includes("refuses"));

  assert.deepEqual(await said(""), []);
  assert.deepEqual(await said("account sufficient pam_unix.so\naccount required pam_deny.so\n"), []);
  assert.deepEqual(await said("account required pam_unix.so\naccount requisite pam_deny.so\n"), [
    "broken sign-in: /etc/pam.d/holdfast:5 (pam_deny.so) refuses everybody the use of his account",
  ]);
});

test("what people were refused for a fault of the host is told once for each cause; rules are no fault", (t) => {
  const record = (code: "HF-SIGN-06" | "HF-SIGN-13", id: string, at: number) => {
    const refusal: Refusal =
      code === "HF-SIGN-06"
        ? { code, step: "pam_authenticate", detail: "no answer within 6 s", rule: "/etc/pam.d/holdfast:2" }
        : { code, user: "anna", allowed: "@staff" };
    return recordOf(refusal, id, at);
  };
  const host = { ...planted(t), refusals: [record("HF-SIGN-13", "A", 1), record("HF-SIGN-06", "B", 2)] };
  const twice = { ...host, refusals: [...host.refusals, record("HF-SIGN-06", "C", now - 1000)] };

  assert.deepEqual(told(examineRefusals({ ...host, refusals: [] })), []);
  assert.deepEqual(told(examineRefusals({ ...host, refusals: host.refusals.slice(0, 1) })), []);
  assert.deepEqual(told(examineRefusals(twice)), [
    "warning refusals: 2 times (1 users), the last at 11:59:59 UTC: HF-SIGN-06: PAM gave no answer that counts " +
      "(pam_authenticate: no answer within 6 s). Look at the rules in /etc/pam.d/holdfast:2",
  ]);
});

test("programs that are missing, a desktop that cannot be executed and stale locks are told", (t) => {
  const bare = planted(t, { programs: ["Xvfb", "setpriv", "dbus-daemon", "xkbcomp", "xterm"] });
  assert.deepEqual(told(examineDesktop(bare)), [
    "broken desktop: setxkbmap is not installed: the client's keyboard is set with it",
  ]);
  const own = planted(t, { files: { "etc/holdfast/startwm": "#!/bin/sh\n" } });
  chmodSync(join(own.root, "etc/holdfast/startwm"), 0o644);
  assert.deepEqual(told(examineDesktop(own)), [
    "broken desktop: /etc/holdfast/startwm is there and cannot be executed",
  ]);
  const locks = { "tmp/.X7-lock": "      4711\n", "tmp/.X8-lock": "       812\n", "proc/812/limits": "" };
  assert.deepEqual(told(examineDesktop(planted(t, { files: locks }))), [
    "warning displays: 1 locks of X servers that are gone: .X7-lock",
  ]);
});

test("a service that may open few files, a host that has opened most, and a clock that ran back are told", async (t) => {
  const files = {
    "proc/812/limits": "Max open files            256                  4096                 files     \n",
    "proc/sys/fs/file-nr": "9600\t0\t10000\n",
  };
  assert.deepEqual(told(examineRoom(planted(t, { files }))), [
    "broken descriptors: 9600 of 10000 open files of the host are in use",
    "warning descriptors: the service may open only 256 files: about 85 more clients",
  ]);
  const host = planted(t);
  const later = new Date(now + 40 * 86_400_000);
  utimesSync(host.folders.state, later, later);
  const clock = (await examineHost(host)).filter(({ about }) => about === "clock");
  assert.match(told(clock)[0] ?? "", /^warning clock: it says 2026-11-20.*files here are of 2026-12-30/u);
});

test("what takes too long, and what throws, is a row; the others are told all the same", async (t) => {
  const host = planted(t);
  const rows = await diagnose(host, milliseconds(50), [
    { about: "slow", examine: () => delay(5000, [], { ref: false }) },
    { about: "failing", examine: () => assert.fail("no permission") },
    { about: "quick", examine: () => [ok("quick", "seen")] },
  ]);

  assert.deepEqual(told(rows), [
    "warning slow: looking took longer than 0.05 s, and was given up",
    "warning failing: could not be looked at: no permission",
  ]);
  assert.equal(rows.length, 3);
  assert.equal(
    doctorText([ok("a", "fine"), { about: "seats", is: "warning", evidence: "none\u001b[2J left", mend: "wait" }]),
    "ok       a      fine\nwarning  seats  none [2J left\n                → wait\n\n0 broken, 1 to look at.\n",
  );
});

function recordOf(refusal: Refusal, id: string, at: number): EndRecord {
  const { code, title, explanation, culprit, remedy, helpers, errorInfo, reason } = explain(refusal);
  const words = {
    code,
    title,
    explanation,
    culprit,
    cause: culpritSentence(culprit),
    remedy,
    helpers: [...helpers],
    errorInfo,
  };
  const whenAndWho = {
    at: wallTime(at),
    stepSince: wallTime(at),
    since: wallTime(at),
    user: "anna",
    authenticated: false,
  };
  return { id, what: "refused", how: title, words, reason, step: "signIn", ...whenAndWho, phases: [], waits: [] };
}

/** Rows that are not ok, as "is about: evidence"; each of them says what mends it. */
function told(rows: readonly Finding[]): readonly string[] {
  const others = rows.filter(({ is }) => is !== "ok");
  for (const { mend } of others) assert.ok(mend !== undefined && mend !== "");
  return others.map(({ is, about, evidence }) => `${is} ${about}: ${evidence}`);
}

interface Made {
  readonly from: number;
  readonly until: number;
  readonly names: readonly string[];
  readonly mode: number;
}

type Status = Extract<Examined["service"], { readonly is: "running" }>["status"];

/** A host of files of our own, which is healthy but for what is given. */
function planted(
  t: TestContext,
  given: {
    readonly service?: Examined["service"];
    readonly status?: Partial<Status>;
    readonly configurationProblems?: readonly string[];
    readonly version?: string;
    readonly made?: Partial<Made>;
    readonly programs?: readonly string[];
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Examined {
  const root = mkdtempSync(join(tmpdir(), "holdfast-doctor-"));
  t.after(() => rmSync(root, { recursive: true }));
  const files = { ...usualFiles, ...given.files };
  for (const [path, content] of Object.entries(files)) {
    if (path === "etc/pam.d/holdfast" && given.files?.["etc/pam.d/other"] !== undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const bin = join(root, "bin");
  mkdirSync(bin);
  for (const name of given.programs ?? usualPrograms) symlinkSync("/bin/true", join(bin, name));
  const state = join(root, "var/lib/holdfast");
  mkdirSync(state, { recursive: true });
  const { from = -86_400_000, until = 365 * 86_400_000, names = [hostname()], mode = 0o600 } = given.made ?? {};
  const pair = makeSelfSigned({ names, from: new Date(now + from), until: new Date(now + until), serial });
  const paths = { certificate: join(state, "certificate.pem"), key: join(state, "certificate.key") };
  writeFileSync(paths.certificate, pair.certificate);
  writeFileSync(paths.key, pair.key, { mode });
  const before = new Date(now - 1000);
  for (const path of [state, join(root, "etc")]) utimesSync(path, before, before);
  const resolved = resolve(hostSettings, {});
  assert.ok(resolved.is === "resolved");
  const status: Status = {
    version: "0.1.0",
    pid: 812,
    listening: ["127.0.0.1:3389"],
    fingerprint: loadCertificate(paths).fingerprints.sha256,
    singleUser: false,
    hostName: "ts1",
    seats: { used: 1, limit: 2, because: "ServerMode is administration" },
    logonMode: "enabled",
    ...given.status,
  };
  return {
    root,
    folders: { run: join(root, "run"), state, config: join(root, "etc/holdfast/holdfast.toml") },
    settings: resolved.settings,
    configurationProblems: given.configurationProblems ?? [],
    service: given.service ?? { is: "running", status },
    version: given.version ?? "0.1.0",
    environment: { PATH: bin },
    isRoot: true,
    now,
  };
}

const now = wallTime(Date.parse("2026-11-20T12:00:00Z"));
const serial = Uint8Array.of(1, 2, 3);
const usualPrograms = ["Xvfb", "xkbcomp", "setxkbmap", "setpriv", "dbus-daemon", "icewm-session"];
const usualFiles = {
  "etc/pam.d/holdfast": "auth required pam_unix.so\n",
  "lib/x86_64-linux-gnu/security/pam_unix.so": "",
  "proc/sys/fs/file-nr": "1000\t0\t10000\n",
  "proc/sys/kernel/osrelease": "6.1\n",
  "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
};
