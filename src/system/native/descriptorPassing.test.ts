import assert from "node:assert/strict";
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { milliseconds, seconds } from "../../base/units.ts";
import { descriptorOf, receiveDescriptors, receiveLine, sendDescriptors } from "./descriptorPassing.ts";
import { connectedUnixSocket, unixSocketPair } from "./unixSocket.ts";

const options = { bytesMax: 4096, descriptorsMax: 4, within: seconds(5) };
const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

test("a file opened at one end is read at the other", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "greeting");
  writeFileSync(file, "good morning");
  const [near, far] = unixSocketPair();
  const opened = openSync(file, "r");

  sendDescriptors(near, Buffer.from("here you are"), [opened]);
  closeSync(opened);
  const message = await receiveDescriptors(far, options);

  const [received = -1] = message.descriptors;
  assert.deepEqual(
    {
      bytes: Buffer.from(message.bytes).toString(),
      count: message.descriptors.length,
      file: readFileSync(received, "utf8"),
    },
    { bytes: "here you are", count: 1, file: "good morning" },
  );
  for (const descriptor of [near, far, received]) closeSync(descriptor);
});

test("waiting for descriptors does not hold up the loop, and has a deadline", async () => {
  const [near, far] = unixSocketPair();
  const before = openDescriptors();
  const wait = receiveDescriptors(far, { ...options, within: milliseconds(50) });
  await assert.rejects(wait, { code: "ETIMEDOUT" });

  const second = receiveDescriptors(far, options);
  setTimeout(() => sendDescriptors(near, Uint8Array.of(7), []), 5);
  assert.deepEqual({ ...(await second), bytes: [...(await second).bytes] }, { bytes: [7], descriptors: [] });
  assert.equal(openDescriptors(), before);
  for (const descriptor of [near, far]) closeSync(descriptor);
});

test("more descriptors than expected are closed, not kept", async () => {
  const [near, far] = unixSocketPair();
  const files = [0, 1, 2].map(() => openSync("/dev/null", "r"));
  sendDescriptors(near, Uint8Array.of(1), files);
  const before = openDescriptors();
  await assert.rejects(receiveDescriptors(far, { ...options, descriptorsMax: 1 }), { code: "EMSGSIZE" });
  assert.equal(openDescriptors(), before);
  for (const descriptor of [near, far, ...files]) closeSync(descriptor);
});

test("the end of the other side is an empty message, and an error in the middle of a line", async () => {
  const [near, far] = unixSocketPair();
  sendDescriptors(near, Buffer.from("half a li"), []);
  closeSync(near);
  await assert.rejects(receiveLine(far, options), { code: "ECONNRESET" });
  assert.equal((await receiveDescriptors(far, options)).bytes.length, 0);
  closeSync(far);
});

test("a Node server hands a descriptor to a raw socket, which then becomes a Node socket", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "s");
  const opened = openSync("/dev/zero", "r");
  const server = createServer((socket) => {
    socket.on("data", (bytes) => socket.write(bytes.toString().toUpperCase()));
    sendDescriptors(descriptorOf(socket), Buffer.from('{"is":"framebuffer"}\nthen'), [opened]);
    socket.write(" more;");
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));

  const raw = connectedUnixSocket("stream", path);
  const received = await receiveLine(raw, options);
  const socket = new Socket({ fd: raw });
  socket.unshift(received.rest);
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString()));
  socket.write("question");
  while (!text.includes("QUESTION")) await new Promise((resolve) => socket.once("data", resolve));

  const [framebuffer = -1] = received.descriptors;
  assert.deepEqual(
    {
      line: Buffer.from(received.line).toString(),
      text,
      device: fstatSync(framebuffer).rdev === fstatSync(opened).rdev,
    },
    { line: '{"is":"framebuffer"}', text: "then more;QUESTION", device: true },
  );
  closeSync(framebuffer);
  closeSync(opened);
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test("connecting to nothing names the reason and leaves no descriptor", () => {
  const before = openDescriptors();
  assert.throws(() => connectedUnixSocket("stream", "/nowhere/at/all"), { code: "ENOENT" });
  assert.throws(() => connectedUnixSocket("stream", `/${"long".repeat(40)}`), { code: "ENAMETOOLONG" });
  assert.equal(openDescriptors(), before);
});

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
