import assert from "node:assert/strict";
import test from "node:test";
import { growthOf } from "./growth.ts";
import { growthRules, type WatchedResource } from "./growthRules.ts";
import type { Sample } from "./robustSlope.ts";

test("of simulated hosts every leak is named within two hours, and nothing that is healthy", () => {
  const named = { leaks: 0, healthy: 0 };
  const all = { leaks: 0, healthy: 0 };
  const wrong: string[] = [];
  for (let seed = 1; seed <= 250; seed++) {
    for (const { name, resource, leaks, valueAt } of [...healthy, ...leaky].map((make) => make(random(seed * 7919)))) {
      const sort = leaks ? "leaks" : "healthy";
      const isNamed = isNamedWithin(leaks ? 120 : 60, valueAt, resource);
      all[sort]++;
      if (isNamed) named[sort]++;
      if (isNamed !== leaks) wrong.push(`${name} ${seed}`);
    }
  }
  const precision = named.leaks / (named.leaks + named.healthy);
  const recall = named.leaks / all.leaks;
  const { healthy: harmless, leaks: planted } = all;
  const hosts = `${planted} planted leaks, ${harmless} healthy things over a busy hour`;
  console.log(`precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)} (${hosts})`);

  assert.equal(named.healthy, 0, wrong.join(", "));
  assert.ok(0.97 <= recall, `${recall}: ${wrong.slice(0, 20).join(", ")}`);
});

interface Simulated {
  readonly name: string;
  readonly resource: WatchedResource;
  readonly leaks: boolean;
  /** Of a minute; asked in their order. */
  readonly valueAt: (minute: number) => number;
}
type Random = () => number;

/** Whoever asks at any minute until then. */
function isNamedWithin(minutes: number, valueAt: (minute: number) => number, resource: WatchedResource): boolean {
  const samples: Sample[] = [];
  for (let minute = 0; minute <= minutes; minute++) {
    samples.push({ at: minute * 60_000, value: valueAt(minute) });
    const kept = samples.slice(-60);
    if (minute % 3 === 0 && growthOf(kept, growthRules[resource], left[resource]) !== undefined) return true;
  }
  return false;
}

const healthy: readonly ((random: Random) => Simulated)[] = [
  (random) => {
    const base = 20 + 400 * random();
    return memory("steady", () => base * (1 + 0.03 * (random() - 0.5)));
  },
  (random) => {
    const [base, gain, slowness] = [50 + 100 * random(), 50 + 400 * random(), 4 + 10 * random()];
    return memory("warms up", (minute) => base + gain * (1 - Math.exp(-minute / slowness)) + 3 * random());
  },
  (random) => {
    const [period, height] = [3 + Math.floor(20 * random()), 20 + 300 * random()];
    return memory("collects its garbage", (minute) => 100 + (height * (minute % period)) / period + 2 * random());
  },
  (random) => {
    const open: number[] = [];
    return memory("somebody opens and closes documents", () => {
      if (random() < 0.25) open.push(5 + 35 * random());
      if (random() < 0.04 * open.length) open.splice(Math.floor(random() * open.length), 1);
      return 150 + open.reduce((sum, each) => sum + each, 0) + 2 * random();
    });
  },
  (random) => {
    const [start, length] = [10 + 30 * random(), 5 + 20 * random()];
    return memory("computes for a while", (minute) => (start < minute && minute < start + length ? 900 : 60));
  },
  (random) => {
    let count = 30;
    return {
      name: "programs start in the morning",
      resource: "processes",
      leaks: false,
      valueAt: (minute) => (count += random() < 0.9 * Math.exp(-minute / 12) ? Math.ceil(4 * random()) : 0),
    };
  },
  (random) => ({
    name: "compiles",
    resource: "processes",
    leaks: false,
    valueAt: () => 30 + Math.floor(random() * random() * 80),
  }),
  (random) => {
    let open = 40;
    return {
      name: "a browser's descriptors",
      resource: "descriptors",
      leaks: false,
      valueAt: () => (open = Math.max(40, Math.min(600, open + Math.round(60 * (random() - 0.5))))),
    };
  },
];

const leaky: readonly ((random: Random) => Simulated)[] = [
  (random) => {
    const rate = 1 + 40 * random();
    return leak("leaks memory", "memory", (minute) => 60 + rate * minute + 4 * random());
  },
  (random) => {
    const [rate, period] = [4 + 20 * random(), 2 + Math.floor(5 * random())];
    const wave = (minute: number) => 0.15 * rate * 30 * ((minute % period) / period);
    return leak("leaks memory under its garbage", "memory", (minute) => 80 + rate * minute + wave(minute));
  },
  (random) => {
    const [rate, start] = [5 + 20 * random(), 10 + 15 * random()];
    return leak("begins to leak later", "memory", (minute) => 90 + rate * Math.max(0, minute - start) + 2 * random());
  },
  (random) => {
    let open = 20;
    const rate = 1 + 10 * random();
    return leak("leaks descriptors", "descriptors", () => (open += Math.floor(2 * rate * random())));
  },
  (random) => {
    let count = 8;
    const rate = 0.6 + 3 * random();
    return leak("leaks processes", "processes", () => (count += Math.round(2 * rate * random())));
  },
];

const left: Readonly<Partial<Record<WatchedResource, number>>> = { memory: 16_000, processes: 4000, descriptors: 1024 };

function memory(name: string, valueAt: (minute: number) => number): Simulated {
  return { name, resource: "memory", leaks: false, valueAt };
}

function leak(name: string, resource: WatchedResource, valueAt: (minute: number) => number): Simulated {
  return { name, resource, leaks: true, valueAt };
}

/** Numbers from 0 to 1 that only the seed decides: Marsaglia's xorshift. */
function random(seed: number): Random {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
