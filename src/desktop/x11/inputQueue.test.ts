import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { InputQueue } from "./inputQueue.ts";

test("steps are done at once, and in order behind one that waits", async () => {
  const done: string[] = [];
  const queue = new InputQueue({ onFailure: () => done.push("failure"), onOverflow: () => void done.push("overflow") });
  const gate = Promise.withResolvers<void>();
  queue.run(() => void done.push("first"));
  queue.run(async () => {
    await gate.promise;
    done.push("slow");
  });
  queue.run(() => void done.push("behind"));
  const before = [...done];
  gate.resolve();
  await turn();
  queue.run(() => void done.push("last"));
  assert.deepEqual([before, done], [["first"], ["first", "slow", "behind", "last"]]);
});

test("a step that fails drops what waits behind it, and the queue goes on", async () => {
  const done: string[] = [];
  const queue = new InputQueue({
    onFailure: (error) => done.push(String(error)),
    onOverflow: () => void done.push("overflow"),
  });
  queue.run(() => Promise.reject(new Error("no")));
  queue.run(() => void done.push("dropped"));
  await turn();
  queue.run(() => void done.push("next"));
  assert.deepEqual(done, ["Error: no", "next"]);
});

test("steps beyond the limit are dropped, and that is told once behind those that were kept", async () => {
  let count = 0;
  const told: number[] = [];
  const queue = new InputQueue({ onFailure: () => undefined, onOverflow: () => void told.push(count) });
  queue.run(() => turn());
  for (let step = 0; step < 10_000; step++) queue.run(() => void count++);
  while (told.length === 0) await turn();
  await turn();
  assert.deepEqual([count, told], [4096, [4096]]);
});
