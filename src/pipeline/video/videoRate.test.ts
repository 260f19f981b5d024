import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, milliseconds } from "../../base/units.ts";
import { VideoRate } from "./videoRate.ts";

const pixels = 1280 * 720;

test("on a line that takes everything a film of 720p gets less than 4 Mbit/s, however long it plays", () => {
  const rate = new VideoRate();
  for (let frame = 0; frame < 900; frame++) note(rate, frame, 8);
  const most = rate.kilobits(pixels);
  assert.ok(3500 <= most && most < 4000, `${most}`);
});

test("when pictures wait on the way the film sends less, and more again when they are in time", () => {
  const rate = new VideoRate();
  for (let frame = 0; frame < 30; frame++) note(rate, frame, 8);
  const most = rate.kilobits(pixels);
  for (let frame = 30; frame < 90; frame++) note(rate, frame, 400);
  const least = rate.kilobits(pixels);
  assert.ok(least < most / 4, `${least} of ${most}`);
  for (let frame = 90; frame < 1500; frame++) note(rate, frame, 20);
  assert.equal(rate.kilobits(pixels), most);
});

test("a film leaves a fifth of a narrow line to others, and never stops", () => {
  const rate = new VideoRate();
  for (let frame = 0; frame < 300; frame++) note(rate, frame, 0, 1000);
  assert.equal(rate.kilobits(pixels), 800);
  for (let frame = 300; frame < 600; frame++) note(rate, frame, 0, 100);
  assert.equal(rate.kilobits(pixels), 300);
});

function note(rate: VideoRate, frame: number, waiting: number, kilobits?: number): void {
  rate.note({ waiting: milliseconds(waiting), kilobits }, instant(frame * 33));
}
