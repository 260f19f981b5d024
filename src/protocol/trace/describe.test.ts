import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "#base/bytes/codec.ts";
import { Meeting } from "../../../test/meeting.ts";
import { secretExamples } from "../../../test/secretExamples.ts";
import { graphicsChannelName } from "../channels/channelNames.ts";
import { splitDynamicData } from "../channels/dynamic/dynamicData.ts";
import { serverDynamicMessage } from "../channels/dynamic/dynamicMessages.ts";
import { graphicsCommands } from "../channels/graphics/graphicsCommands.ts";
import { splitChannelMessage } from "../channels/static/channelSplitter.ts";
import { sendDataIndicationMessage } from "../framing/sendData.ts";
import { fastPathMessages, fastPathSurfaceCommands } from "../share/output/fastPathUpdate.ts";
import { Describer } from "./describe.ts";
import type { TracedMessage } from "./tracedMessage.ts";

test("a client's messages are told by their names, from the first to the last", () => {
  const { receivedByServer } = new Meeting();
  const describer = told();
  const names = receivedByServer.flatMap(({ is, bytes }) =>
    describer.describe({ form: is, direction: "fromClient", bytes }).map(({ name }) => name),
  );

  assert.deepEqual(
    names.filter((name, index) => name !== names[index - 1]),
    [
      "ConnectionRequest",
      "ConnectInitial",
      "ErectDomainRequest",
      "AttachUserRequest",
      ...(names.includes("ChannelJoinRequest") ? ["ChannelJoinRequest"] : []),
      "ClientInfo",
      "ConfirmActive",
      "Synchronize",
      "Control",
      "FontList",
    ],
  );
});

test("fields are told in words, and a secret by a word that stands for it", () => {
  const [info] = told().describe(example("ClientInfo"));
  const [input] = told().describe(example("FastPathInput"));

  assert.equal(info?.fields["userName"], "anna");
  assert.equal(info?.fields["password"], "‹removed›");
  assert.deepEqual(input?.fields["events"], [
    { is: "key", key: { scanCode: "‹removed›", extended: false, extended1: false }, down: true },
    { is: "unicode", unit: "‹removed›", down: true },
    { is: "pointerTo", at: { x: 1, y: 2 } },
  ]);
});

test("a password that was not sent is not told as removed", () => {
  const { receivedByServer } = new Meeting({ client: { password: "", autoLogon: false } });
  const describer = told();
  const described = receivedByServer.flatMap(({ is, bytes }) =>
    describer.describe({ form: is, direction: "fromClient", bytes }),
  );

  assert.equal(described.find(({ name }) => name === "ClientInfo")?.fields["password"], "");
});

test("updates are told by their code, their fragment and their size", () => {
  const bytes = fastPathSurfaceCommands([{ is: "frameMarker", action: "begin", frameId: 1 }], { updateBytesMax: 0 });
  const [update] = told().describe({ form: "fastPath", direction: "toClient", bytes });

  assert.deepEqual(update, {
    name: "FastPathUpdate",
    fields: { update: "surfaceCommands", fragment: "single", bytes: 8 },
  });
});

test("a compressed update is told as such, and the one behind it is found", () => {
  const body = new Uint8Array(100);
  const compress = (data: Uint8Array) => ({ flags: 0x21, bytes: data.subarray(0, 40) });
  const packed = fastPathMessages("bitmaps", body, { updateBytesMax: 0, compress });
  const hidden = fastPathMessages("pointerHidden", new Uint8Array(0), { updateBytesMax: 0 });
  const updates = [...packed.subarray(3), ...hidden.subarray(3)];
  const bytes = Uint8Array.of(0, 0x80, 3 + updates.length, ...updates);

  assert.deepEqual(
    told()
      .describe({ form: "fastPath", direction: "toClient", bytes })
      .map(({ fields }) => fields),
    [
      { update: "bitmaps", fragment: "single", bytes: 40, compressed: true },
      { update: "pointerHidden", fragment: "single", bytes: 0 },
    ],
  );
});

test("graphics commands are told once their message is whole and its history is known", () => {
  const commands = Array.from({ length: 400 }, (_, frameId) => ({ is: "endFrame", frameId }) as const);
  const pieces = splitDynamicData(1, encode(graphicsCommands, commands));
  const open = encode(serverDynamicMessage, {
    is: "createRequest",
    channelId: 1,
    priority: 0,
    name: graphicsChannelName,
  });
  const known = told({ channels: true });
  const names = [open, ...pieces].map((piece) => known.describe(dynamic(piece)).map(({ name }) => name));

  assert.ok(2 < pieces.length);
  assert.deepEqual(names[0], ["DynamicCreateRequest"]);
  assert.deepEqual(names[1], ["DynamicDataFirst"]);
  assert.deepEqual(names.at(-1), ["DynamicData", ...commands.map(() => "EndFrame")]);
  const late = told({ channels: true });
  assert.deepEqual(
    pieces.map((piece) => late.describe(dynamic(piece)).map(({ name }) => name)),
    pieces.map((_, index) => [index === 0 ? "DynamicDataFirst" : "DynamicData"]),
  );
});

function told(options: { readonly channels?: boolean } = {}): Describer {
  const describer = new Describer({ decompressor: () => ({ decompress: (message) => message }) });
  if (options.channels === true)
    describer.know({ ioChannelId: 1003, messageChannelId: undefined, channels: [{ name: "drdynvc", id: 1004 }] });
  return describer;
}

function dynamic(piece: Uint8Array): TracedMessage {
  const [chunk = piece] = splitChannelMessage(piece);
  const bytes = sendDataIndicationMessage({ initiator: 1002, channelId: 1004 }, chunk);
  return { form: "tpkt", direction: "toClient", bytes };
}

function example(name: string): TracedMessage {
  const message = secretExamples[name]?.();
  assert.ok(message !== undefined);
  return message;
}
