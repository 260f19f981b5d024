import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../../base/bytes/codec.ts";
import { DecodeError } from "../../../base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import {
  displayControlCapabilities,
  displayControlMessage,
  monitorLayoutEntry,
  monitorLayoutRequest,
  type MonitorLayoutEntry,
} from "./displayControl.ts";
import { monitorLayoutEntries, parseMonitorLayout } from "./monitorLayout.ts";

const left = "01000000 00000000 00000000 80070000 38040000 e8030000 f4010000 b4000000 96000000 8c000000";
const right = "00000000 0cfeffff 00000000 00040000 00030000 f4010000 f4010000 5a000000 64000000 64000000";
const leftEntry: MonitorLayoutEntry = {
  flags: ["primary"],
  left: 0,
  top: 0,
  width: 1920,
  height: 1080,
  physicalWidth: 1000,
  physicalHeight: 500,
  orientation: "landscapeFlipped",
  desktopScaleFactor: 150,
  deviceScaleFactor: 140,
};
const rightEntry: MonitorLayoutEntry = {
  flags: [],
  left: -500,
  top: 0,
  width: 1024,
  height: 768,
  physicalWidth: 500,
  physicalHeight: 500,
  orientation: "portrait",
  desktopScaleFactor: 100,
  deviceScaleFactor: 100,
};

vector(displayControlCapabilities, "capture IronRDP test data", "03000000 80070000 38040000", {
  monitorsMax: 3,
  monitorAreaFactorA: 1920,
  monitorAreaFactorB: 1080,
});
vector(monitorLayoutEntry, "capture IronRDP test data", left, leftEntry);
vector(monitorLayoutRequest, "capture IronRDP test data", `28000000 02000000 ${left} ${right}`, {
  monitors: [leftEntry, rightEntry],
});

test("the header tells the two messages apart (capture IronRDP test data)", () => {
  const layout = { is: "monitorLayoutRequest", monitors: [leftEntry, rightEntry] } as const;
  const bytes = hex(`02000000 60000000 28000000 02000000 ${left} ${right}`);
  assert.deepEqual(decode(displayControlMessage, bytes), layout);
  assert.deepEqual(encode(displayControlMessage, layout), bytes);
  assert.equal(
    decode(displayControlMessage, hex("05000000 14000000 03000000 80070000 38040000")).is,
    "displayControlCapabilities",
  );
});

for (const [what, bytes] of Object.entries({
  "an entry size other than 40": "02000000 10000000 2c000000 00000000",
  "seventeen monitors": "02000000 10000000 28000000 11000000",
  "more monitors than bytes": "02000000 10000000 28000000 01000000",
})) {
  test(`${what} is refused`, () => {
    assert.throws(() => decode(displayControlMessage, hex(bytes)), DecodeError);
  });
}

const plain: MonitorLayoutEntry = {
  ...leftEntry,
  orientation: "landscape",
  physicalWidth: 0,
  physicalHeight: 0,
  desktopScaleFactor: 0,
  deviceScaleFactor: 0,
};
const beside = { ...plain, flags: [], left: 1920 };

test("a good layout keeps its monitors, and says how large the desktop is", () => {
  const parsed = parseMonitorLayout([plain, { ...beside, top: -100, orientation: "portrait" }]);
  assert.deepEqual(parsed, {
    is: "layout",
    layout: {
      monitors: [
        { x: 0, y: 0, width: 1920, height: 1080, primary: true, orientation: "landscape" },
        { x: 1920, y: -100, width: 1920, height: 1080, primary: false, orientation: "portrait" },
      ],
      desktop: { x: 0, y: -100, width: 3840, height: 1180 },
    },
  });
});

test("what a client writes for a layout is what the server reads", () => {
  const entries = [leftEntry, { ...beside, orientation: "portraitFlipped" as const }];
  const parsed = parseMonitorLayout(entries);
  assert.ok(parsed.is === "layout");
  assert.deepEqual(monitorLayoutEntries(parsed.layout), entries);
});

test("nonsense in sizes and scales that are only hints is forgotten", () => {
  const parsed = parseMonitorLayout([{ ...leftEntry, physicalWidth: 9, deviceScaleFactor: 150 }]);
  assert.ok(parsed.is === "layout");
  assert.deepEqual(parsed.layout.monitors[0], {
    x: 0,
    y: 0,
    width: 1920,
    height: 1080,
    primary: true,
    orientation: "landscapeFlipped",
  });
});

for (const [what, entries, problem] of [
  ["no monitor", [], { is: "noMonitors" }],
  ["seventeen monitors", Array.from({ length: 17 }, () => plain), { is: "tooManyMonitors", count: 17, limit: 16 }],
  ["no primary monitor", [{ ...plain, flags: [] }], { is: "primaryMonitors", count: 0 }],
  ["two primary monitors", [plain, { ...beside, flags: ["primary"] }], { is: "primaryMonitors", count: 2 }],
  ["a primary monitor elsewhere", [{ ...plain, left: 10 }], { is: "primaryNotAtOrigin", x: 10, y: 0 }],
  [
    "a monitor of 199 pixels",
    [{ ...plain, height: 199 }],
    { is: "sizeOutOfRange", monitor: 0, size: { width: 1920, height: 199 } },
  ],
  [
    "a monitor of 8194 pixels",
    [plain, { ...beside, width: 8194 }],
    { is: "sizeOutOfRange", monitor: 1, size: { width: 8194, height: 1080 } },
  ],
  ["an odd width", [{ ...plain, width: 1919 }], { is: "oddWidth", monitor: 0, width: 1919 }],
  ["monitors over each other", [plain, { ...beside, left: 1919 }], { is: "overlap", monitor: 1, other: 0 }],
  ["a monitor apart", [plain, { ...beside, left: 1921 }], { is: "apart", monitor: 0 }],
] as const) {
  test(`a layout with ${what} is not taken, and why is said`, () => {
    assert.deepEqual(parseMonitorLayout(entries), { is: "refused", problem });
  });
}
