import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds, seconds } from "#base/units.ts";
import { Turns } from "./turns.ts";

test("the third of two waits until one of the two has finished, and those who wait come in their order", async () => {
  const turns = new Turns(2);
  const [first, second] = [await turns.take(seconds(1)), await turns.take(seconds(1))];
  const order: string[] = [];
  const third = turns.take(seconds(5)).then((release) => (order.push("third"), release));
  const fourth = turns.take(seconds(5)).then((release) => (order.push("fourth"), release));
  await Promise.resolve();
  assert.deepEqual(order, []);

  first?.();
  first?.();
  await third;
  assert.deepEqual(order, ["third"]);

  second?.();
  await fourth;
  assert.deepEqual(order, ["third", "fourth"]);
});

test("who has waited long enough is told so, and takes nobody's turn", async () => {
  const turns = new Turns(1);
  const release = await turns.take(seconds(1));

  assert.equal(await turns.take(milliseconds(10)), undefined);

  release?.();
  assert.notEqual(await turns.take(milliseconds(10)), undefined);
});
