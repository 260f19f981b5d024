import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { encode } from "#base/bytes/codec.ts";
import { milliseconds, seconds } from "#base/units.ts";
import { encodePlanar } from "#codecs/planar/encode.ts";
import { ZgfxCompressor } from "#codecs/zgfx/compressor.ts";
import { displayControlChannelName, graphicsChannelName } from "#protocol/channels/channelNames.ts";
import { displayControlMessage } from "#protocol/channels/displayControl/displayControl.ts";
import { clientProfiles, type ClientProfileName } from "#protocol/sequences/connect/clientProfiles.ts";
import { shareBytes } from "#protocol/sequences/accept/outgoing.ts";
import { fastPathGraphics } from "#protocol/share/output/fastPathUpdate.ts";
import { MiniServer, type MiniServerOptions } from "../../../test/miniServer.ts";
import { nearness, picture } from "../../../test/pictures.ts";
import { planarFrame } from "../../../test/planarFrame.ts";
import { ClientFailed, type ClientFailure } from "./clientFailed.ts";
import type { ClientOptions } from "./clientOptions.ts";
import { connectClient } from "./connectClient.ts";

const size = { width: 320, height: 240 };

for (const name of Object.keys(clientProfiles) as ClientProfileName[]) {
  test(`a client of the kind “${name}” signs in by NLA and reaches the desktop, step by step`, async () => {
    await using server = await MiniServer.start({ password: "secret" });
    await using client = await connect(server, { profile: name, user: "anna", password: "secret" });

    const steps = Object.entries(client.timings);
    assert.deepEqual(
      {
        at: client.at,
        size: client.size,
        chosen: client.capable?.chosen,
        subject: client.certificate?.subject,
        steps: steps.map(([step]) => step),
        inOrder: steps.every(([, time], index) => index === 0 || steps[index - 1]![1] <= time),
      },
      {
        at: "active",
        size,
        chosen: "credsspEx",
        subject: "CN=mini.example",
        steps:
          "connected negotiated secured authenticated conferenceCreated joined licensed capabilitiesKnown active".split(
            " ",
          ),
        inOrder: true,
      },
    );
  });
}

test("a picture by bitmaps arrives, is told, and is waited for", async () => {
  const photo = picture("photo", { width: 64, height: 64 });
  const area = { x: 32, y: 16, width: 64, height: 64 };
  const updates: unknown[] = [];
  await using server = await MiniServer.start({
    onActive: (client) => {
      const data = encodePlanar(photo, { rows: "bottomUp" });
      const bitmap = {
        destination: area,
        ...sizeOf(area),
        bitsPerPixel: 32,
        packing: { is: "compressed" },
        data,
      } as const;
      client.write(fastPathGraphics({ is: "bitmaps", bitmaps: [bitmap] }, { updateBytesMax: 0x3f0000 }));
    },
  });
  const hooks = { onUpdate: (updated: unknown) => void updates.push(updated) };
  await using client = await connect(server, { profile: "planar 32", hooks });
  await client.waitFor("the picture", () => 0 < client.statistics.updates, seconds(5));
  const { offset, stride, data } = client.picture;
  const shown = { ...area, data, stride, offset: offset + area.y * stride + area.x * 4 };
  assert.deepEqual([updates, nearness(photo, shown).worst], [[area], 0]);
  assert.ok(client.timings.firstUpdate !== undefined);
});

test("the graphics pipeline's frames are decompressed, shown and acknowledged; the desktop's size is wished for", async () => {
  const photo = picture("photo", size);
  const zgfx = new ZgfxCompressor();
  const answers: string[] = [];
  await using server = await MiniServer.start({
    dynamicChannels: [graphicsChannelName, displayControlChannelName],
    onDynamic: (client, event) => {
      if (event.is === "opened" && event.channel.name === displayControlChannelName) {
        const offer = {
          is: "displayControlCapabilities",
          monitorsMax: 1,
          monitorAreaFactorA: 8192,
          monitorAreaFactorB: 8192,
        };
        client.sendDynamic(displayControlChannelName, encode(displayControlMessage, offer as never));
      }
      if (event.is !== "message") return;
      answers.push(`${event.channel.name.split("::").at(-1)} ${event.message[0]}`);
      if (event.message[0] === 0x12) client.sendDynamic(graphicsChannelName, zgfx.compress(planarFrame(photo)));
    },
  });
  await using client = await connect(server, {});
  await client.waitFor("a frame", () => 0 < client.statistics.frames && client.takesLayouts, seconds(5));
  assert.equal(client.resize({ width: 801, height: 600 }), true);
  await waitUntil(() => answers.length === 3);
  assert.deepEqual([...answers].sort(), ["DisplayControl 2", "Graphics 13", "Graphics 18"]);
  assert.equal(nearness(photo, client.picture).worst, 0);
});

test("what a person does at the client reaches the server in order", async () => {
  await using server = await MiniServer.start();
  await using client = await connect(server, {});
  client.synchronize({ numLock: true });
  client.pressKey(0x1c, { extended: true });
  client.typeText("é");
  client.click(10, 20, "right");
  client.refresh();
  client.allowOutput("nothing");
  client.requestShutdown();
  await waitUntil(() => server.clients[0]!.effects.some((effect) => effect.do === "shutdownRequested"));
  const seen = server.clients[0]!.effects.flatMap((effect) =>
    effect.do === "input" ? effect.events.map((event) => event.is) : [effect.do],
  );
  assert.deepEqual(
    seen.join(" "),
    "activate synchronize key key unicode unicode pointerTo button button refresh allowOutput shutdownRequested",
  );
});

test("a reactivation changes the size, and the client goes on", async () => {
  await using server = await MiniServer.start();
  await using client = await connect(server, {});
  server.clients[0]!.step({ is: "resize", size: { width: 640, height: 480 } });
  await client.waitFor("the new size", () => client.size.width === 640, seconds(5));
  assert.deepEqual([client.at, client.statistics.reactivations, client.picture.width], ["active", 1, 640]);
});

test("close says goodbye, destroy says nothing", async () => {
  await using server = await MiniServer.start();
  const polite = await connect(server, {});
  await polite.close();
  const rude = await connect(server, {});
  rude.destroy();
  await waitUntil(() => server.clients.every(({ ended }) => ended !== undefined));
  const lasts = server.clients.map(({ effects, ended }) => [effects.at(-1)?.do, ended]);
  assert.deepEqual(lasts, [
    ["clientLeft", "ended"],
    ["activate", "ECONNRESET"],
  ]);
  assert.deepEqual([polite.failure, rude.failure], [{ is: "closedHere" }, { is: "closedHere" }]);
});

const fails = (name: string, server: MiniServerOptions, options: Partial<ClientOptions>, failure: ClientFailure) =>
  test(name, async () => {
    await using running = await MiniServer.start(server);
    await assert.rejects(connect(running, options), (error) => {
      assert.ok(error instanceof ClientFailed);
      assert.deepEqual(error.failure, failure);
      return true;
    });
  });

const anna = { user: "anna", password: "secret" };
fails("a wrong password is NLA's status", { password: "other" }, anna, {
  is: "nlaFailed",
  failure: { is: "refusedByPeer", status: "logonFailure" },
});
fails(
  "a right password without the right to come in is told as such",
  { password: "secret", authorized: false },
  anna,
  {
    is: "nlaFailed",
    failure: { is: "accessDenied" },
  },
);
fails(
  "a host that requires NLA says so",
  { accept: { nlaRequired: true } },
  { offered: ["tls"] },
  {
    is: "negotiationFailed",
    failure: "hybridRequiredByServer",
  },
);

test("a server that tells an error and goes is quoted", async () => {
  await using server = await MiniServer.start();
  await using client = await connect(server, {});
  const waiting = failureOf(client.waitFor("the end", () => false, seconds(5)));
  const served = server.clients[0]!;
  served.write(shareBytes(served.capable, { is: "setErrorInfo", error: "logonTimeout" }));
  served.end();
  assert.deepEqual(await waiting, { is: "closedByServer", at: "active", error: "logonTimeout" });
  assert.equal(client.errorInfo, "logonTimeout");
});

test("a server that does not answer is given up at the deadline, and one that is not there at once", async () => {
  const silent = await listen(() => undefined);
  const options = { host: "127.0.0.1", port: silent.port, deadline: milliseconds(50) };
  const failure = await failureOf(connectClient(options));
  await silent.close();
  const refused = await failureOf(connectClient(options));
  assert.deepEqual(
    [failure, refused.is === "unreachable" && refused.code],
    [{ is: "timedOut", at: "awaitingConfirm", after: 50 }, "ECONNREFUSED"],
  );
});

test("a server of another protocol is told apart from one that is silent", async () => {
  const talker = await listen((socket) => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const failure = await failureOf(connectClient({ host: "127.0.0.1", port: talker.port }));
  await talker.close();
  assert.deepEqual(failure, { is: "malformed", at: "awaitingConfirm", problem: "expected TPKT (3), got 72" });
});

test("a wait ends with the client, and with its own deadline", async () => {
  await using server = await MiniServer.start();
  await using client = await connect(server, {});
  const never = () => false;
  const late = await failureOf(client.waitFor("nothing", never, milliseconds(20)));
  const waiting = failureOf(client.waitFor("nothing", never, seconds(5)));
  server.clients[0]!.destroy();
  const ended = await waiting;
  assert.deepEqual([late, ended.is], [{ is: "timedOut", at: "nothing", after: 20 }, "closedByServer"]);
});

test("twenty clients at once reach their desktops", async () => {
  await using server = await MiniServer.start();
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(server, { picture: "ignored" })));
  assert.deepEqual(new Set(clients.map(({ at }) => at)), new Set(["active"]));
  await Promise.all(clients.map((client) => client.close()));
});

function connect(server: MiniServer, options: Partial<ClientOptions>) {
  return connectClient({ host: "127.0.0.1", port: server.port, size, ...options });
}

async function listen(serve: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy()).resume();
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
}

async function failureOf(attempt: Promise<unknown>): Promise<ClientFailure> {
  const error: unknown = await attempt.then(
    () => new Error("it went well"),
    (error: unknown) => error,
  );
  if (error instanceof ClientFailed) return error.failure;
  throw error;
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(condition(), "it did not come in five seconds");
}
