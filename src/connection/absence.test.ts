import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds, seconds } from "#base/units.ts";
import { beatOf, hasVanished, type SignsOfLife } from "./absence.ts";

const limit = seconds(30);
/** At work: it has just said something. */
const atWork: SignsOfLife = {
  limit,
  programHeardAgo: milliseconds(20),
  programOwesAnswer: false,
  machine: { heardAgo: milliseconds(20), probedFor: milliseconds(0), acknowledgedNothingFor: milliseconds(0) },
};
const machine = (heardAgo: number, probedFor: number, acknowledgedNothingFor = 0) => ({
  heardAgo: seconds(heardAgo),
  probedFor: seconds(probedFor),
  acknowledgedNothingFor: seconds(acknowledgedNothingFor),
});

const cases: readonly (readonly [string, Partial<SignsOfLife>, boolean])[] = [
  ["a client at work", {}, false],
  ["one that nobody has asked", { programHeardAgo: seconds(1000), machine: machine(1000, 0) }, false],
  ["a machine that answers late", { machine: machine(12, 12) }, false],
  ["a machine that has not answered for long", { machine: machine(22, 22) }, true],
  ["the same, while its program's last words were still on their way", { machine: machine(22, 25) }, true],
  ["one that was asked a moment ago, after a long rest", { machine: machine(50, 0.1) }, false],
  ["one that is probed again and again and answers", { machine: machine(0.1, 500) }, false],
  ["one that acknowledges late", { machine: machine(0.1, 0, 12) }, false],
  ["one that is heard and acknowledges nothing", { machine: machine(0.1, 0, 22) }, true],
  [
    "a program that is halted, on a machine that answers",
    { programHeardAgo: seconds(110), programOwesAnswer: true, machine: machine(1, 0) },
    false,
  ],
  [
    "a program that never answers, with something between that does",
    { programHeardAgo: seconds(121), programOwesAnswer: true, machine: machine(1, 0) },
    true,
  ],
  [
    "a silent program where the kernel knows nothing",
    { programHeardAgo: seconds(25), programOwesAnswer: true, machine: undefined },
    true,
  ],
  [
    "the same, which was not asked",
    { programHeardAgo: seconds(500), programOwesAnswer: false, machine: undefined },
    false,
  ],
];

for (const [what, signs, expected] of cases) {
  test(`${what} is ${expected ? "taken for gone" : "not taken for gone"}`, () => {
    assert.equal(hasVanished({ ...atWork, ...signs }), expected);
  });
}

test("whatever the limit, a silent machine is found out within it", () => {
  for (const each of [3, 4, 5, 30, 60, 3600]) {
    const beat = beatOf(seconds(each)) / 1000;
    // The last word comes just before the network breaks; the kernel asks after whole seconds; we look every beat.
    const asked = Math.max(1, Math.round(beat));
    let at = 0;
    for (let now = 0; at === 0; now += beat) {
      const owes = now < asked ? 0 : now - Math.ceil(asked / beat) * beat;
      if (hasVanished({ ...atWork, limit: seconds(each), machine: machine(now, Math.max(0, owes)) })) at = now;
    }
    assert.ok(at <= each, `${each} s: after ${at} s`);
    assert.ok(each / 3 <= at, `${each} s: after ${at} s`);
  }
});
