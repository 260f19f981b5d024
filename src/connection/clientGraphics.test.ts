import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "#base/bytes/codec.ts";
import type { RejectableCodec } from "#base/rejectableCodec.ts";
import { instant } from "#base/units.ts";
import { graphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { clientProfiles } from "#protocol/sequences/connect/clientProfiles.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { Meeting } from "../../test/meeting.ts";
import { ClientGraphics } from "./clientGraphics.ts";

test("what a client has rejected is taken from what may be sent to it", async () => {
  const { graphics, agree } = client(async () => ({ codecs: ["avc420", "progressive"] }));

  const features = await agree();

  assert.deepEqual([features?.avc420, features?.avc444, features?.progressive], [false, false, false]);
  assert.deepEqual(graphics.rejected, ["avc420", "progressive"]);
});

test("a client that has rejected all of it is not asked for its channel", async () => {
  const { agree, closed } = client(async () => ({ codecs: ["graphics"] }));

  assert.equal(await agree(), undefined);
  assert.deepEqual(closed, [["Microsoft::Windows::RDS::Graphics"]]);
});

test("a service that knows nothing of it is no reason to show less", async () => {
  const { agree } = client(async () => {
    throw new CallFailed("rejectedCodecs", { is: "refused", code: "unknownCall", message: "there is no such call" });
  });

  assert.equal((await agree())?.progressive, true);
});

test("how it has ended is told once, and that a user has asked to go", async () => {
  const { graphics, agree, told } = client(async () => ({ codecs: [] }));
  await agree();
  graphics.ended("left");
  graphics.watch({ firstFrames: new Map<RejectableCodec, number>([["graphics", 1]]) });
  graphics.noteSent();
  graphics.noteGoing();

  graphics.ended("left");
  graphics.ended("left");

  const trials = [{ codec: "graphics", acknowledged: false, sentFor: 0 }];
  assert.deepEqual(told, [{ how: "other", trials }]);
});

/** A client with RDPGFX, which agrees to it as soon as its channel is there. */
function client(ask: () => Promise<{ readonly codecs: readonly RejectableCodec[] }>) {
  const told: unknown[] = [];
  const closed: (readonly string[])[] = [];
  const { serverState } = new Meeting({ client: { profile: clientProfiles["graphics pipeline"] } });
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  const { capable } = serverState;
  const graphics = new ClientGraphics({
    link: { call: ask as never, tell: (_, value) => void told.push(value) },
    client: { address: "192.0.2.7", name: "DESK-7", build: 22_631 },
    now: () => instant(0),
    picture: () => undefined,
    lost: () => assert.fail("nothing was lost"),
  });
  const start = ({ without }: { readonly without: readonly string[] }): void => {
    closed.push(without);
    if (0 < without.length) return;
    graphics.listener.opened(() => {});
    graphics.listener.received(
      encode(graphicsCommand, { is: "capsAdvertise", sets: [{ version: "10.7", flags: [] }] }),
    );
  };
  return { graphics, told, closed, agree: () => graphics.agree(capable, { hasDynamic: true, start }) };
}
