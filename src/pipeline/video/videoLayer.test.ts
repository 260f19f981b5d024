import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { intersect, type Rectangle } from "../../base/geometry.ts";
import { newPixels } from "../../base/pixels.ts";
import { instant, milliseconds } from "../../base/units.ts";
import { byTiles } from "../tileParts.ts";
import { VideoLayer } from "./videoLayer.ts";
import type { VideoPicture } from "./videoShower.ts";
import type { VideoStream, VideoUnits } from "./videoStream.ts";

const size = { width: 1280, height: 720 };
const film: Rectangle = { x: 100, y: 60, width: 640, height: 360 };

test("a film gets a stream, its whole region with the first picture, and what has changed with each other one", async (t) => {
  const world = new World(t);
  await world.playUntilOpened();
  world.answer();
  await world.settled();
  assert.deepEqual(world.shown, [{ areas: [film] }]);

  const corner = { x: 100, y: 60, width: 20, height: 20 };
  world.frame([corner]);
  world.answer();
  await world.settled();
  assert.deepEqual(world.shown.slice(1), [{ areas: [corner] }]);
  assert.deepEqual(world.nearly.at(-1), [corner]);
});

test("what changes while a picture is made goes with the next one, however often it has changed", async (t) => {
  const world = new World(t);
  await world.playUntilOpened();
  for (let step = 0; step < 10; step++) world.frame(byTiles(film));
  assert.equal(world.encoding, 1);
  world.answer();
  await world.settled();
  world.answer();
  await world.settled();
  assert.deepEqual(world.shown, [{ areas: [film] }, { areas: [film] }]);
  assert.equal(world.encoding, 0);
});

test("what was sent otherwise while a picture was made is sent by the next one too", async (t) => {
  const world = new World(t);
  await world.playUntilOpened();
  world.layer.noteWritten([{ x: 0, y: 0, width: 164, height: 124 }]);
  world.answer();
  await world.settled();
  world.answer();
  await world.settled();
  assert.deepEqual(world.shown[1], { areas: [{ x: 100, y: 60, width: 64, height: 64 }] });
});

test("a film that turns out to be none ends, and what it owes is forgotten", async (t) => {
  const world = new World(t);
  await world.playUntilOpened();
  const [region] = world.layer.regions;
  world.layer.end(region!);
  await world.settled();
  assert.deepEqual([world.layer.regions, world.shown, world.forgotten], [[], [], [film]]);
});

test("when the encoder is lost the film ends, and what it owes is forgotten, so that it comes as tiles", async (t) => {
  const world = new World(t);
  await world.playUntilOpened();
  world.answer();
  await world.settled();
  world.frame([film]);
  world.lose();
  await world.settled();
  assert.deepEqual(world.layer.regions, []);
  assert.deepEqual(world.forgotten, [film]);
  assert.equal(world.surfaces, 0);
});

test("a film that stops gives its encoder back; one that only waits for the line does not", async (t) => {
  const world = new World(t);
  await world.playUntilOpened();
  world.answer();
  await world.settled();
  world.mayBegin = false;
  world.passTime(3000);
  assert.deepEqual(world.layer.regions, [film]);

  world.mayBegin = true;
  world.passTime(1500);
  assert.deepEqual(world.layer.regions, []);
  assert.equal(world.open, 0);
  assert.deepEqual(world.forgotten, []);
});

test("a busy line has a film without its colours; they come when nothing changes and there is room again", async (t) => {
  const world = new World(t, "avc444v2");
  await world.playUntilOpened();
  await world.playOnBusyLine();
  assert.equal(world.asked.at(-1), "main");
  world.answer();
  await world.settled();
  const before = world.shown.length;
  const corner = { x: 100, y: 60, width: 20, height: 20 };
  world.frame([corner]);
  world.answer();
  await world.settled();
  world.layer.pump();
  assert.equal(world.encoding, 0, "nobody makes colours for a busy line");

  world.bytesQueued = 0;
  for (let step = 0; step < 10 && world.encoding === 0; step++) world.frame([]);
  assert.equal(world.asked.at(-1), "colours");
  world.answer();
  await world.settled();
  assert.deepEqual(world.shown.slice(before), [{ areas: [corner] }, { areas: [film] }]);
});

test("colours that are owed where something is exact by now are not sent", async (t) => {
  const world = new World(t, "avc444v2");
  await world.playUntilOpened();
  await world.playOnBusyLine();
  world.layer.noteWritten([film]);
  world.bytesQueued = 0;
  for (let step = 0; step < 10; step++) world.frame([]);
  assert.equal(world.layer.isWaiting, false);
});

/** A client with surfaces, and encoders that answer when they are told to. */
class World {
  readonly shown: Pick<VideoPicture, "areas">[] = [];
  readonly nearly: (readonly Rectangle[])[] = [];
  readonly forgotten: Rectangle[] = [];
  readonly layer: VideoLayer;
  readonly #mock: TestContext["mock"]["timers"];
  readonly #jobs: PromiseWithResolvers<VideoUnits | undefined>[] = [];
  /** Of the encoders, each time. */
  readonly asked: ("all" | "main" | "colours")[] = [];
  bytesQueued = 0;
  surfaces = 0;
  open = 0;
  mayBegin = true;
  #now = 0;
  #frames = 0;

  constructor(t: TestContext, colours?: VideoStream["colours"]) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    this.#mock = t.mock.timers;
    const mayBegin = () => this.mayBegin;
    const bytesQueued = () => this.bytesQueued;
    this.layer = new VideoLayer({
      framesPerSecond: 60,
      host: {
        pixels: newPixels(size),
        get line() {
          return { waiting: milliseconds(bytesQueued() === 0 ? 0 : 200), kilobits: undefined };
        },
        get mayBegin() {
          return mayBegin();
        },
        now: () => instant(this.#now),
        send: () => {},
        nextFrame: () => ++this.#frames,
        noteNearly: (areas) => this.nearly.push(areas),
        forget: (area) => this.forgotten.push(area),
      },
      shower: {
        colours,
        streams: { isAvailable: true, open: () => Promise.resolve(this.#openStream(colours)) },
        newSurfaceId: () => 1,
        begin: () => (this.surfaces++, []),
        show: (_, { areas }) => (this.shown.push({ areas }), []),
        end: () => (this.surfaces--, []),
      },
    });
    this.layer.restart(size);
  }

  /** Pictures that are with the encoder. */
  get encoding(): number {
    return this.#jobs.length;
  }

  /** A frame with these changes, 33 ms after the one before. */
  frame(areas: readonly Rectangle[]): void {
    this.passTime(33);
    const [inside] = this.layer.regions;
    const moving = inside === undefined ? [] : areas.flatMap((area) => intersect(area, inside) ?? []);
    const others = inside === undefined ? areas : [];
    this.layer.noteTaken({ areas: others, pictures: others, moving });
  }

  async playUntilOpened(): Promise<void> {
    for (let step = 0; step < 30 && this.open === 0; step++) this.frame(byTiles(film));
    await this.settled();
    assert.deepEqual(this.layer.regions, [film]);
    assert.equal(this.surfaces, 1);
  }

  /** Until the film has no colours any more. */
  async playOnBusyLine(): Promise<void> {
    this.bytesQueued = 1 << 20;
    for (let step = 0; step < 40; step++) {
      this.frame(byTiles(film));
      this.answer();
      await this.settled();
    }
  }

  answer(): void {
    this.#jobs.shift()?.resolve({ main: new Uint8Array(100) });
  }

  lose(): void {
    this.#jobs.shift()?.reject(new Error("gone"));
  }

  passTime(milliseconds: number): void {
    for (let left = milliseconds; 0 < left; left -= 33) {
      this.#now += Math.min(33, left);
      this.#mock.tick(Math.min(33, left));
    }
  }

  settled(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #openStream(colours: VideoStream["colours"]): VideoStream {
    this.open++;
    const begin = (asked: (typeof this.asked)[number]) => {
      const job = Promise.withResolvers<VideoUnits | undefined>();
      this.#jobs.push(job);
      this.asked.push(asked);
      return job.promise;
    };
    return {
      colours,
      encode: (_, __, { withoutColours }) => begin(withoutColours === true ? "main" : "all"),
      encodeColours: () => begin("colours"),
      close: () => void this.open--,
    };
  }
}
