import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { hostname, userInfo } from "node:os";
import { test } from "node:test";
import { sessionId } from "#base/ids.ts";
import { probe } from "#admin/cli/probe.ts";
import { wallTime } from "#base/units.ts";
import type { LicenceReply } from "#contracts/admin.ts";
import { MiniServer } from "../../test/miniServer.ts";
import {
  at,
  compileCache,
  folder,
  holdfast,
  listen,
  plantedSessions,
  program,
  serve,
} from "../../test/plantedService.ts";

test("query session prints all sessions and marks the caller's", async (t) => {
  const run = await serve(t);

  assert.deepEqual(await holdfast(run, ["query", "session"]), {
    exit: 0,
    error: "",
    out: [
      " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ",
      " services                                    0  Disc                        ",
      " rdp-tcp#3         bob                       2  Active                      ",
      ">rdp-tcp#9         anna                      3  Active                      ",
      "                   carol                     4  Disc                        ",
      " rdp-tcp                                 65536  Listen                      ",
      "",
    ].join("\n"),
  });
});

test("a query may ask by id, session name or user, under either name and with either kind of switch", async (t) => {
  const run = await serve(t);
  const lines = async (...words: string[]) => (await holdfast(run, words)).out.split("\n").slice(1);
  const bob = [" rdp-tcp#3         bob                       2  Active                      "];
  const totals = ["Total sessions created: 5", "Total sessions disconnected: 2", "Total sessions reconnected: 1", ""];

  assert.deepEqual(await lines("query", "session", "2"), [...bob, ""]);
  assert.deepEqual(await lines("qwinsta", "bob", "/counter"), [...bob, ...totals]);
  assert.deepEqual(await lines("QUERY", "SESSION", "RDP-TCP#3", "--Counter", "/mode", "/flow", "/connect", "/vm"), [
    ...bob,
    ...totals,
  ]);
  assert.deepEqual(await lines("query", "session", "2", `/server:${hostname()}`), [...bob, ""]);
});

test("query user prints idle and logon times in the environment's locale", async (t) => {
  const run = await serve(t);

  const { exit, out } = await holdfast(run, ["quser"], { LC_ALL: "en_US.UTF-8", TZ: "UTC" });

  assert.equal(exit, 0);
  assert.deepEqual(out.split("\n"), [
    " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME",
    " bob                   rdp-tcp#3           2  Active          .  11/20/2026 9:15 PM",
    ">anna                  rdp-tcp#9           3  Active       1:12  11/20/2026 9:10 PM",
    " carol                                     4  Disc      1+02:09  11/19/2026 4:01 PM",
    "",
  ]);
});

test("the console stands in the list where the host has one, and nothing can be done to it", async (t) => {
  const since = wallTime(Date.parse("2026-11-20T20:00:00Z"));
  const sessions = [plantedSessions()[0]!];
  const [taken, free] = [
    await serve(t, { sessions, console: { user: "zoe", since } }),
    await serve(t, { console: {} }),
  ];
  const line = async (run: string, ...words: string[]) =>
    (await holdfast(run, words, { LC_ALL: "en_US.UTF-8", TZ: "UTC" })).out.split("\n")[1];

  assert.deepEqual(
    [
      await line(taken, "query", "session", "console"),
      await line(taken, "query", "user", "zoe"),
      await line(free, "query", "session", "1"),
      (await holdfast(free, ["query", "user", "1"])).error,
    ],
    [
      " console           zoe                       1  Active                      ",
      " zoe                   console             1  Active      none   11/20/2026 8:00 PM",
      " console                                     1  Conn                        ",
      "No User exists for 1\n",
    ],
  );
  const orders = [await holdfast(taken, ["logoff", "1"]), await holdfast(taken, ["msg", "zoe", "hello"])];
  assert.deepEqual(
    orders.map(({ exit, error }) => `${exit} ${error}`),
    [
      "5 Could not logoff session ID 1 from session console, Error code 5\n" +
        "Error [5]:The console is the host's own screen, and none of Holdfast's sessions: sign out there.\n",
      "1 zoe does not exist or is disconnected\n",
    ],
  );
});

test("query waits lists whose wait it is, how long it has lasted and when it ends", async (t) => {
  const run = await serve(t);

  assert.deepEqual((await holdfast(run, ["query", "waits"])).out.split("\n"), [
    "WHO                   PID   LASTED  ENDS IN  FOR",
    "connection 9          955   97.0 s        -  a free seat",
    "session 3             901    9.5 s    5.5 s  the X server",
    "service               812    1.2 s   73.8 s  PAM",
    "",
  ]);
});

test("msg tells one or everybody who is connected, with words from the line or from a pipe", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders });
  const send = (...words: string[]) => holdfast(run, ["msg", ...words]);

  assert.deepEqual(await send("anna", "Coffee", "is", "ready."), { exit: 0, error: "", out: "" });
  assert.deepEqual(await send("*", "/time:5", "/w", "/v", "Hello"), {
    exit: 0,
    error: "",
    out: ["rdp-tcp#3", "rdp-tcp#9"]
      .map(
        (name) =>
          `Sending message to session ${name}, display time 5\nMessage to session ${name} responded to by user\n`,
      )
      .join(""),
  });
  assert.deepEqual(await send("carol", "Hello"), {
    exit: 1,
    error: "carol does not exist or is disconnected\n",
    out: "",
  });
  assert.equal((await send("anna")).exit, 2);
  assert.equal((await send("anna", "/time:0", "Hello")).exit, 2);
  assert.deepEqual(orders, [
    "message 3 60 false: Coffee is ready.",
    "message 2 5 true: Hello",
    "message 3 5 true: Hello",
  ]);
});

test("query process prints one's own programs, everybody's, a session's or a program's", async (t) => {
  const run = await serve(t);
  const header = " USERNAME              SESSIONNAME         ID    PID  IMAGE";
  const xterm = " bob                   rdp-tcp#3            2   4232  xterm";
  const editor = ">anna                  rdp-tcp#9            3   4711  gedit";
  const own = ` ${userInfo().username.padEnd(38)}     4    668  bash`;

  for (const [words, found] of [
    [["*"], [xterm, editor, own]],
    [[], [own]],
    [["/id:2"], [xterm]],
    [["gedit"], [editor]],
    [["4232"], [xterm]],
    [["anna"], [editor]],
  ] as const) {
    const { out } = await holdfast(run, ["qprocess", ...words]);
    assert.deepEqual(out.split("\n"), [header, ...found, ""], words.join(" "));
  }
  assert.deepEqual(await holdfast(run, ["query", "process", "emacs"]), {
    exit: 1,
    out: "",
    error: "No Process exists for emacs\n",
  });
});

test("query connection shows clients from their first step", async (t) => {
  const run = await serve(t);

  const { out } = await holdfast(run, ["query", "connection"], { LC_ALL: "C", TZ: "UTC" });

  assert.deepEqual(out.split("\n"), [
    " ID  USERNAME  CLIENTNAME  ADDRESS    SESSION  STEP                 SINCE",
    "  3  bob       DESK-7      192.0.2.7        2  active               11/20/2026 9:15 PM",
    " 12  -         -           192.0.2.8        -  awaitingNegotiation  11/20/2026 9:15 PM",
    "",
  ]);
});

test("codecs lists what clients are not sent any more, and forgets it", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders });

  const listed = await holdfast(run, ["codecs"], { LC_ALL: "C", TZ: "UTC" });
  const forgotten = await holdfast(run, ["codecs", "forget", "DESK-7"]);
  const unknown = await holdfast(await serve(t, { reply: { is: "none" } }), ["codecs", "forget", "DESK-8"]);

  assert.deepEqual(listed, {
    exit: 1,
    out: "DESK-7, build 22631\n  is not sent H.264 (AVC420) since 11/20/2026 9:15 PM, until 11/20/2026 9:15 PM\n",
    error: "",
  });
  assert.deepEqual([forgotten.exit, orders], [0, ["forgetCodecs DESK-7"]]);
  assert.equal(unknown.error, "Nothing is remembered of a client “DESK-8”: holdfast codecs lists them\n");
});

test("what is not found is said in Windows' words on standard error, with exit code 1", async (t) => {
  const run = await serve(t);
  const nobody = await serve(t, { sessions: [] });

  for (const [where, words, error] of [
    [run, ["query", "session", "zoe"], "No session exists for zoe\n"],
    [run, ["query", "user", "zoe"], "No User exists for zoe\n"],
    [nobody, ["query", "user"], "No User exists for *\n"],
    [run, ["logoff", "17"], "No session exists for 17\n"],
    [run, ["reset", "session", "rdp-tcp#17"], "No session exists for rdp-tcp#17\n"],
    [run, ["query", "connection", "99"], "No connection exists for 99\n"],
  ] as const) {
    assert.deepEqual(await holdfast(where, words), { exit: 1, out: "", error });
  }
});

test("orders reach the session that is meant, by id, name, or as one's own", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders });

  const said = [
    await holdfast(run, ["logoff"]),
    await holdfast(run, ["logoff", "RDP-Tcp#3", "/v"]),
    await holdfast(run, ["tsdiscon", "2", "/V"]),
    await holdfast(run, ["reset", "session", "4", "--v"]),
    await holdfast(run, ["rwinsta", "4", "--json"]),
  ];

  assert.deepEqual(orders, ["signOut 3", "signOut 2", "disconnect 2", "reset 4", "reset 4"]);
  assert.deepEqual(
    said.map(({ exit, out, error }) => `${exit} ${out}${error}`),
    [
      "0 ",
      "0 Logging off session ID 2\n",
      "0 Disconnecting sessionID 2 from sessionname rdp-tcp#3\n",
      "0 Resetting session ID 4\n",
      '0 {"order":"reset","session":4,"result":"done"}\n',
    ],
  );
});

test("tscon brings a session to one's own connection or to a named one; never to the console", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders });

  const said = [
    await holdfast(run, ["tscon", "4"]),
    await holdfast(run, ["tscon", "4", "/dest:RDP-Tcp#3", "/v"]),
    await holdfast(run, ["tscon", "rdp-tcp#3", "/password:*"], {}, "secret\n"),
    await holdfast(run, ["tscon", "4", "--json"]),
    await holdfast(run, ["tscon", "17"]),
    await holdfast(run, ["tscon", "4", "/dest:rdp-tcp#8"]),
    await holdfast(run, ["tscon", "0"]),
    await holdfast(run, ["tscon", "4", "/dest:console"]),
  ];

  assert.deepEqual(orders, ["connect 4 9", "connect 4 3", "connect 2 9 secret", "connect 4 9"]);
  const denied = (what: string) => `5 Could not connect ${what}, Error code 5\nError [5]:`;
  assert.deepEqual(
    said.map(({ exit, out, error }) => `${exit} ${out}${error}`),
    [
      "0 ",
      "0 Connecting sessionID 4 to sessionname rdp-tcp#3\n",
      "0 ",
      '0 {"order":"connect","session":4,"dest":"rdp-tcp#9","result":"done"}\n',
      "1 No session exists for 17\n",
      "1 No session exists for rdp-tcp#8\n",
      `${denied("sessionID 0 to sessionname rdp-tcp#9")}Access is denied.\n`,
      `${denied("sessionID 4 to sessionname console")}The console is the host's own screen, which no session of ` +
        "Holdfast can be moved to or from. At the console connect with a client: xfreerdp /v:localhost\n",
    ],
  );
});

test("what is denied has exit code 5 and Windows' words; services and the listener are never touched", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders, reply: { is: "denied", why: "Access is denied." } });

  for (const [words, error] of [
    [["logoff", "2"], "Could not logoff session ID 2 from session rdp-tcp#3, Error code 5"],
    [["logoff", "0"], "Could not logoff session ID 0 from session services, Error code 5"],
    [["reset", "session", "rdp-tcp"], "Could not reset session ID 65536, Error code 5"],
    [["tsdiscon", "4"], "Could not disconnect sessionID 4, Error code 5"],
  ] as const) {
    const all = `${error}\nError [5]:Access is denied.\n`;
    assert.deepEqual(await holdfast(run, words), { exit: 5, out: "", error: all });
  }
  assert.deepEqual(orders, ["signOut 2", "disconnect 4"]);
});

test("an order that fails says why", async (t) => {
  const run = await serve(t, { reply: { is: "failed", why: "the keeper does not answer" } });

  const { exit, error } = await holdfast(run, ["logoff", "2"]);

  assert.equal(exit, 1);
  assert.equal(error, "Could not logoff session ID 2 from session rdp-tcp#3: the keeper does not answer\n");
});

test("who is in no session has to name one", async (t) => {
  const run = await serve(t, { own: undefined });

  assert.deepEqual(await holdfast(run, ["tsdiscon"]), {
    exit: 1,
    out: "",
    error: "You ask from outside of all sessions: name one. The sessions: holdfast query session\n",
  });
});

test("change logon asks, and orders one thing, in Windows' words", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders });
  const said = async (...words: string[]) => {
    const { exit, out, error } = await holdfast(run, words);
    return `${exit} ${out}${error}`.trimEnd();
  };

  assert.deepEqual(
    [
      await said("change", "logon", "/query"),
      await said("chglogon", "/ENABLE"),
      await said("chglogon", "/disable"),
      await said("change", "logon", "--drain"),
      await said("change", "logon", "/drainuntilrestart", "--json"),
    ],
    [
      "0 New session logins are currently DISABLED, reconnecting to existing sessions is ENABLED",
      "0 Session logins are currently ENABLED",
      "0 Session logins are currently DISABLED",
      "0 New session logins are currently DISABLED, reconnecting to existing sessions is ENABLED",
      '0 {"logonMode":"drainUntilRestart","result":"done"}',
    ],
  );
  assert.deepEqual(orders, ["logons enabled", "logons disabled", "logons drain", "logons drainUntilRestart"]);
  assert.match(await said("change", "logon"), /^2 Give one of /u);
  assert.match(await said("change", "logon", "/drain", "/enable"), /^2 Give one of /u);
  const refusing = await serve(t, { reply: { is: "denied", why: "Access is denied." } });
  assert.deepEqual(await holdfast(refusing, ["chglogon", "/drain"]), {
    exit: 5,
    out: "",
    error: "Could not change the logon mode, Error code 5\nError [5]:Access is denied.\n",
  });
});

test("query licence says who holds one, and for whom none was left", async (t) => {
  const none = await holdfast(await serve(t), ["query", "licence"]);
  const licences: LicenceReply = {
    is: "counted",
    per: "user",
    count: 2,
    refuses: false,
    graceDaysLeft: 0,
    licences: [{ holder: "anna", kind: "permanent", issuedAt: at, expiresAt: at, lastUsedAt: at }],
    more: false,
    uncovered: [{ holder: "boris", lastAt: at }],
  };
  const run = await serve(t, { licences });
  const { exit, out } = await holdfast(run, ["query", "licence"], { LC_ALL: "en_US.UTF-8", TZ: "UTC" });

  assert.equal(none.exit, 1);
  assert.equal(exit, 1);
  assert.deepEqual(
    out.split("\n").map((line) => line.replaceAll(/ {2,}/gu, " | ")),
    [
      "1 of 2 licences are held, counted by user. The time of grace is over; others come in all the same.",
      " HOLDER | KIND | UNTIL | LAST USED",
      ` anna | permanent | 11/20/2026 9:15 PM | 11/20/2026 9:15 PM`,
      ` boris | none | 11/20/2026 9:15 PM`,
      "",
    ],
  );
  const { licences: held } = JSON.parse((await holdfast(run, ["query", "license", "--json"])).out);
  assert.deepEqual(held[0].holder, "anna");
});

test("enrolling takes the password from standard input's first line", async (t) => {
  const orders: string[] = [];
  const run = await serve(t, { orders });

  const enrolled = await holdfast(run, ["user", "enroll", "bob"], {}, "Päss wörd\nanother line\n");
  const nothing = await holdfast(run, ["user", "enroll", "bob"], {}, "");
  const forgotten = await holdfast(run, ["user", "forget", "bob"]);

  assert.deepEqual(orders, ["enroll bob Päss wörd", "forget bob"]);
  assert.deepEqual(enrolled, { exit: 0, out: "bob can sign in by NLA now.\n", error: "" });
  assert.deepEqual(nothing, { exit: 1, out: "", error: "There was no password: nothing was changed.\n" });
  assert.equal(forgotten.exit, 0);
});

test("at a terminal the password is not shown", async (t) => {
  if (spawnSync("script", ["--version"]).status !== 0) return t.diagnostic("script(1) is not installed");
  const orders: string[] = [];
  const run = await serve(t, { orders });
  const command = `${process.execPath} ${program} user enroll bob`;
  const terminal = spawn("script", ["-qec", command, "/dev/null"], { env: { ...process.env, HOLDFAST_RUN: run } });
  let shown = "";
  terminal.stdout.on("data", (piece: Buffer) => {
    if (shown === "") terminal.stdin.write("sécrx\u007fet\r");
    shown += piece;
  });

  const exit = await new Promise((resolve) => terminal.on("close", resolve));

  assert.deepEqual({ exit, orders }, { exit: 0, orders: ["enroll bob sécret"] });
  assert.equal(shown, "Password of bob: \r\nbob can sign in by NLA now.\r\n");
});

test("status says where the service listens", async (t) => {
  const run = await serve(t);

  const { out } = await holdfast(run, ["status"]);

  assert.equal(
    out,
    "Holdfast 0.1.0 runs on ts1 (process 812).\n" +
      "  Listening    0.0.0.0:3389, [::]:3389\n" +
      "  Fingerprint  ab:cd\n" +
      "  Mode         the users of this host sign in\n" +
      "  Logons       New session logins are currently DISABLED, reconnecting to existing sessions is ENABLED\n",
  );
});

test("a session of another version is told as such, with what can be done about it", async (t) => {
  const run = await serve(t, { otherVersions: [{ session: sessionId(4), version: 9, attachable: false }] });

  const [list, status] = [await holdfast(run, ["query", "session", "4"]), await holdfast(run, ["status"])];
  const { sessions } = JSON.parse((await holdfast(run, ["query", "session", "carol", "--json"])).out);

  assert.equal(list.out.split("\n")[1], "                   carol                     4  Disc    keeper-9            ");
  assert.match(
    status.out,
    /\n {2}Session 4 {4}its keeper speaks contract 9, this service 1: it runs on, but can only be .* holdfast logoff 4\n/u,
  );
  assert.deepEqual(sessions, [{ id: 4, name: "", user: "carol", state: "Disc", own: false, keeperVersion: 9 }]);
});

test("--json prints the documented shapes", async (t) => {
  const run = await serve(t);
  const json = async (...words: string[]): Promise<unknown> =>
    JSON.parse((await holdfast(run, [...words, "--json"])).out);

  assert.deepEqual(await json("query", "session", "2"), {
    sessions: [{ id: 2, name: "rdp-tcp#3", user: "bob", state: "Active", own: false }],
    counters: { created: 5, disconnected: 2, reconnected: 1 },
  });
  assert.deepEqual(await json("query", "process", "4232"), {
    processes: [{ user: "bob", session: 2, sessionName: "rdp-tcp#3", pid: 4232, image: "xterm", own: false }],
  });
  assert.deepEqual(await json("query", "connection", "12"), {
    connections: [
      {
        id: 12,
        pid: 901,
        client: { address: "192.0.2.8", name: "", build: 0 },
        acceptedAt: "2026-11-20T21:15:00.000Z",
        step: "awaitingNegotiation",
        authenticated: false,
        user: null,
        session: null,
        picture: null,
        own: false,
      },
    ],
  });
  assert.deepEqual(await json("query", "user", "zoe"), { users: [] });
  assert.deepEqual(await json("user", "forget", "bob"), { user: "bob", result: "done" });
  assert.deepEqual(await json("tscon", "4"), { order: "connect", session: 4, dest: "rdp-tcp#9", result: "done" });
  const overlaid = { order: "overlay", connection: 9, shown: true, result: "done" };
  assert.deepEqual(await json("overlay", "9", "on"), overlaid);
  const since = "2026-11-20T21:15:00.000Z";
  assert.deepEqual(await json("codecs"), {
    clients: [{ name: "DESK-7", build: 22_631, rejected: [{ codec: "avc420", since, until: since }], lastAt: since }],
  });
  const forgotten = { order: "forgetCodecs", client: "DESK-7", result: "done" };
  assert.deepEqual(await json("codecs", "forget", "DESK-7"), forgotten);
  assert.deepEqual(await json("tsdiscon", "17"), { order: "disconnect", session: null, result: "none" });
});

test("probe says in a row what is no RDP server, and denies by exit code", async (t) => {
  const stranger = createServer((socket) => void socket.on("error", () => {}).end("SSH-2.0-OpenSSH_9.2p1\r\n"));
  const port = await listen(t, stranger);
  await using server = await MiniServer.start({ password: "sesame-7" });
  const here = `127.0.0.1:${server.port}`;

  const { exit, out } = await holdfast(folder(t), ["probe", `127.0.0.1:${port}`]);
  const wrong = await holdfast(folder(t), ["probe", here, "--user", "anna", "--signin"], {}, "sesame-8\n");
  const right = await holdfast(folder(t), ["probe", here, "--user", "MINI\\anna", "--signin"], {}, "sesame-7\n");

  assert.equal(exit, 1);
  assert.match(out, /This is no RDP server: it speaks SSH, and says “SSH-2.0-OpenSSH_9.2p1”\.\n {2}Is \d+ the right/u);
  assert.equal(wrong.exit, 5);
  assert.match(wrong.out, /the user name or the password is wrong/u);
  assert.deepEqual([right.exit, right.error], [0, ""]);
  for (const said of [wrong, right]) assert.doesNotMatch(JSON.stringify(said), /sesame/u);
});

test("probe writes its documented JSON, and compares", async (t) => {
  await using server = await MiniServer.start({ password: "secret", accept: { nlaRequired: true } });
  const here = `127.0.0.1:${server.port}`;
  const { probes, differences } = JSON.parse(
    (await holdfast(folder(t), ["probe", here, "--compare", here, "--repeat", "2", "--json"])).out,
  );
  const { exit, out } = await holdfast(folder(t), ["probe", here, "--compare", here]);

  const documented = JSON.parse(probe.json ?? "").probes[0];
  assert.deepEqual(Object.keys(probes[0]).sort(), Object.keys(documented).sort());
  assert.deepEqual(Object.keys(probes[0].steps[0]).sort(), Object.keys(documented.steps[0]).sort());
  assert.deepEqual([probes[0].result, probes[1].result, probes[1].names.computer], ["reached", "reached", "MINI"]);
  assert.equal(probes[0].repeated.times, 2);
  assert.ok(differences.every(({ values }: { readonly values: readonly unknown[] }) => values.length === 2));
  assert.equal(exit, 0);
  assert.match(out, /\n {2}NLA \(HYBRID\) +yes +yes\n/u);
});

test("probe takes no password as an argument, and tells what it cannot read", async (t) => {
  const run = folder(t);
  const said = async (...words: string[]) => {
    const { exit, out, error } = await holdfast(run, ["probe", ...words]);
    return `${exit} ${out}${error.split("\n")[0]}`;
  };

  assert.equal(await said("ts1", "--password=sesame-7"), "2 There is no switch --password here.");
  assert.equal(await said("https://ts1/"), "2 “https://ts1/” is a web address: give HOST or HOST:PORT.");
  assert.equal(await said("ts1:99999"), "2 “ts1:99999” has no port from 1 to 65535 behind its colon.");
  assert.equal(await said("ts1", "--repeat", "0"), "2 --repeat takes a number from 1 to 1000.");
  assert.equal(await said("ts1", "--timeout", "soon"), "2 --timeout takes seconds, from 0.1 to 600.");
  assert.equal(await said("ts1", "--signin"), "2 --signin needs --user NAME.");
  assert.equal(await said("ts1", "--user", "anna"), "1 There was no password: nobody was signed in.");
  assert.match(
    await said("127.0.0.1:1", "--screenshot", "/nowhere/a.png"),
    /^1 The picture cannot be written: ENOENT/u,
  );
});

test("a query loads no other command, and no library: it has to be quick", async (t) => {
  const run = await serve(t);
  const report = `
    import { registerHooks } from "node:module";
    import { writeSync } from "node:fs";
    registerHooks({ load: (url, context, next) => { writeSync(2, url + "\\n"); return next(url, context); } });`;
  const hooks = `data:text/javascript,${encodeURIComponent(report)}`;

  const { exit, error } = await holdfast(run, ["query", "session"], { NODE_OPTIONS: `--import=${hooks}` });

  const loaded = error.split("\n").filter((url) => url.startsWith("file:"));
  assert.equal(exit, 0);
  assert.ok(0 < loaded.length && loaded.length < 50, `${loaded.length} files`);
  const commands = loaded.filter((url) => /node_modules|query|logoff|help|serve\.ts/u.test(url));
  assert.deepEqual(
    commands.map((url) => url.split("/").at(-1)),
    ["querySession.ts"],
  );
});

test("while the service is not running, one sentence says how to start it", async (t) => {
  const run = folder(t);

  assert.deepEqual(await holdfast(run, ["query", "session"]), {
    exit: 1,
    out: "",
    error: `Holdfast is not running: nobody answers at ${run}/admin.sock. Start it: holdfast serve\n`,
  });
  const elsewhere = await holdfast("/nowhere", ["--run", run, "status"]);
  assert.match(elsewhere.error, new RegExp(`Start it: holdfast serve --run ${run}\n$`, "u"));
});

test("another host cannot be asked yet, which is wrong usage", async (t) => {
  const { exit, error } = await holdfast(folder(t), ["query", "user", "/server:ts2"]);

  assert.equal(exit, 2);
  assert.match(error, /^Holdfast cannot ask another host yet \(\/server:ts2\)/u);
});

test("explain tells one record with its way, and the nearest names of one that is not there", async (t) => {
  const run = await serve(t);

  const found = await holdfast(run, ["explain", "k7qx2m"], { TZ: "UTC" });
  const none = await holdfast(run, ["explain", "K7QX-2N"]);

  assert.deepEqual(found.out.split("\n"), [
    "K7QX-2M  HF-SEAT-01  All seats are taken",
    "  When         2026-11-20 21:15:00",
    "  Who          anna from 192.0.2.7 (DESK-7), connection 9",
    "  What         2 of 2 sessions are in use on ts1, and none came free.",
    "  Cause        the setting MaxInstanceCount",
    "  Step         decision: which session, which seat, since 2026-11-20 21:13:23 (97.0 s)",
    "  Began        2026-11-20 21:13:21 (98.5 s before)",
    "  What to do   Try again later.",
    "  Who can      you, or the administrator",
    "  Client told  ERRINFO_SERVER_DENIED_CONNECTION (7)",
    "  Timeline",
    "          0 ms  accept                                  3 ms",
    "          3 ms  negotiation (X.224)                    1.5 s",
    "       1500 ms  decision: which session, which seat    97.0 s",
    "  Waited for",
    "        96.9 s  a free seat",
    "",
  ]);
  assert.deepEqual(none, {
    exit: 1,
    out: "",
    error: "There is no record K7QX-2N. The nearest: K7QX-2M. All of today: holdfast explain /since:0:00\n",
  });
  assert.deepEqual(await holdfast(run, ["explain", "/since:half past ten"]), {
    exit: 2,
    out: "",
    error: "“half past ten” is no time: write 10:30, 2026-11-20, “2026-11-20 10:30”, 15m, 2h or 3d.\n",
  });
  assert.equal((await holdfast(run, ["explain", "last"])).exit, 0);
  assert.equal((await holdfast(run, ["explain", "/session:70000"])).exit, 2);
});

test("events prints a line each in Windows' terms, and goes on with what happens", async (t) => {
  const run = await serve(t);
  const first =
    "2026-11-20 21:15:00  LocalSessionManager        24  Session has been disconnected: User: anna (K7QX-2M)\n";

  assert.deepEqual(await holdfast(run, ["events"], { TZ: "UTC" }), { exit: 0, out: first, error: "" });
  assert.deepEqual(await holdfast(run, ["events", "/id:21,25"]), { exit: 0, out: "", error: "" });
  assert.equal((await holdfast(run, ["events", "/id:logon"])).exit, 2);
  assert.equal((await holdfast(run, ["events", "/count:501"])).exit, 2);
  const following = spawn(process.execPath, [program, "events", "--follow"], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, HOLDFAST_RUN: run, TZ: "UTC" },
  });
  let said = "";
  await new Promise<void>((resolve) =>
    following.stdout.on("data", (piece: Buffer) => {
      said += piece;
      if (said.includes("reconnection")) resolve();
    }),
  );
  following.kill();
  assert.equal(
    said,
    `${first}2026-11-20 21:15:00  LocalSessionManager        25  Session reconnection succeeded (K7QX-2M)\n`,
  );
});

test("an unknown command, switch or operand is wrong usage, and the nearest command is suggested", async (t) => {
  const run = folder(t);
  const first = async (...words: string[]) => {
    const { exit, out, error } = await holdfast(run, words);
    return `${exit} ${out}${error.split("\n")[0]}`;
  };

  assert.match(
    await first("query", "sesion"),
    /^2 There is no command “query sesion”. Did you mean: holdfast query session /u,
  );
  assert.match(await first("logof"), /Did you mean: holdfast logoff /u);
  assert.equal(await first("logoff", "/w"), "2 There is no switch /w here.");
  assert.equal(await first("logoff", "2", "3"), "2 “3” is too much here.");
  assert.equal(await first("reset", "session"), "2 {name|id} is missing.");
  assert.match(await first("query"), /^2 {3}query session/u);
  assert.equal(await first("query", "process", "/id:two").then((text) => text.slice(0, 1)), "2");
});

test("holdfast --help is the map, and each command explains itself by /? and --help", async (t) => {
  const run = folder(t);
  const map = await holdfast(run, ["--help"]);
  const help = await Promise.all(
    [
      ["quser", "/?"],
      ["query", "user", "--help"],
      ["help", "query", "user"],
    ].map((words) => holdfast(run, words)),
  );

  assert.equal(map.exit, 0);
  for (const name of ["query session", "tsdiscon", "user enroll", "serve", "--run FOLDER"]) {
    assert.ok(map.out.includes(`\n  ${name}`), name);
  }
  assert.match(help[0]?.out ?? "", /^Lists who is signed in/u);
  assert.deepEqual(help, [help[0], help[0], help[0]]);
});
