import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { integer, object, text } from "#base/shape/shape.ts";
import { milliseconds } from "#base/units.ts";
import { limits } from "#base/limits.ts";
import { connectAndAttach } from "./connectAndAttach.ts";
import { connectContract, type ContractClient } from "./connectContract.ts";
import { CallFailed, CallRefused, ConnectFailed } from "./failures.ts";
import { ReplyWithDescriptor, serveContract, type Handlers, type Peer } from "./serveContract.ts";

const number = integer({ from: 0, to: 1000 });
const calculator = {
  name: "calculator",
  version: 3,
  oldest: 2,
  calls: {
    double: { request: object({ of: number }), reply: object({ is: number }), deadline: milliseconds(150) },
    read: { request: object({ path: text }), reply: object({ name: text }), deadline: milliseconds(500) },
  },
  serverNews: { said: object({ text }) },
  clientNews: { note: object({ text }) },
} as const;
type Calculator = typeof calculator;

async function serve(
  t: TestContext,
  some: Partial<Handlers<Calculator>> = {},
  met: (peer: Peer<Calculator>) => void = () => {},
) {
  const folder = mkdtempSync(join(tmpdir(), "hf-rpc-"));
  const path = join(folder, "calculator.sock");
  const log: string[] = [];
  const server = await serveContract(
    calculator,
    { path, handlerFailed: (call, error) => log.push(`${call} failed: ${String(error)}`) },
    (peer) => {
      met(peer);
      return {
        double: async ({ of }) => ({ is: 2 * of }),
        read: async ({ path: file }) => {
          const fd = openSync(file, "r");
          return new ReplyWithDescriptor({ name: file }, fd, () => closeSync(fd));
        },
        note: ({ text: note }) => log.push(`note ${note}`),
        closed: (why) => log.push(`closed: ${why}`),
        ...some,
      };
    },
  );
  t.after(async () => {
    await server.close("the test is over");
    rmSync(folder, { recursive: true });
  });
  return { server, path, log, folder };
}

const ignore = { said: () => {} };
const cause = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CallFailed || error instanceof ConnectFailed) return error.cause;
    throw error;
  }
  throw new Error("it did not fail");
};
const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 400, "it did not come true within 2 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
/** A server that says these lines to whoever connects. */
async function saying(t: TestContext, lines: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "hf-rpc-"));
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.write(lines);
  });
  const path = join(folder, "x.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
}
const closing = (t: TestContext, client: ContractClient<Calculator>) => (t.after(() => client.close()), client);
const hello = '{"hello":"calculator","version":3,"oldest":2}\n';

test("a call is answered, and the server knows who asked", async (t) => {
  const peers: Peer<Calculator>[] = [];
  const { path } = await serve(t, {}, (peer) => peers.push(peer));
  const client = closing(t, await connectContract(calculator, path, ignore));

  assert.deepEqual(await client.call("double", { of: 21 }), { is: 42 });

  assert.deepEqual(
    peers.map((peer) => peer.credentials),
    [{ processId: process.pid, userId: process.getuid?.(), groupId: process.getgid?.() }],
  );
});

test("the socket is for its owner alone unless said otherwise", async (t) => {
  const { path } = await serve(t);

  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("news goes both ways, in order", async (t) => {
  const heard: string[] = [];
  const { path, log } = await serve(t, {}, (peer) => {
    peer.tell("said", { text: "one" });
    peer.tell("said", { text: "two" });
  });
  const client = closing(t, await connectContract(calculator, path, { said: (news) => heard.push(news.text) }));

  client.tell("note", { text: "hello" });
  client.tell("note", { text: "again" });

  await until(() => log.length === 2 && heard.length === 2);
  assert.deepEqual(
    [log, heard],
    [
      ["note hello", "note again"],
      ["one", "two"],
    ],
  );
});

test("a call without an answer fails at its deadline, and its late answer disturbs nothing", async (t) => {
  const { path } = await serve(t, {
    double: async ({ of }) => {
      if (of === 1) await new Promise((resolve) => setTimeout(resolve, 200));
      return { is: of };
    },
  });
  const client = closing(t, await connectContract(calculator, path, ignore));

  assert.deepEqual(await cause(client.call("double", { of: 1 })), { is: "deadline", after: 150 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await client.call("double", { of: 7 }), { is: 7 });
});

test("a handler's no arrives as code and message, its mistake as handlerFailed", async (t) => {
  const { path, log } = await serve(t, {
    double: async ({ of }) => {
      if (of === 0) throw new CallRefused("tooSmall", "0 is too small");
      throw new Error("oh");
    },
  });
  const client = closing(t, await connectContract(calculator, path, ignore));

  const refused = await cause(client.call("double", { of: 0 }));
  const failed = await cause(client.call("double", { of: 1 }));

  assert.deepEqual(
    [refused, failed, log],
    [
      { is: "refused", code: "tooSmall", message: "0 is too small" },
      { is: "refused", code: "handlerFailed", message: "oh" },
      ["calculator.double failed: Error: oh"],
    ],
  );
});

test("requests and replies are parsed where they arrive", async (t) => {
  const { path } = await serve(t, { double: async () => ({ is: -1 }) });
  const client = closing(t, await connectContract(calculator, path, ignore));

  assert.deepEqual(await cause(client.call("double", { of: 5000 })), {
    is: "refused",
    code: "wrongRequest",
    message: "double.of must be a whole number from 0 to 1000",
  });
  assert.deepEqual(await cause(client.call("double", { of: 5 })), {
    is: "shape",
    message: "calculator.double.is must be a whole number from 0 to 1000",
  });
});

test("versions that do not overlap are told apart by both sides' numbers", async (t) => {
  const { path } = await serve(t);
  const newer = { ...calculator, version: 9, oldest: 4 };
  const still = { ...calculator, version: 9, oldest: 3 };

  const found = await cause(connectContract(newer, path, ignore));
  const client = closing(t, await connectContract(still, path, ignore));

  assert.deepEqual(found, { is: "incompatible", ours: { version: 9, oldest: 4 }, theirs: { version: 3, oldest: 2 } });
  assert.deepEqual(await client.call("double", { of: 2 }), { is: 4 });
});

test("connecting fails with the reason", async (t) => {
  const { path } = await serve(t);
  const mute = await saying(t, "");

  assert.deepEqual(await cause(connectContract({ ...calculator, name: "other" }, path, ignore)), {
    is: "otherContract",
    name: "calculator",
  });
  assert.deepEqual(await cause(connectContract(calculator, "/nowhere/x.sock", ignore)), {
    is: "unreachable",
    code: "ENOENT",
  });
  assert.deepEqual(await cause(connectAndAttach(calculator, mute, { call: "double", request: { of: 1 } }, ignore)), {
    is: "deadline",
    after: 150,
  });
});

test("a client that sends garbage is let go, and the others stay", async (t) => {
  const { path } = await serve(t);
  const client = closing(t, await connectContract(calculator, path, ignore));
  for (const garbage of [
    "GET / HTTP/1.1\r\n\r\n",
    "[]\n",
    `${hello}{"reply":1}\n`,
    `${hello}{"call":7,"id":1}\n`,
    "\n",
  ]) {
    const socket = connect(path);
    socket.on("data", () => {});
    socket.on("error", () => {});
    socket.write(garbage);
    await new Promise((resolve) => socket.on("close", resolve));
  }

  assert.deepEqual(await client.call("double", { of: 3 }), { is: 6 });
});

test("a call that does not exist is refused, news that does not exist is ignored", async (t) => {
  const { path } = await serve(t);
  const socket = connect(path);
  t.after(() => socket.destroy());
  let heard = "";
  socket.on("data", (bytes) => (heard += bytes.toString()));
  socket.write(`${hello}{"news":"toString","value":{}}\n{"call":"constructor","id":5}\n`);

  await until(() => heard.split("\n").length === 3);
  assert.match(heard, /"reply":5,"refused":\{"code":"unknownCall"/);
});

test("a server that sends garbage ends the client with a reason", async (t) => {
  const path = await saying(t, `${hello}nonsense\n`);
  const client = await connectContract(calculator, path, ignore);

  assert.match(await client.closed, /^a message could not be understood: /);
  assert.match(JSON.stringify(await cause(client.call("double", { of: 1 }))), /"is":"closed"/);
});

test("a line longer than the limit ends the connection", async (t) => {
  const { path, log } = await serve(t);
  const socket = connect(path);
  socket.on("error", () => {});
  socket.write(hello);
  socket.write(Buffer.alloc(limits.contractLineBytes + 2, 0x61));

  await until(() => log.length === 1);
  assert.deepEqual(log, [`closed: a line is longer than ${limits.contractLineBytes} bytes`]);
});

test("a peer that does not read is let go", async (t) => {
  const peers: Peer<Calculator>[] = [];
  const { path, log } = await serve(t, {}, (peer) => peers.push(peer));
  const socket = connect(path);
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  socket.pause();
  socket.write(hello);
  await until(() => peers.length === 1);

  for (let each = 0; each < 100; each++) peers[0]?.tell("said", { text: "x".repeat(100_000) });

  await until(() => log.length === 1);
  assert.match(log[0] ?? "", /^closed: the other side does not read: \d+ bytes are waiting for it$/);
});

test("what a peer was told before it is closed still arrives", async (t) => {
  const heard: string[] = [];
  const { path } = await serve(t, {}, (peer) => {
    peer.tell("said", { text: "farewell" });
    peer.close("that was all");
  });
  const client = await connectContract(calculator, path, { said: (news) => heard.push(news.text) });

  assert.match(await client.closed, /the other side closed/);
  assert.deepEqual(heard, ["farewell"]);
});

test("a call fails when the server goes away meanwhile", async (t) => {
  const { path, server } = await serve(t, { double: () => new Promise(() => {}) });
  const client = await connectContract(calculator, path, ignore);
  const waiting = cause(client.call("double", { of: 1 }));

  await server.close("the end");

  assert.match(JSON.stringify(await waiting), /"is":"closed"/);
});

test("a reply brings an open file, and the socket goes on as an ordinary client", async (t) => {
  const heard: string[] = [];
  const { path, folder } = await serve(t, {}, (peer) => {
    peer.tell("said", { text: "before" });
  });
  const file = join(folder, "file");
  writeFileSync(file, "what the file says");

  const attached = await connectAndAttach(
    calculator,
    path,
    { call: "read", request: { path: file } },
    { said: (news) => heard.push(news.text) },
  );
  closing(t, attached.client);

  assert.deepEqual(attached.reply, { name: file });
  assert.ok(attached.descriptor !== undefined);
  assert.equal(readFileSync(attached.descriptor, "utf8"), "what the file says");
  closeSync(attached.descriptor);
  assert.deepEqual(await attached.client.call("double", { of: 4 }), { is: 8 });
  assert.deepEqual(heard, ["before"]);
});

test("an attachment that is refused leaves no open file", async (t) => {
  const { path } = await serve(t, {
    read: async () => {
      throw new CallRefused("no", "not today");
    },
  });

  const found = await cause(connectAndAttach(calculator, path, { call: "read", request: { path: "x" } }, ignore));

  assert.deepEqual(found, { is: "refused", code: "no", message: "not today" });
});

test("a socket that nobody listens at any more is replaced, one in use is not", async (t) => {
  const { path, folder } = await serve(t);
  const stale = join(folder, "stale.sock");
  // Bound and closed without removing the name, as a killed process leaves it.
  const { spawnSync } = await import("node:child_process");
  spawnSync(process.execPath, [
    "-e",
    `require("net").createServer().listen(${JSON.stringify(stale)}, () => process.kill(process.pid, 9))`,
  ]);
  assert.ok(statSync(stale).isSocket());

  const server = await serveContract(calculator, { path: stale }, () => assert.fail());
  await server.close("done");

  await assert.rejects(
    serveContract(calculator, { path }, () => assert.fail()),
    /EADDRINUSE/,
  );
});
