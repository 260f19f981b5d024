import assert from "node:assert/strict";
import { test } from "node:test";
import { resolve } from "./setting.ts";
import { seatLimit, shortageOf, type HostRoom } from "./seatLimit.ts";
import { hostSettings } from "./settings.ts";

const room: HostRoom = { memoryTotalMB: 8192, memoryLeftMB: 4096, processesMax: 32_768, processesLeft: 30_000 };

test("a host for administration has two seats, an application server as many as it has room for", () => {
  const of = (given: Readonly<Record<string, unknown>>, here = room) => seatLimit(settings(given), here).limit;

  assert.equal(of({}), 2);
  assert.equal(of({ MaxInstanceCount: 5 }), 5);
  assert.equal(of({ MaxInstanceCount: 999_999 }), Infinity);
  assert.equal(of({ ServerMode: "applicationServer" }), 31);
  assert.equal(of({ ServerMode: "applicationServer" }, { ...room, processesMax: 1000 }), 9);
  assert.equal(of({ ServerMode: "applicationServer" }, { ...room, memoryTotalMB: 100 }), 1);
});

test("new sessions are refused by the name of what is short", () => {
  const of = (here: Partial<HostRoom>) => shortageOf(settings({}), { ...room, ...here });

  assert.equal(of({}), undefined);
  assert.deepEqual(of({ memoryLeftMB: 200 }), { code: "HF-SEAT-04", resource: "memory", left: 200, reserved: 256 });
  assert.deepEqual(of({ processesLeft: 99 }), { code: "HF-SEAT-04", resource: "processes", left: 99, reserved: 100 });
  assert.deepEqual(of({ descriptorsLeft: 5 }), { code: "HF-SEAT-04", resource: "descriptors", left: 5, reserved: 128 });
  assert.deepEqual(of({ runSpaceLeftMB: 15 }), { code: "HF-SEAT-04", resource: "runSpace", left: 15, reserved: 16 });
  assert.deepEqual(of({ displaysLeft: 0 }), { code: "HF-SEAT-04", resource: "displays", left: 0, reserved: 4 });
});

function settings(given: Readonly<Record<string, unknown>>) {
  const resolved = resolve(hostSettings, given);
  assert.ok(resolved.is === "resolved");
  return resolved.settings;
}
