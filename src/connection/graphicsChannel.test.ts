import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { ZgfxDecompressor } from "#codecs/zgfx/decompressor.ts";
import { graphicsCommand, type GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { GraphicsChannel } from "./graphicsChannel.ts";

test("a client is told the newest version that both know, and what it can is passed on once", () => {
  const { receive, sent, told } = channel();

  receive({
    is: "capsAdvertise",
    sets: [
      { version: "8.0", flags: [] },
      { version: "10.4", flags: ["smallCache"] },
    ],
  });

  assert.deepEqual(sent, [{ is: "capsConfirm", set: { version: "10.4", flags: ["smallCache"] } }]);
  assert.deepEqual(told, ["agreed on 4096 slots"]);
});

test("what a client offers of an earlier connection is passed on, and who does not want it says so", () => {
  const entries = [{ cacheKey: 7n, bitmapLength: 16_384 }];
  const [wanting, other] = [channel({ wantsTiles: true }), channel()];

  wanting.receive({ is: "cacheImportOffer", entries });
  other.receive({ is: "cacheImportOffer", entries });

  assert.deepEqual([wanting.sent, wanting.told], [[], ["offered 1 of 16384 bytes"]]);
  assert.deepEqual(other.sent, [{ is: "cacheImportReply", cacheSlots: [] }]);
});

test("once there are pictures, what is answered stands among them", () => {
  const { receive, sent, said } = channel({ hasPictures: true });

  receive({ is: "cacheImportOffer", entries: [] });

  assert.deepEqual([sent, said], [[], [{ is: "cacheImportReply", cacheSlots: [] }]]);
});

test("an acknowledgement is passed on, with whether more will come", () => {
  const { receive, told } = channel();

  receive({ is: "frameAcknowledge", queueDepth: "suspended", frameId: 5, framesDecoded: 5 });
  receive({ is: "frameAcknowledge", queueDepth: "unavailable", frameId: 9, framesDecoded: 9 });

  assert.deepEqual(told, ["suspended true", "acknowledged 5", "suspended false", "acknowledged 9"]);
});

function channel({ hasPictures = false, wantsTiles = false } = {}) {
  const sent: GraphicsCommand[] = [];
  const said: GraphicsCommand[] = [];
  const told: string[] = [];
  const graphics = new GraphicsChannel({
    send: (message) => sent.push(decode(graphicsCommand, new ZgfxDecompressor().decompress(message))),
    say: (command) => 0 < (hasPictures ? said.push(command) : 0),
    offered: (tiles) => {
      if (wantsTiles) told.push(`offered ${tiles.length} of ${tiles[0]?.bitmapLength} bytes`);
      return wantsTiles;
    },
    agreed: ({ cacheSlots }) => told.push(`agreed on ${cacheSlots} slots`),
    acknowledged: (frame) => told.push(`acknowledged ${frame}`),
    suspended: (suspended) => told.push(`suspended ${suspended}`),
  });
  const receive = (command: GraphicsCommand): void => graphics.receive(encode(graphicsCommand, command));
  return { receive, sent, said, told };
}
