import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Size } from "../../src/base/geometry.ts";
import { copyPixelsInto, crop, type Pixels } from "../../src/base/pixels.ts";
import { h264Encoders } from "../../src/system/h264/h264Encoder.ts";
import { commandLineOf } from "../../src/system/processes/processList.ts";
import { colouredLetters, nearness, picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { assertBecomesSame, difference, keepPictures } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { filmPictures, filmWindow } from "./harness/filmWindow.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { processesOf } from "./harness/processesOf.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser, type TestUser } from "./harness/users.ts";

test(
  "a film in a window comes as H.264, near while it plays and exact when it stops, and text beside it is exact",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    const args = ["/gfx:AVC420"];
    await using client = await startXfreerdp({ host, user: anna, password: anna.password, size, args });
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    const sides = sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
    const text = picture("text", { width: 400, height: 100 });
    await testWindow(inside.x11, text, { x: 20, y: 620 });
    const film = await filmWindow(inside.x11, filmPictures({ width: 800, height: 500 }, 12), { x: 30, y: 60 });
    await assertBecomesSame("before the film", sides, { within: 10_000, client });

    film.play(30);
    await eventually("the film comes as H.264", async () => 5 <= (await count(host, anna, "avc420")));
    const before = await operations(host, anna);
    await delay(3000);
    t.diagnostic(JSON.stringify([Object.fromEntries(before), Object.fromEntries(await operations(host, anna))]));
    // A look may come while the client is drawing: then it shows a part of two pictures.
    const near = (screen: Pixels): number =>
      nearest(film.pictures, crop(screen, { x: 30, y: 60, width: 800, height: 500 }));
    let seen = await client.screen();
    for (let again = 0; again < 4 && near(seen) < 30; again++) seen = await client.screen();
    const decibels = near(seen);
    t.diagnostic(`while it plays: ${decibels.toFixed(1)} dB`);
    if (decibels < 30) keepPictures("film", { seen, film: film.pictures[0]! });
    assert.ok(30 <= decibels, `${decibels.toFixed(1)} dB`);
    assert.equal(difference(text, crop(seen, { x: 20, y: 620, width: 400, height: 100 })), undefined);

    await film.stopAt(7);
    const took = await assertBecomesSame("the film has stopped", sides, { within: 10_000, client });
    t.diagnostic(`exact after ${took.toFixed(0)} ms`);
  },
);

test(
  "coloured letters that move in a film have all their colours where the client takes AVC444, and are exact when they stop",
  { skip: noRealUsers() || !h264Encoders().includes("x264") },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    const decibels = new Map<string, number>();
    for (const codec of ["avc420", "avc444v2"]) decibels.set(codec, await showLetters(t, host, anna, codec));
    const [half, whole] = [decibels.get("avc420")!, decibels.get("avc444v2")!];
    assert.ok(half + 3 <= whole && wholeMin <= whole, `${half.toFixed(1)} and ${whole.toFixed(1)} dB`);
  },
);

test(
  "a film goes on when its encoder is killed, first as tiles and then as H.264 again",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    await using host = await startHoldfast();
    const args = ["/gfx:AVC420"];
    await using client = await startXfreerdp({ host, user: anna, password: anna.password, size, args });
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    const sides = sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
    const film = await filmWindow(inside.x11, filmPictures({ width: 480, height: 320 }, 12), { x: 30, y: 60 });
    film.play(30);
    await eventually("the film comes as H.264", async () => 5 <= (await count(host, anna, "avc420")));

    const [encoder] = encodersOf(host);
    process.kill(encoder!, "SIGKILL");
    const killedAt = await count(host, anna, "avc420");
    const another = () => encodersOf(host).find((pid) => pid !== encoder);
    await eventually("another encoder has taken over", async () => {
      return another() !== undefined && killedAt + 10 <= (await count(host, anna, "avc420"));
    });
    t.diagnostic(`avc420: ${killedAt}, then ${await count(host, anna, "avc420")}`);
    await film.stopAt(3);
    await assertBecomesSame("the film has stopped", sides, { within: 10_000, client });
  },
);

for (const { encoder, library } of [
  { encoder: "none", library: undefined },
  { encoder: "openh264", library: /libopenh264\.so/u },
]) {
  test(
    `with VideoEncoder = "${encoder}" films are made so, and exact when they stop`,
    { skip: noRealUsers() },
    async () => {
      await using anna = await testUser();
      await using host = await startHoldfast({ settings: `VideoEncoder = "${encoder}"` });
      const args = ["/gfx:AVC420"];
      await using client = await startXfreerdp({ host, user: anna, password: anna.password, size, args });
      await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
      const film = await filmWindow(inside.x11, filmPictures({ width: 480, height: 320 }, 12), { x: 30, y: 60 });

      film.play(30);
      await eventually("the film is shown", async () => {
        return library === undefined ? 40 <= (await frames(host, anna)) : 3 <= (await count(host, anna, "avc420"));
      });
      const loaded = encodersOf(host).map((pid) => readFileSync(`/proc/${pid}/maps`, "latin1"));
      await film.stopAt(3);

      assert.equal(loaded.length, library === undefined ? 0 : 1);
      for (const maps of loaded) {
        assert.match(maps, library!);
        assert.doesNotMatch(maps, /libx264\.so/u);
      }
      if (library === undefined) assert.equal(await count(host, anna, "avc420"), 0);
      const sides = sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
      await assertBecomesSame("the film has stopped", sides, { within: 10_000, client });
    },
  );
}

/** How near a client comes to the letters in a film that is shown by this codec; exact when it stops. */
async function showLetters(t: TestContext, host: TestHost, user: TestUser, codec: string): Promise<number> {
  const args = [codec === "avc420" ? "/gfx:AVC420" : "/gfx:AVC444"];
  await using client = await startXfreerdp({ host, user, password: user.password, size, args });
  await using inside = await insideSession(await host.sessionOf(user, { attached: true }));
  const sides = sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
  const place = { x: 30, y: 60 };
  const film = await filmWindow(inside.x11, lettersInFilm({ width: 400, height: 240 }, 12), place);
  await assertBecomesSame("before the film", sides, { within: 10_000, client });
  film.play(10);
  await eventually(`the film comes as ${codec}`, async () => 10 <= (await count(host, user, codec)));
  const letters = { x: 120, y: 70, width: 160, height: 90 };
  const parts = film.pictures.map((each) => crop(each, letters));
  let decibels = 0;
  // On a busy machine frames come back late: then colours wait.
  for (let look = 0; look < 40 && decibels < wholeMin; look++) {
    // Looking holds the film up, which may then be exact for a moment: that tells nothing.
    await delay(300);
    const shown = crop(await client.screen(), { ...letters, x: place.x + letters.x, y: place.y + letters.y });
    const near = nearest(parts, shown);
    if (near < exactMin) decibels = Math.max(decibels, near);
    if (codec === "avc420" && look === 2) break;
  }
  t.diagnostic(`${codec}: ${decibels.toFixed(1)} dB, ${JSON.stringify([...(await operations(host, user))])}`);
  await film.stopAt(5);
  const took = await assertBecomesSame("the film has stopped", sides, { within: 10_000, client });
  t.diagnostic(`exact after ${took.toFixed(0)} ms`);
  await film.close();
  return decibels;
}

/** Waves, and before them coloured letters that go to and fro. */
function lettersInFilm(film: Size, pictures: number): readonly Pixels[] {
  const letters = colouredLetters({ width: 200, height: 120 });
  return filmPictures(film, pictures).map((pixels, step) => {
    copyPixelsInto(
      crop(pixels, { x: 100 + 2 * Math.abs(step - pictures / 2), y: 60, width: 200, height: 120 }),
      letters,
    );
    return pixels;
  });
}

/** Their processes. */
function encodersOf(host: TestHost): readonly number[] {
  return processesOf(host.folder).flatMap(({ pid }) => {
    return commandLineOf(pid).some((word) => word.includes("videoEncoder")) ? [pid] : [];
  });
}

async function operations(host: TestHost, { name }: TestUser): Promise<ReadonlyMap<string, number>> {
  const { connections } = await host.admin.call("sessions", {});
  const counts = connections.find(({ user }) => user === name)?.picture?.operations ?? [];
  return new Map(counts.map(({ operation, areas }) => [operation, areas]));
}

async function frames(host: TestHost, { name }: TestUser): Promise<number> {
  const { connections } = await host.admin.call("sessions", {});
  return connections.find(({ user }) => user === name)?.picture?.frames ?? 0;
}

async function count(host: TestHost, user: TestUser, operation: string): Promise<number> {
  return (await operations(host, user)).get(operation) ?? 0;
}

/** In decibels, to the picture of the film that is nearest. */
function nearest(pictures: readonly Pixels[], seen: Pixels): number {
  return Math.max(...pictures.map((each) => nearness(each, seen).decibels));
}

/** Decibels. One colour for four pixels is 17. */
const wholeMin = 20.5;
/** Better than H.264 makes them. */
const exactMin = 32;
const size = { width: 1024, height: 768 };
