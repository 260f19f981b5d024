import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Carrier } from "./carrier.ts";
import { usualWay, type Way } from "./networkWays.ts";

test("a way of 8000 bits a second carries a packet of 100 bytes each 100 ms, and they arrive in order", () => {
  const { arrived } = carried({ ...usualWay, delay: 50, bitsPerSecond: 8000 }, [100, 100, 100], 400);
  assert.deepEqual(arrived, [150, 250, 350]);
});

test("a queue that is full takes no more, and more when it is empty again", () => {
  const way = { ...usualWay, bitsPerSecond: 8000, queueBytes: 250 };
  const { arrived, waiting } = carried(way, [100, 100, 100], 90);
  assert.deepEqual([arrived, waiting], [[], 200]);
  assert.deepEqual(carried(way, [100, 100, 100], 1000).arrived, [100, 200]);
});

test("a way without a rate and a delay hands packets on at once", () => {
  assert.deepEqual(carried(usualWay, [100, 1500], 0).arrived, [0, 0]);
});

/** When packets of these lengths, which all come at once, have arrived, and what waits after so long. */
function carried(way: Way, lengths: readonly number[], after: number) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  try {
    const arrived: number[] = [];
    const carrier = new Carrier({ put: () => void arrived.push(Date.now()), now: () => Date.now(), chance: () => 0.5 });
    for (const length of lengths) carrier.carry(new Uint8Array(length), way);
    for (let now = 0; now < after; now += 10) mock.timers.tick(10);
    return { arrived, waiting: carrier.bytesWaiting };
  } finally {
    mock.timers.reset();
  }
}
