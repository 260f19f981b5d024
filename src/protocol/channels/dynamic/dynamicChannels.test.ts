import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../../test/hex.ts";
import { graphicsChannelName } from "../channelNames.ts";
import { AcceptDynamicChannels } from "./acceptDynamicChannels.ts";
import { ConnectDynamicChannels } from "./connectDynamicChannels.ts";
import { splitDynamicData } from "./dynamicData.ts";
import type { DynamicChannelEvent } from "./openChannels.ts";

interface World {
  readonly server: AcceptDynamicChannels;
  readonly client: ConnectDynamicChannels;
  readonly events: string[];
  /** Carries messages both ways until nobody has any. */
  run(): void;
}

function world(listeners: readonly string[]): World {
  const server = new AcceptDynamicChannels();
  const client = new ConnectDynamicChannels(listeners);
  const events: string[] = [];
  const run = (): void => {
    for (let moved = true; moved;) {
      moved = false;
      const down = server.takeOutput();
      if (down !== undefined) events.push(...client.receive(down).map((event) => `client ${told(event)}`));
      const up = client.takeOutput();
      if (up !== undefined) events.push(...server.receive(up).map((event) => `server ${told(event)}`));
      moved = down !== undefined || up !== undefined;
    }
  };
  return { server, client, events, run };
}

function told(event: DynamicChannelEvent): string {
  if (event.is === "ready") return `ready ${event.version}`;
  if (event.is === "message") return `message ${event.channel.name} ${event.message.length}`;
  return `${event.is} ${event.channel.name}`;
}

test("a channel is opened, carries messages of any length both ways, and is closed", () => {
  const { server, client, events, run } = world([graphicsChannelName]);
  server.start();
  run();
  const graphics = server.open(graphicsChannelName);
  const echo = server.open("ECHO");
  run();
  server.send(graphics, new Uint8Array(5000));
  server.send(echo, new Uint8Array(1));
  client.send(client.channel(graphicsChannelName)!, new Uint8Array(100));
  run();
  server.close(graphics);
  run();

  assert.deepEqual(events, [
    "client ready 2",
    "server ready 2",
    `client opened ${graphicsChannelName}`,
    `server opened ${graphicsChannelName}`,
    "client notOpened ECHO",
    "server notOpened ECHO",
    `server message ${graphicsChannelName} 100`,
    `client message ${graphicsChannelName} 5000`,
    `client closed ${graphicsChannelName}`,
  ]);
  assert.equal(server.channel(graphicsChannelName), undefined);
  assert.equal(client.channel(graphicsChannelName), undefined);
});

test("the server's first message is that of the specification (specification MS-RDPEDYC 4.1.1, Sp unset)", () => {
  const { server } = world([]);
  server.start();
  assert.deepEqual(server.takeOutput(), hex("50 00 02 00 33 33 11 11 3d 0a a7 04"));
});

test("3195 bytes become the three messages of the specification (specification MS-RDPEDYC 4.3.1, 4.3.2)", () => {
  const pieces = splitDynamicData(3, new Uint8Array(3195).fill(0x71));
  assert.deepEqual(
    pieces.map((piece) => [piece.length, ...piece.subarray(0, 3)]),
    [
      [1600, 0x24, 0x03, 0x7b],
      [1600, 0x30, 0x03, 0x71],
      [3, 0x30, 0x03, 0x71],
    ],
  );
});

test("a late message for a closed channel is dropped, one for a channel that never was is refused", () => {
  const { server, run } = world(["a"]);
  server.start();
  run();
  const channel = server.open("a");
  run();
  server.close(channel);
  assert.deepEqual(server.receive(hex("30 01 aa")), []);
  assert.deepEqual(server.receive(hex("40 01")), []);
  assert.throws(() => server.receive(hex("30 02 aa")), /expected a channel id below 2, got 2/u);
});

test("more data than announced, and a message inside another, are refused", () => {
  const { server, run } = world(["a"]);
  server.start();
  run();
  server.open("a");
  run();
  assert.deepEqual(server.receive(hex("20 01 04 aa")), []);
  assert.throws(() => server.receive(hex("30 01 aabbccdd")), /1 bytes too many/u);
  assert.throws(() => server.receive(hex("20 01 04 aa")), /the start of another/u);
});

test("a message that announces too much is refused before anything is reserved", () => {
  const { server, run } = world(["a"]);
  server.start();
  run();
  server.open("a");
  run();
  assert.throws(() => server.receive(hex("28 01 ffffff7f aa")), /message length is 2147483647/u);
});

test("a second answer to the capabilities changes nothing", () => {
  const { server, run } = world([]);
  server.start();
  run();
  assert.deepEqual(server.receive(hex("50 00 01 00")), []);
  assert.equal(server.version, 2);
});
