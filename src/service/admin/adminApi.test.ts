import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { ConsoleSeat } from "#system/console/consoleSeat.ts";
import { silentLog } from "#system/log.ts";
import { ReplyWithDescriptor } from "#system/rpc/serveContract.ts";
import { defaultPolicy } from "#policy/configuration/policyInForce.ts";
import { systemUsers } from "#system/users.ts";
import { adminApi, type AdminApiParts } from "./adminApi.ts";
import type { TraceCallsParts } from "./traceCalls.ts";
import type { Authority } from "../authority.ts";
import { Registry, type KnownSession } from "../registry.ts";

const [anna, boris] = [40_001, 40_002];

test("a user may disconnect and end his own session, and nobody else's", async () => {
  const { asUser, orders } = host();
  const api = asUser(anna);

  const own = [
    await plain(api.disconnectSession({ session: sessionId(2) })),
    await plain(api.endSession({ session: sessionId(2), how: "signOut" })),
  ];
  const others = [
    await plain(api.disconnectSession({ session: sessionId(3) })),
    await plain(api.endSession({ session: sessionId(3), how: "reset" })),
  ];

  assert.deepEqual([own, others].flat().map(isOf), ["done", "done", "denied", "denied"]);
  assert.deepEqual(orders, ["2 disconnect", "2 end signOut"]);
});

test("root and the one who runs the service may do everything", async () => {
  for (const uid of [0, process.getuid?.() ?? 0]) {
    const { asUser, orders } = host();

    const replies = [
      await plain(asUser(uid).endSession({ session: sessionId(3), how: "reset" })),
      await plain(asUser(uid).enroll({ user: "boris", password: "right" })),
      await plain(asUser(uid).forget({ user: "boris" })),
    ];

    assert.deepEqual(replies.map(isOf), ["done", "done", "done"]);
    assert.deepEqual(orders, ["3 end reset", "enroll boris", "forget boris"]);
  }
});

test("everybody may ask what holds for the host and for himself, administrators for all", async () => {
  const { asUser } = host();
  // Every Debian has these users: 1 and 2.
  const ask = async (uid: number, user?: string) =>
    (await plain(asUser(uid).policy(user === undefined ? {} : { user }))).is;

  assert.deepEqual(
    [await ask(1), await ask(1, "daemon"), await ask(1, "bin"), await ask(0, "bin"), await ask(0, "no-such-user")],
    ["resolved", "resolved", "denied", "resolved", "noUser"],
  );
  assert.deepEqual(await plain(asUser(0).policy({ without: "lab" })), { is: "noPolicy", names: [] });
});

test("who is in the administrators' group may do as root does", async () => {
  // Every Debian has this user, in a group of the same name.
  const daemon = 1;
  const [asMember, asOther] = [host({ administrators: "daemon" }), host({ administrators: "sys" })].map(({ asUser }) =>
    asUser(daemon),
  );

  const order = { session: sessionId(3), how: "reset" } as const;
  assert.deepEqual([await plain(asMember!.endSession(order)), await plain(asOther!.endSession(order))].map(isOf), [
    "done",
    "denied",
  ]);
});

test("a session that is not there is nobody's", async () => {
  const { asUser } = host();

  assert.deepEqual(await plain(asUser(anna).disconnectSession({ session: sessionId(9) })), { is: "none" });
});

test("a user brings his own sessions to his own connections, another's with the password, and root all", async () => {
  const { asUser, orders } = host({ attached: [2, 3] });
  const [forAnna, forRoot] = [asUser(anna), asUser(0)];
  const move = async (api: typeof forAnna, session: number, connection: number, password?: string) => {
    const given = password === undefined ? {} : { password };
    return plain(api.connectSession({ session: sessionId(session), connection: connectionId(connection), ...given }));
  };

  const replies = [
    await move(forAnna, 2, 102),
    await move(forAnna, 2, 103),
    await move(forAnna, 3, 102),
    await move(forAnna, 3, 102, "wrong"),
    await move(forAnna, 3, 102, "right"),
    await move(forRoot, 2, 103),
    await move(forRoot, 2, 104),
    await move(forRoot, 9, 103),
  ];

  assert.deepEqual(replies.map(isOf), ["done", "denied", "denied", "denied", "done", "done", "none", "none"]);
  assert.deepEqual(orders, [`${anna} moves 3 to 102`, "root moves 2 to 103"]);
});

test("everybody sees all sessions, and the programs of his own alone", async () => {
  const { asUser } = host();
  const [forAnna, forRoot] = [asUser(anna), asUser(0)];

  const programs = async (api: typeof forAnna) =>
    (await plain(api.processes({}))).map(({ session }) => Number(session));

  assert.deepEqual(
    (await plain(forAnna.sessions({}))).sessions.map(({ user }) => user),
    ["anna", "boris"],
  );
  assert.deepEqual(await programs(forAnna), [2]);
  assert.deepEqual(await programs(forRoot), [2, 3]);
  assert.deepEqual(await plain(forAnna.processes({ session: sessionId(3) })), []);
});

test("the host's own seat is told with the first page of sessions", async () => {
  const api = host({ console: { user: "zoe", since: wallTime(5) } }).asUser(anna);

  const only = "connections";
  const [first, next, connections] = [
    await plain(api.sessions({})),
    await plain(api.sessions({ afterSession: sessionId(2) })),
    await plain(api.sessions({ only })),
  ];

  assert.deepEqual(
    [first, next, connections].map((page) => page.console),
    [{ user: "zoe", since: 5 }, undefined, undefined],
  );
});

test("only administrators enrol and forget others, and a wrong password enrols nobody", async () => {
  const { asUser, orders } = host();

  const replies = [
    await plain(asUser(anna).enroll({ user: "boris", password: "right" })),
    await plain(asUser(anna).forget({ user: "boris" })),
    await plain(asUser(0).enroll({ user: "boris", password: "wrong" })),
    await plain(asUser(0).forget({ user: "carol" })),
  ];

  assert.deepEqual(replies.map(isOf), ["denied", "denied", "failed", "none"]);
  assert.deepEqual(orders, []);
});

test("only administrators say who may come, and hear when it cannot be kept", async () => {
  const { asUser, orders } = host();

  const replies = [
    await plain(asUser(anna).setLogonMode({ mode: "disabled" })),
    await plain(asUser(0).setLogonMode({ mode: "disabled" })),
    await plain(asUser(0).setLogonMode({ mode: "drain" })),
  ];

  assert.deepEqual(replies, [
    { is: "denied", why: "Access is denied." },
    { is: "done" },
    { is: "failed", why: "no space left on device" },
  ]);
  assert.deepEqual(orders, ["disabled"]);
});

test("a dump is for root and for who runs the service, a refusal held as long as its administrator is there", async () => {
  const { asUser, orders } = host({ administrators: "daemon" });
  const daemon = 1;
  const connection = connectionId(9);

  const asked = [daemon, 0].map((uid) => plain(asUser(uid).sendDump({ path: "/x" })));
  const held = [anna, daemon].map((uid) => plain(asUser(uid).holdRefusal({ connection, seconds: 60 })));

  assert.deepEqual((await Promise.all([...asked, ...held])).map(isOf), ["denied", "done", "denied", "done"]);
  const root = asUser(0);
  await root.holdRefusal({ connection, seconds: 5 });
  root.closed("");
  root.closed("");
  assert.deepEqual(orders, ["dump the service to /x", "hold 9 for 60", "hold 9 for 5", "hold 9 for 0", "hold 9 for 0"]);
});

test("what clients have rejected is administrators' to see and to forget", async () => {
  const { asUser, orders } = host();
  const order = { client: "DESK-7" };

  const seen = [isOf(await plain(asUser(anna).rejectedCodecs({}))), isOf(await plain(asUser(0).rejectedCodecs({})))];
  const forgotten = [
    await plain(asUser(anna).forgetRejectedCodecs(order)),
    await plain(asUser(0).forgetRejectedCodecs(order)),
  ];

  assert.deepEqual(
    [seen, forgotten.map(isOf)],
    [
      ["denied", "found"],
      ["denied", "done"],
    ],
  );
  assert.deepEqual(orders, ["forget the codecs of DESK-7"]);
});

test("others' leaks and memory are administrators' to see and to clean", async () => {
  const { asUser, orders } = host();
  const found = async (uid: number) => (await plain(asUser(uid).leaks({}))).findings.length;

  assert.deepEqual([await found(0), await found(anna)], [1, 0]);
  assert.equal((await plain(asUser(anna).memory({}))).processes.length, 0);
  assert.equal((await plain(asUser(0).memory({}))).processes.length, 1);
  assert.equal(isOf(await plain(asUser(anna).cleanLeaks({ ids: ["process:4:5"] }))), "denied");
  assert.equal(isOf(await plain(asUser(0).cleanLeaks({ ids: ["process:4:5"] }))), "cleaned");
  assert.deepEqual(orders, ["clean process:4:5"]);
});

const isOf = (reply: { readonly is: string }): string => reply.is;

/** A service with a session of Anna's (2) and one of Boris' (3); neither is in the host's user database. */
function host({
  administrators = "no-such-group",
  attached = [],
  console,
}: {
  readonly console?: ConsoleSeat;
  readonly administrators?: string;
  readonly attached?: readonly number[];
} = {}) {
  const orders: string[] = [];
  const registry = new Registry();
  for (const [id, user, uid] of [[2, "anna", anna] as const, [3, "boris", boris] as const]) {
    const known = session(id, user, uid, orders);
    if (!attached.includes(id)) {
      registry.receiveSession(known);
      continue;
    }
    const [connection, client, since] = [connectionId(100 + id), { address: "", name: "", build: 0 }, wallTime(0)];
    registry.receiveSession({ ...known, facts: { ...known.facts, attachment: { connection, client, since } } });
    registry.receiveConnection({
      id: connection,
      pid: 1,
      client,
      acceptedAt: wallTime(0),
      step: "active",
      authenticated: true,
    });
  }
  const authority: Authority = {
    signIn: () => assert.fail("not asked"),
    confirm: () => assert.fail("not asked"),
    answer: () => assert.fail("not asked"),
    abandon: () => {},
    ntHash: () => undefined,
    isEnrolled: () => false,
    enroll: (user) => void orders.push(`enroll ${user}`),
    forget: (user) => user === "boris" && 0 < orders.push(`forget ${user}`),
    close: () => {},
  };
  const chronicle = {
    note: () => {},
    events: () => [],
    records: () => [],
    recordIds: () => [],
    next: async () => ({ events: [], last: 0 }),
  };
  const api = adminApi({
    registry,
    authority,
    chronicle,
    history: chronicle,
    messages: { show: async () => ({ is: "silence" }) },
    traces: plantedTraces(orders),
    codecs: { clients: [], forget: (client) => 0 < orders.push(`forget the codecs of ${client}`) },
    leaks: plantedLeaks(orders),
    insides: {
      ask: async () => ({ is: "silent", why: "it does not answer" }),
      waits: async () => ({ waits: [], more: false }),
      sendDump: async ({ session }, path) => {
        orders.push(`dump ${session ?? "the service"} to ${path}`);
        return { is: "done" };
      },
      rooms: async () => [],
      hold: (connection, seconds) => {
        orders.push(`hold ${connection} for ${seconds}`);
        return { is: "done" };
      },
    },
    checkPassword: async (_user, password) => password === "right",
    administrators,
    console: async () => console,
    moves: {
      turnOverlay: ({ id }, shown) => 0 < orders.push(`overlay ${id} ${shown}`),
      move: async ({ facts }, to, { by, administrative }) => {
        orders.push(`${by} moves ${facts.id} to ${to.id}${administrative ? " by the door" : ""}`);
        return undefined;
      },
    },
    restart: async () => void orders.push("restart"),
    status: () => assert.fail("not asked"),
    licences: () => undefined,
    setLogonMode: (mode) => {
      if (mode === "drain") throw new Error("no space left on device");
      orders.push(mode);
    },
    policyParts: {
      policy: defaultPolicy,
      userPolicies: { person: async ({ name }) => ({ user: name, groups: [name] }) },
      users: systemUsers,
      isAdministrator: async () => false,
    },
    log: silentLog,
  });
  const asUser = (userId: number) =>
    api({ credentials: { userId, groupId: userId, processId: process.pid }, tell: () => {}, close: () => {} });
  return { asUser, orders };
}

function plantedTraces(orders: string[]): TraceCallsParts["traces"] {
  return {
    start: ({ connection }) => {
      orders.push(`trace ${connection ?? "all"}`);
      return { is: "started", name: "trace-1", bytesMax: 1, until: wallTime(1) };
    },
    stop: async () => ({ is: "none" }),
    save: async () => ({ is: "failed", why: "no space left on device" }),
    status: { remembered: 1 },
    archives: [],
  };
}

function plantedLeaks(orders: string[]): AdminApiParts["leaks"] {
  const owner = { is: "user", user: "boris" } as const;
  const finding = { is: "orphan", id: "process:4:5", owner, thing: "process", name: "4", evidence: [] } as const;
  return {
    find: async () => ({
      findings: [finding],
      watch: { samples: 1, every: 60, processes: 1, things: 1, since: 60 },
    }),
    clean: async (ids) => {
      orders.push(`clean ${ids.join(" ")}`);
      return ids.map((id) => ({ id, removed: true }));
    },
    memory: async () => ({
      totalMB: 8000,
      leftMB: 4000,
      processes: [{ pid: 4, program: "xterm", role: "program", user: "boris", megabytes: 12 }],
    }),
  };
}

async function plain<T>(reply: Promise<T | ReplyWithDescriptor<T>>): Promise<T> {
  const value = await reply;
  if (value instanceof ReplyWithDescriptor) assert.fail("the admin API gives no open files");
  return value;
}

function session(id: number, user: string, uid: number, orders: string[]): KnownSession {
  const call = async (name: string, request: { readonly how?: string }): Promise<unknown> => {
    if (name === "processes") return [{ pid: 4000 + id, user, image: "xterm", session: sessionId(id) }];
    orders.push([id, name, request.how].filter((word) => word !== undefined).join(" "));
    return {};
  };
  const keeper = { call, tell: () => {}, closed: new Promise<string>(() => {}), close: () => {} };
  const facts: SessionFacts = {
    id: sessionId(id),
    user,
    uid,
    createdAt: wallTime(0),
    ready: true,
    lastInputAt: wallTime(0),
    display: 10 + id,
    desktop: "icewm",
    keeperPid: 1,
    serverPid: 2,
    leaderPid: 3,
  };
  return { facts, keeper: keeper as KnownSession["keeper"], keeperPath: "" };
}
