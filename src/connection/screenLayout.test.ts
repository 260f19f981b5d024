import assert from "node:assert/strict";
import { test } from "node:test";
import { Meeting, usualClient } from "../../test/meeting.ts";
import type { ClientProfile } from "#protocol/sequences/connect/clientProfile.ts";
import type { MonitorLayoutEntry } from "#protocol/channels/displayControl/displayControl.ts";
import { parseMonitorLayout } from "#protocol/channels/displayControl/monitorLayout.ts";
import { firstLayout, requestedLayout, screenLayoutOf } from "./screenLayout.ts";

const primary = { x: 0, y: 0, width: 1920, height: 1080, primary: true };
const left = { x: -1280, y: -200, width: 1280, height: 1024, primary: false };

test("several monitors are places of one screen, of which the top left corner is the origin", () => {
  assert.deepEqual(layoutOf({ monitors: [primary, left] }), {
    width: 3200,
    height: 1280,
    monitors: [
      { x: 1280, y: 200, width: 1920, height: 1080, primary: true },
      { x: 0, y: 0, width: 1280, height: 1024, primary: false },
    ],
  });
});

test("one monitor, and monitors that cannot be, are one area", () => {
  assert.deepEqual(layoutOf({ monitors: [primary] }), { width: 1920, height: 1080 });
  assert.deepEqual(layoutOf({ monitors: [primary, { ...left, x: -100 }] }), { width: 2020, height: 1280 });
  assert.deepEqual(layoutOf({ monitors: [primary, { ...left, x: -9000 }] }), { width: 8192, height: 1280 });
  assert.deepEqual(layoutOf({ monitors: [primary, { ...left, primary: true }] }), { width: 3200, height: 1280 });
});

test("before a stranger has signed in he has no monitors on a screen that is cut for him", () => {
  const monitors = [primary, { ...left, primary: false }];
  const small = { width: 3200, height: 1280, monitors };
  assert.equal(firstLayout(small), small);
  assert.deepEqual(firstLayout({ ...small, width: 8000, height: 4000 }), { width: 4096, height: 2304 });
});

test("a wish while connected has its places and its scale moved to the screen's origin", () => {
  const wish = (entries: readonly Partial<MonitorLayoutEntry>[]) => {
    const parsed = parseMonitorLayout(entries.map((entry) => ({ ...usualEntry, ...entry })));
    return parsed.is === "layout" ? screenLayoutOf(parsed.layout) : parsed.problem.is;
  };
  const scaled = { flags: ["primary"] as const, desktopScaleFactor: 150, deviceScaleFactor: 140 };
  assert.deepEqual(wish([scaled]), { width: 800, height: 600, scale: 150 });
  assert.deepEqual(wish([{ top: -600 }, { flags: ["primary"] }]), {
    width: 800,
    height: 1200,
    monitors: [
      { x: 0, y: 0, width: 800, height: 600, primary: false },
      { x: 0, y: 600, width: 800, height: 600, primary: true },
    ],
  });
});

const usualEntry: MonitorLayoutEntry = {
  flags: [],
  left: 0,
  top: 0,
  width: 800,
  height: 600,
  physicalWidth: 0,
  physicalHeight: 0,
  orientation: "landscape",
  desktopScaleFactor: 0,
  deviceScaleFactor: 0,
};

function layoutOf(wish: Partial<Pick<ClientProfile, "monitors">>) {
  const meeting = new Meeting({ client: { profile: { ...usualClient.profile, ...wish } } });
  const { serverState } = meeting;
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  const { scale: _, ...layout } = requestedLayout(serverState.capable.client);
  return layout;
}
