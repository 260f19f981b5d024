import assert from "node:assert/strict";
import { createServer as createWebServer } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { seconds, milliseconds, type Milliseconds } from "#base/units.ts";
import { systemClock } from "#system/clock.ts";
import { MiniServer } from "../../../test/miniServer.ts";
import { probeHost } from "./probeHost.ts";
import type { ProbeReport } from "./probeReport.ts";

const strangers: Readonly<Record<string, { readonly server: () => Server; readonly says: RegExp }>> = {
  "a web server": {
    server: () => createWebServer((_, response) => void response.end("hello")),
    says: /^This is no RDP server: it speaks HTTP \(a web server\), and says “HTTP\/1.1 400 Bad Request”/u,
  },
  "an SSH server": {
    server: () => greeting("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
    says: /it speaks SSH, and says “SSH-2.0-OpenSSH_9.2p1 Debian-2”/u,
  },
  "a VNC server": { server: () => greeting("RFB 003.008\n"), says: /it speaks VNC/u },
  "a mail server": { server: () => greeting("220 mail.example ESMTP Postfix\r\n"), says: /it speaks SMTP/u },
  "a database": { server: () => greeting("J\0\0\0\n8.0.30\0"), says: /it speaks MySQL/u },
  "a gateway that begins with TLS": {
    server: () => createTlsServer(() => undefined),
    says: /it speaks TLS from the first byte/u,
  },
  "a server of a protocol that nobody knows": {
    server: () => greeting("HELLO WORLD\n"),
    says: /a protocol of text lines, and says “HELLO WORLD”/u,
  },
  "a server that waits": {
    server: () => createServer(() => undefined),
    says: /takes connections at port \d+ and says nothing for 0.5 s/u,
  },
  "a server that hangs up": {
    server: () => createServer((socket) => void socket.end()),
    says: /closed without a word/u,
  },
  "a server that hangs up when it is spoken to": {
    server: () => createServer((socket) => socket.once("data", () => socket.resetAndDestroy())),
    says: /reset without a word/u,
  },
  "a server that begins a long answer": {
    server: () => greeting("\x03\0\xff\xff\x0e"),
    says: /The answer is not RDP: it begins with 03 00 ff ff/u,
  },
  "a server of RDP's own security": {
    server: () => greeting("\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0"),
    says: /RDP's own security \(RC4\) alone/u,
  },
};

for (const [name, { server, says }] of Object.entries(strangers)) {
  test(`${name} is called what it is, with something to do`, async () => {
    await using stranger = await listening(server());
    // Who answers does so at once, also on a loaded machine; who waits is waited for.
    const report = await look(stranger.port, name === "a server that waits" ? milliseconds(500) : seconds(10));

    assert.equal(report.result, "failed");
    assert.match(report.summary, says);
    assert.ok(0 < (report.remedy ?? "").length);
    const failed = report.steps.filter(({ outcome }) => outcome === "failed");
    assert.deepEqual(
      failed.map(({ step }) => step),
      ["negotiation"],
    );
  });
}

test("where nobody listens, and where there is no such name, is said before anything is sent", async () => {
  const gone = await listening(createServer());
  await gone[Symbol.asyncDispose]();
  const refused = await look(gone.port);
  const unknown = await look(gone.port, seconds(10), "no-such-host.invalid");

  assert.match(refused.summary, /^Nobody listens at port \d+ \(127.0.0.1: refused\)\.$/u);
  // A host without a name server cannot say more.
  assert.match(unknown.summary, /no address of that name|name server does not answer/u);
});

test("garbage gets a row and a remedy, whatever it is", async () => {
  await using server = await listening(
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end(garbage(++seed));
    }),
  );
  for (let round = 0; round < 200; round++) {
    const report = await look(server.port, seconds(10));
    assert.equal(report.result, "failed", `seed ${seed}`);
    assert.ok(
      report.steps.some(({ outcome, says }) => outcome === "failed" && says !== ""),
      `seed ${seed}`,
    );
  }
});

test("a server that stalls at any byte gets a row that says where, within its deadline", async () => {
  await using server = await MiniServer.start({ password: "secret" });
  const whole = await answerBytes(server.port);
  assert.ok(1500 < whole, `the server answers with ${whole} bytes`);
  const places = [
    ...Array.from({ length: negotiationBytes }, (_, index) => index),
    ...Array.from(
      { length: 40 },
      (_, index) => negotiationBytes + ((index * 7919 + 13) % (whole + 1500 - negotiationBytes)),
    ),
  ];
  const within = seconds(2);
  const stalled = async (bytes: number) => {
    await using relay = await stallingRelay(server.port, bytes);
    const start = performance.now();
    const report = await look(relay.port, within);
    return { bytes, report, took: performance.now() - start };
  };
  const reports: Awaited<ReturnType<typeof stalled>>[] = [];
  // All at once they would wait for the machine instead of for the server.
  for (let first = 0; first < places.length; first += atOnce) {
    reports.push(...(await Promise.all(places.slice(first, first + atOnce).map(stalled))));
  }
  for (const { bytes, report, took } of reports) {
    const failed = report.steps.find(({ outcome }) => outcome === "failed");
    assert.equal(report.result, "failed", `after ${bytes} bytes`);
    assert.ok(failed !== undefined && failed.remedy !== null, `after ${bytes} bytes`);
    if (bytes < negotiationBytes) assert.equal(failed.step, "negotiation", `after ${bytes} bytes: ${failed.says}`);
    else assert.notEqual(failed.step, "negotiation", `after ${bytes} bytes: ${failed.says}`);
    assert.match(failed.says, /nothing|stops after|does not answer/u, `after ${bytes} bytes: ${failed.says}`);
    // The step itself, what else the host offers, and room for a loaded machine.
    assert.ok(took < within * 8 + 20_000, `after ${bytes} bytes it took ${Math.round(took)} ms`);
  }
});

async function look(port: number, within: Milliseconds = seconds(10), host = "127.0.0.1"): Promise<ProbeReport> {
  const nobody = { user: "", domain: "", password: "" };
  const { report } = await probeHost({
    host,
    port,
    ...nobody,
    until: "firstFrame",
    screenshot: false,
    isBrief: false,
    times: 1,
    within,
    clock: systemClock,
  });
  return report;
}

interface Listening extends AsyncDisposable {
  readonly port: number;
}

async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function greeting(text: string): Server {
  return createServer((socket) => void socket.write(Buffer.from(text, "latin1")));
}

/** Lets so many bytes of the server's answer through, of each connection, and no more. */
async function stallingRelay(port: number, bytes: number): Promise<Listening> {
  return listening(
    createServer((client) => {
      const server = connectTo(port);
      let left = bytes;
      server.on("data", (piece) => {
        if (0 < left) client.write(piece.subarray(0, left));
        left -= Math.min(left, piece.length);
      });
      // Who hears nothing tries something else, which is not for this server.
      if (0 < bytes) client.on("data", (piece) => void server.write(piece));
      else client.resume();
      client.on("close", () => server.destroy());
    }),
  );
}

/** How much a server answers to the first connection of a probe. */
async function answerBytes(port: number): Promise<number> {
  const counts: number[] = [];
  await using relay = await listening(
    createServer((client) => {
      const server = connectTo(port);
      const index = counts.push(0) - 1;
      server.on("data", (piece) => {
        counts[index]! += piece.length;
        client.write(piece);
      });
      client.on("data", (piece) => void server.write(piece));
      client.on("close", () => server.destroy());
    }),
  );
  await look(relay.port, seconds(3));
  return counts[0] ?? 0;
}

function connectTo(port: number): Socket {
  return connect({ host: "127.0.0.1", port }).on("error", () => undefined);
}

/** Up to 64 bytes; every third lot begins as TPKT does. */
function garbage(from: number): Uint8Array {
  let state = from * 2_654_435_761;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state >>> 24;
  };
  const bytes = Uint8Array.from({ length: next() % 64 }, next);
  if (from % 3 === 0) bytes.set([3, 0, 0, bytes.length].slice(0, bytes.length));
  return bytes;
}

let seed = 0;
const negotiationBytes = 19;
const atOnce = 20;
