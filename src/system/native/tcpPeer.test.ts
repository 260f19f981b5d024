import assert from "node:assert/strict";
import { closeSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { seconds } from "#base/units.ts";
import { descriptorOf } from "./descriptorPassing.ts";
import { unixSocketPair } from "./unixSocket.ts";
import { probeTcpPeer, tcpLine, tcpPeer } from "./tcpPeer.ts";

test("an idle machine that is probed is heard again and again, and owes nothing", async () => {
  await using pair = await tcpPair();
  const descriptor = descriptorOf(pair.near);
  probeTcpPeer(descriptor, { every: seconds(1), giveUpAfter: seconds(20) });

  await delay(2600);

  const peer = tcpPeer(descriptor);
  assert.ok(peer !== undefined && peer.heardAgo < 2000, String(peer?.heardAgo));
  assert.deepEqual([peer.isProbed, peer.owesAcknowledgement, peer.bytesAcknowledged], [false, false, 0n]);
});

test("a machine whose program reads nothing is still heard", async () => {
  await using pair = await tcpPair();
  pair.far.pause();
  for (let filled = 0; filled < 16; filled++) pair.near.write(Buffer.alloc(1 << 20));
  await delay(1500);

  const peer = tcpPeer(descriptorOf(pair.near));
  assert.ok(peer !== undefined && peer.heardAgo < 1500 && 0n < peer.bytesAcknowledged, String(peer?.heardAgo));
  assert.equal(peer.owesAcknowledgement, false);
});

test("a socket that is not TCP has no such peer, and is probed in vain", () => {
  const [one, other] = unixSocketPair();
  probeTcpPeer(one, { every: seconds(1), giveUpAfter: seconds(1) });
  assert.deepEqual([tcpPeer(one), tcpLine(one)], [undefined, undefined]);
  for (const each of [one, other]) closeSync(each);
});

test("of a machine that reads nothing it is known what was not sent, and how far it is away", async () => {
  await using pair = await tcpPair();
  const descriptor = descriptorOf(pair.near);
  assert.equal(tcpLine(descriptor)?.bytesUnsent, 0);
  pair.far.pause();
  for (let filled = 0; filled < 16; filled++) pair.near.write(Buffer.alloc(1 << 20));
  await delay(500);

  const line = tcpLine(descriptor);
  assert.ok(line !== undefined && 0 < line.bytesUnsent && 0 < line.carries, JSON.stringify(line));
  assert.ok(0 < line.roundTrip && line.roundTrip < 500, JSON.stringify(line));
});

test("a descriptor that is none is an error", () => {
  assert.throws(() => tcpPeer(-1), { code: "EBADF" });
});

interface TcpPair extends AsyncDisposable {
  readonly near: Socket;
  readonly far: Socket;
}

async function tcpPair(): Promise<TcpPair> {
  const accepted = Promise.withResolvers<Socket>();
  const server: Server = createServer((socket) => accepted.resolve(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const far = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
  const near = await accepted.promise;
  return {
    near,
    far,
    [Symbol.asyncDispose]: async () => {
      for (const each of [near, far]) each.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
