import assert from "node:assert/strict";
import { test } from "node:test";
import { Meeting, usualClient } from "../../../../test/meeting.ts";
import type { ClientProfile } from "../connect/clientProfile.ts";
import { firstSize, requestedSize } from "./clientInfo.ts";

const single = { x: 0, y: 0, width: 1920, height: 1080, primary: true };

test("several monitors are one desktop around them all, wherever they stand", () => {
  assert.deepEqual(desktopOf({ monitors: [single, { x: 1920, y: 0, width: 1280, height: 1024, primary: false }] }), {
    width: 3200,
    height: 1080,
  });
  const leftAndAbove = { x: -1280, y: -200, width: 1280, height: 1024, primary: false };
  assert.deepEqual(desktopOf({ monitors: [single, leftAndAbove] }), { width: 3200, height: 1280 });
  assert.deepEqual(desktopOf({ monitors: [{ ...single, width: 800 }] }), { width: 800, height: 1080 });
});

test("without a list of monitors the desktop is as the client says, within what a client and a desktop can have", () => {
  const cases = [
    [
      { width: 1366, height: 768 },
      { width: 1366, height: 768 },
    ],
    [
      { width: 1, height: 100 },
      { width: 200, height: 200 },
    ],
    [
      { width: 65_535, height: 9000 },
      { width: 8192, height: 8192 },
    ],
  ] as const;
  for (const [asked, given] of cases) assert.deepEqual(desktopOf({ size: asked }), given);
});

function desktopOf(wish: Partial<Pick<ClientProfile, "monitors" | "size">>) {
  const profile = { ...usualClient.profile, ...wish };
  const meeting = new Meeting({ client: { profile } });
  const { serverState } = meeting;
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  const size = requestedSize(serverState.capable.client);
  assert.deepEqual(serverState.capable.size, firstSize(size));
  return size;
}

test("a stranger gets a picture of at most four thousand pixels' width where he asks for very many", () => {
  assert.deepEqual(firstSize({ width: 8192, height: 8192 }), { width: 4096, height: 2304 });
  assert.deepEqual(firstSize({ width: 5120, height: 1440 }), { width: 5120, height: 1440 });
});
