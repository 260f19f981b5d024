import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "./log.ts";
import { descriptorOf } from "./native/descriptorPassing.ts";
import { SocketHolder, takeHeldSockets } from "./socketHolder.ts";

test("who arrives while nobody listens waits in the sockets that the holder keeps, and is served by the next", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-holder-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "sockets");
  const first = createServer();
  await new Promise<void>((resolve) => first.listen(0, "127.0.0.1", resolve));
  const { port } = first.address() as AddressInfo;
  const holder = new SocketHolder(path, new Map([["[127.0.0.1]:1", descriptorOf(first)]]), 5);
  t.after(() => holder.close());
  await new Promise((resolve) => first.close(resolve));

  const waiting = connect(port, "127.0.0.1");
  const greeted = new Promise((resolve) => waiting.once("data", (bytes) => resolve(String(bytes))));
  await new Promise((resolve) => waiting.once("connect", resolve));
  const sockets = takeHeldSockets(path, silentLog);
  assert.deepEqual([...sockets.keys()], ["[127.0.0.1]:1"]);
  const second = createServer((socket) => socket.end("welcome"));
  second.listen({ fd: sockets.get("[127.0.0.1]:1")! });
  t.after(() => second.close());

  assert.equal(await greeted, "welcome");
  assert.deepEqual(takeHeldSockets(path, silentLog), new Map());
});
