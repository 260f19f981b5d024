import assert from "node:assert/strict";
import { test } from "node:test";
import { newPixels } from "#base/pixels.ts";
import type { CursorShape } from "#desktop/desktop.ts";
import { clientProfiles } from "#protocol/sequences/connect/clientProfiles.ts";
import type { CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import { FastPathReceiver } from "#protocol/share/output/fastPathUpdate.ts";
import type { PointerUpdate } from "#protocol/share/pointer/pointerUpdate.ts";
import { Meeting } from "../../test/meeting.ts";
import { PointerPainter } from "./pointerPainter.ts";

test("a shape that the client still has is named by its cell", () => {
  const client = painted({ cacheSize: 2 });

  for (const serial of [1, 2, 1, 2]) client.painter.show(shape(serial));

  assert.deepEqual(client.seen(), ["new in 0", "new in 1", "cached 0", "cached 1"]);
});

test("when all cells are taken the shape that was not used for the longest time makes room", () => {
  const client = painted({ cacheSize: 2 });

  for (const serial of [1, 2, 1, 3, 1, 2]) client.painter.show(shape(serial));

  assert.deepEqual(client.seen(), ["new in 0", "new in 1", "cached 0", "new in 1", "cached 0", "new in 1"]);
});

test("a client that keeps one shape gets every other one anew", () => {
  const client = painted({ cacheSize: 0, colorCacheSize: 1 });

  for (const serial of [1, 1, 2, 1]) client.painter.show(shape(serial));

  assert.deepEqual(client.seen(), ["color in 0", "cached 0", "color in 0", "color in 0"]);
});

test("no more cells are used than any client is known to keep", () => {
  const client = painted({ cacheSize: 1000 });

  for (let serial = 0; serial < 25; serial++) client.painter.show(shape(serial));

  assert.deepEqual(
    client.seen().slice(18),
    [18, 19, 0, 1, 2, 3, 4].map((cell) => `new in ${cell}`),
  );
});

test("after a reactivation, and at another desktop, everything is sent again", () => {
  const client = painted({ cacheSize: 20 });
  client.painter.show(shape(1));
  client.painter.forget();
  client.painter.show(shape(1));

  assert.deepEqual(client.seen(), ["new in 0", "new in 0"]);
});

test("no pointer, and one without a visible pixel, are hidden, and take no cell", () => {
  const client = painted({ cacheSize: 20 });
  const invisible = { ...shape(7), pixels: newPixels({ width: 16, height: 16 }) };

  for (const each of [undefined, invisible, invisible, shape(1), invisible]) client.painter.show(each);

  assert.deepEqual(client.seen(), ["hidden", "hidden", "hidden", "new in 0", "hidden"]);
});

/** A client whose pointer capability is changed so. */
function painted(options: { readonly cacheSize: number; readonly colorCacheSize?: number }) {
  const profile = clientProfiles["planar 32"];
  const capabilities = profile.capabilities.map((set): CapabilitySet =>
    set.is === "pointerCapability" ? { ...set, ...options } : set,
  );
  const { serverState } = new Meeting({ client: { profile: { ...profile, capabilities } } });
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  const receiver = new FastPathReceiver();
  const updates: string[] = [];
  const write = (pieces: readonly Uint8Array[]): void => {
    for (const update of pieces.flatMap((bytes) => receiver.receive(bytes))) {
      if (update.is !== "pointer") assert.fail(`it got ${update.is}`);
      updates.push(inWords(update.pointer));
    }
  };
  return { painter: new PointerPainter({ capable: serverState.capable, write }), seen: () => updates };
}

function inWords(pointer: PointerUpdate): string {
  if (pointer.is === "cached") return `cached ${pointer.cacheIndex}`;
  return "cacheIndex" in pointer ? `${pointer.is} in ${pointer.cacheIndex}` : pointer.is;
}

function shape(serial: number): CursorShape {
  const pixels = newPixels({ width: 16, height: 16 });
  pixels.data.fill(0xff);
  return { serial, hotspot: { x: 1, y: 1 }, pixels };
}
