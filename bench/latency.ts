import { setTimeout as delay } from "node:timers/promises";
import { intersect, type Rectangle } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { seconds } from "#base/units.ts";
import type { ClientProfileName } from "#protocol/sequences/connect/clientProfiles.ts";
import type { BenchContext, Figure } from "../tools/bench/question.ts";
import { typingDesktop, type KnownDesktop } from "../tools/bench/knownDesktop.ts";
import { connectTo, measuredHoldfast, type MeasuredServer } from "../tools/bench/measuredServer.ts";
import { measuredXrdp } from "../tools/bench/measuredXrdp.ts";
import { keyToWrite } from "./latency/keyToWrite.ts";

export const question =
  "How long from a key until its picture goes to the client, and until the client has decoded the pixels that it changed? (--only write|pixels)";

export async function run({ say, option }: BenchContext): Promise<readonly Figure[]> {
  const only = option("only");
  const figures = only === "pixels" ? [] : await keyToWrite(say);
  return only === "write" ? figures : [...figures, ...(await keyToPixels(say))];
}

/** xterm echoes; twenty keys a second. */
async function keyToPixels(say: BenchContext["say"]): Promise<readonly Figure[]> {
  using desktop = typingDesktop();
  const figures: Figure[] = [];
  {
    await using holdfast = await measuredHoldfast(desktop.startWm);
    figures.push(...(await measureAll(holdfast, desktop, say)));
  }
  await using xrdp = await measuredXrdp(desktop.startWm, say);
  if (xrdp !== undefined) figures.push(...(await measureAll(xrdp, desktop, say)));
  return figures;
}

async function measureAll(
  server: MeasuredServer,
  desktop: KnownDesktop,
  say: BenchContext["say"],
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const profile of profiles) {
    say(`${server.name}, ${profile}`);
    const taken = await typeAll(server, desktop, profile);
    const at = (share: number): number => taken[Math.min(taken.length - 1, Math.floor(share * taken.length))]!;
    const numbers = { "": taken, ", p95": [at(0.95)], ", p99": [at(0.99)] };
    for (const [what, samples] of Object.entries(numbers)) {
      figures.push({ name: `${server.name}, ${profile}${what}`, unit: "ms", better: "less", samples });
    }
    await server.endSessions();
  }
  return figures;
}

/** In milliseconds, from the quickest to the slowest. */
async function typeAll(
  server: MeasuredServer,
  desktop: KnownDesktop,
  profile: ClientProfileName,
): Promise<readonly number[]> {
  const updates: Rectangle[] = [];
  await using client = await connectTo(server, { profile, hooks: { onUpdate: (area) => void updates.push(area) } });
  await client.waitFor("the terminal", () => desktop.isShown(client.picture), seconds(30));
  await delay(settlesIn);
  client.moveTo(100, 100);
  const shown = newPixels(client.size);
  copyPixelsInto(shown, client.picture);
  const taken: number[] = [];
  for (let key = 0; key < warmUpKeys + countedKeys; key++) {
    await delay(betweenKeys);
    takeOver(updates, client.picture, shown);
    const start = performance.now();
    client.pressKey(letters[key % letters.length]!);
    await client.waitFor("the letter", () => takeOver(updates, client.picture, shown), seconds(5));
    if (warmUpKeys <= key) taken.push(performance.now() - start);
  }
  return taken.toSorted((a, b) => a - b);
}

/** Takes the updates into `shown`; whether they changed anything that an eye would see. */
function takeOver(updates: Rectangle[], picture: Pixels, shown: Pixels): boolean {
  let changed = false;
  for (const update of updates.splice(0)) {
    const area = intersect(update, { x: 0, y: 0, width: shown.width, height: shown.height });
    if (area === undefined) continue;
    const [next, before] = [crop(picture, area), crop(shown, area)];
    changed ||= differs(next, before);
    copyPixelsInto(before, next);
  }
  return changed;
}

function differs(next: Pixels, before: Pixels): boolean {
  for (let y = 0; y < next.height; y++) {
    const [a, b] = [next.offset + y * next.stride, before.offset + y * before.stride];
    for (let at = 1; at < next.width * 4; at += 4) {
      if (visible < Math.abs((next.data[a + at] ?? 0) - (before.data[b + at] ?? 0))) return true;
    }
  }
  return false;
}

/** The best and a plain way to show pictures. */
const profiles = ["graphics pipeline", "planar 32", "interleaved 16"] as const;
/** Of the keys A to L. */
const letters = [0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26];
const warmUpKeys = 60;
const countedKeys = 240;
const betweenKeys = 50;
const settlesIn = 2000;
/** More than what a codec that loses something leaves, or makes good later. */
const visible = 64;
