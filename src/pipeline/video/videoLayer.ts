import { cover, intersect, type Rectangle, type Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { between, milliseconds, type Instant } from "#base/units.ts";
import { chromaViewStep } from "#codecs/yuv420/chromaView.ts";
import type { Outgoing } from "../encoder.ts";
import type { LineState } from "../pacing.ts";
import { tileSide } from "../shadow.ts";
import { isWithin, joined, united } from "../areas.ts";
import { MovingRegions, regionsMax, type MovingRegion } from "./movingRegions.ts";
import { outside } from "./outside.ts";
import { VideoRate } from "./videoRate.ts";
import type { VideoPart, VideoShower } from "./videoShower.ts";
import type { VideoStream, VideoUnits } from "./videoStream.ts";

/** What the pipeline does for films. */
export interface VideoHost {
  /** What the client has, or will have. */
  readonly pixels: Pixels;
  readonly line: LineState;
  /** Whether the line takes another frame now. */
  readonly mayBegin: boolean;
  now(): Instant;
  /** Sends these messages; with `isFrame` the one that has just been numbered. */
  send(messages: readonly Outgoing[], options: { readonly isFrame: boolean }): void;
  nextFrame(): number;
  /** The client will have these areas only nearly. */
  noteNearly(areas: readonly Rectangle[]): void;
  /** The client does not have these areas, and will not get them from here. */
  forget(area: Rectangle): void;
}

/** A film on the screen, with a surface of the client and an encoder of its own. */
interface Film extends VideoPart {
  readonly region: MovingRegion;
  readonly stream: VideoStream;
  /** What has changed and is not on its way, by tile. */
  readonly dirty: Map<string, Rectangle>;
  /** What the picture that is being encoded will bring. */
  job: readonly Rectangle[] | undefined;
  /** Where the last picture is on the screen without its colours, which the line did not take. */
  owed: readonly Rectangle[];
  changedAt: Instant;
  /** When most of it was last seen moving as films do. */
  hotAt: Instant;
  /** Since when what moves is much smaller than the region. */
  smallSince: Instant | undefined;
  readonly openedAt: Instant;
}

/**
 * Shows what keeps moving as films: pictures of a region go to an encoder, one at a time, and what it makes of them is
 * drawn over the rest. What has changed meanwhile goes with the next picture, so none waits in a queue. A film that
 * stops is sent exactly like everything else that was sent nearly; one whose encoder is lost goes on as tiles.
 */
export class VideoLayer {
  readonly #shower: VideoShower;
  readonly #host: VideoHost;
  readonly #framesPerSecond: number;
  readonly #rate = new VideoRate();
  #moving: MovingRegions;
  #films: readonly Film[] = [];
  /** Counts the desktops: what was begun for another one is of no use. */
  #generation = 0;
  #isOpening = false;
  #reviewedAt: Instant | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { readonly shower: VideoShower; readonly host: VideoHost; readonly framesPerSecond: number }) {
    this.#shower = options.shower;
    this.#host = options.host;
    this.#framesPerSecond = options.framesPerSecond;
    this.#moving = new MovingRegions({ width: 0, height: 0 });
  }

  /** Where films are shown. */
  get regions(): readonly MovingRegion[] {
    return this.#films.map(({ region }) => region);
  }

  /** Whether something waits for nothing but the line. */
  get isWaiting(): boolean {
    return this.#films.some(({ dirty, job, owed }) => 0 < dirty.size + owed.length && job === undefined);
  }

  /** A desktop of this size begins; all surfaces are gone. */
  restart(size: Size): void {
    this.close();
    this.#moving = new MovingRegions(size);
  }

  close(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    for (const { stream } of this.#films) stream.close();
    this.#films = [];
    this.#isOpening = false;
  }

  /** No film is shown there any more: what moves is none. */
  end(region: MovingRegion): void {
    for (const film of this.#films) if (film.region === region) this.#drop(film);
  }

  /**
   * A frame was taken: `areas` have changed outside of the films and were sent, `pictures` of them as pictures;
   * `moving` have changed inside of them.
   */
  noteTaken(taken: {
    readonly areas: readonly Rectangle[];
    readonly pictures: readonly Rectangle[];
    readonly moving: readonly Rectangle[];
  }): void {
    const now = this.#host.now();
    this.#moving.note([...taken.areas, ...taken.moving], taken.pictures, now);
    for (const area of taken.moving) {
      for (const film of this.#films) {
        if (intersect(area, film.region) === undefined) continue;
        film.changedAt = now;
        addDirty(film, area);
      }
    }
    if (this.#reviewedAt === undefined || reviewedEvery <= between(this.#reviewedAt, now)) this.#review(now);
    this.pump();
  }

  /** These areas were sent otherwise: a picture that is on its way must not have the last word there. */
  noteWritten(areas: readonly Rectangle[]): void {
    for (const film of this.#films) {
      // What is made exact there has its colours.
      if (film.owed.some((each) => areas.some((area) => intersect(area, each) !== undefined))) film.owed = [];
      for (const covered of film.job ?? []) {
        for (const area of areas) {
          const common = intersect(area, covered);
          if (common !== undefined) addDirty(film, common);
        }
      }
    }
  }

  /** Gives what has changed to the encoders that have nothing to do, as far as the line takes it. */
  pump(): void {
    for (const film of this.#films) if (this.#host.mayBegin) this.#encode(film);
  }

  #encode(film: Film): void {
    if (film.job !== undefined) return;
    if (film.dirty.size === 0) return this.#encodeColours(film);
    this.#rate.note(this.#host.line, this.#host.now());
    const withoutColours = film.colours !== undefined && this.#rate.isScarce;
    if (!withoutColours) for (const area of film.owed) addDirty(film, area);
    const areas = joined([...film.dirty.values()]);
    film.dirty.clear();
    film.job = areas;
    film.owed = withoutColours ? united(film.owed, areas) : [];
    this.#host.noteNearly(areas);
    const kilobits = this.#rate.kilobits(film.region.width * film.region.height);
    film.stream.encode(this.#host.pixels, film.region, { kilobits, withoutColours }).then(
      (units) => {
        if (units === undefined) for (const area of areas) addDirty(film, area);
        this.#show(film, areas, units);
      },
      () => this.#drop(film),
    );
  }

  /** Of the last picture, when it has stood for a moment and the line has room again. */
  #encodeColours(film: Film): void {
    const now = this.#host.now();
    if (film.owed.length === 0 || between(film.changedAt, now) < restedFor) return;
    this.#rate.note(this.#host.line, now);
    if (this.#rate.isBusy) return;
    const areas = film.owed;
    film.owed = [];
    film.job = areas;
    film.stream.encodeColours(this.#rate.kilobits(film.region.width * film.region.height)).then(
      (units) => this.#show(film, areas, units),
      () => this.#drop(film),
    );
  }

  #show(film: Film, areas: readonly Rectangle[], units: VideoUnits | undefined): void {
    if (!this.#films.includes(film)) return;
    film.job = undefined;
    if (units !== undefined) {
      const frame = this.#host.nextFrame();
      this.#host.send(this.#shower.show(film, { frame, units, areas }), { isFrame: true });
    }
    this.pump();
  }

  /** Begins and ends films by what moves now. */
  #review(now: Instant): void {
    this.#reviewedAt = now;
    const found = this.#moving.find(this.regions, now);
    for (const film of this.#films) {
      // While the line takes nothing, nobody looks whether it still moves.
      if (!this.#host.mayBegin) film.changedAt = film.hotAt = now;
      if (found.some((region) => intersect(region, film.region) !== undefined)) film.hotAt = now;
      if (stoppedFor < between(film.changedAt, now) || coldFor < between(film.hotAt, now)) this.#drop(film);
    }
    for (const region of found) {
      const others = this.#films.filter((film) => intersect(film.region, region) !== undefined);
      if (this.#isWorthwhile(region, others, now)) this.#open(region);
    }
    this.#reviewLater();
  }

  /** A film that has stopped makes no frames in which one could notice it. */
  #reviewLater(): void {
    clearTimeout(this.#timer);
    if (0 < this.#films.length) this.#timer = setTimeout(() => this.#review(this.#host.now()), stoppedFor);
  }

  /** Whether `region` is better than the films that are there in its place. */
  #isWorthwhile(region: MovingRegion, others: readonly Film[], now: Instant): boolean {
    const [only] = others;
    if (only === undefined) return this.#films.length < regionsMax;
    if (others.some(({ openedAt }) => between(openedAt, now) < keptFor)) return false;
    if (1 < others.length || !isWithin(region, only.region)) return true;
    if (areaOf(only.region) < 2 * areaOf(region)) only.smallSince = undefined;
    else only.smallSince ??= now;
    return only.smallSince !== undefined && smallFor < between(only.smallSince, now);
  }

  #open(region: MovingRegion): void {
    const { streams, colours } = this.#shower;
    if (this.#isOpening || !streams.isAvailable) return;
    this.#isOpening = true;
    const generation = this.#generation;
    const size = colours === undefined ? { width: region.width, height: region.height } : aligned(region);
    const kilobits = this.#rate.kilobits(region.width * region.height);
    void streams.open({ ...size, framesPerSecond: this.#framesPerSecond, kilobits, colours }).then((stream) => {
      if (generation !== this.#generation) return stream?.close();
      this.#isOpening = false;
      if (stream !== undefined) this.#begin(region, size, stream);
    });
  }

  /** In the place of all films that it touches. */
  #begin(region: MovingRegion, size: Size, stream: VideoStream): void {
    for (const film of this.#films) {
      if (intersect(film.region, region) === undefined) continue;
      this.#remove(film);
      for (const area of outside(pendingOf(film), region)) this.#host.forget(area);
    }
    const now = this.#host.now();
    const surfaceId = this.#shower.newSurfaceId();
    const times = { changedAt: now, hotAt: now, openedAt: now, smallSince: undefined };
    const part = { region, surfaceId, size, colours: stream.colours };
    const film: Film = { ...part, stream, dirty: new Map(), job: undefined, owed: [], ...times };
    addDirty(film, region);
    this.#host.send(this.#shower.begin(film), { isFrame: false });
    this.#films = [...this.#films, film];
    this.#reviewLater();
    this.pump();
  }

  /** What it has not brought comes as tiles. */
  #drop(film: Film): void {
    if (!this.#films.includes(film)) return;
    this.#remove(film);
    for (const area of pendingOf(film)) this.#host.forget(area);
  }

  #remove(film: Film): void {
    this.#films = this.#films.filter((each) => each !== film);
    film.stream.close();
    this.#host.send(this.#shower.end(film), { isFrame: false });
  }
}

function pendingOf({ dirty, job = [] }: Film): readonly Rectangle[] {
  return [...dirty.values(), ...job];
}

/** Cut along the edges of tiles, so that what stands still beside it is left alone. */
function addDirty({ region, dirty }: Film, area: Rectangle): void {
  const inside = intersect(area, region);
  if (inside === undefined) return;
  for (let y = inside.y - (inside.y % tileSide); y < inside.y + inside.height; y += tileSide) {
    for (let x = inside.x - (inside.x % tileSide); x < inside.x + inside.width; x += tileSide) {
      const part = intersect(inside, { x, y, width: tileSide, height: tileSide });
      if (part === undefined) continue;
      const before = dirty.get(`${x},${y}`);
      dirty.set(`${x},${y}`, before === undefined ? part : cover(before, part));
    }
  }
}

/** Both sides as YUV444 has them. */
function aligned({ width, height }: Size): Size {
  return { width: alignedSide(width), height: alignedSide(height) };
}

function alignedSide(side: number): number {
  return Math.ceil(side / chromaViewStep) * chromaViewStep;
}

const areaOf = ({ width, height }: Size): number => width * height;

const reviewedEvery = 100;
const stoppedFor = milliseconds(500);
/** The next picture of a film would have come by now. */
const restedFor = 120;
/** Something changes there now and then, but it is no film any more. */
const coldFor = 1500;
/** Another region means a key frame and another encoder. */
const keptFor = 1000;
const smallFor = 2000;
