import { encode } from "#base/bytes/codec.ts";
import type { Rectangle, Size } from "#base/geometry.ts";
import type { RejectableCodec } from "#base/rejectableCodec.ts";
import { milliseconds } from "#base/units.ts";
import type { ChromaForm } from "#codecs/yuv420/chromaView.ts";
import { ProgressiveEncoder } from "#codecs/progressive/progressiveEncoder.ts";
import { RemoteFxEncoder } from "#codecs/remotefx/remoteFxEncoder.ts";
import type { EncodeTile } from "#codecs/remotefx/tile.ts";
import { ZgfxCompressor } from "#codecs/zgfx/compressor.ts";
import { avc420Picture } from "#protocol/channels/graphics/avc420.ts";
import { avc444Picture } from "#protocol/channels/graphics/avc444.ts";
import { graphicsCommand, type GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { Monitor } from "#desktop/desktop.ts";
import type { Copy } from "../copies/copySearch.ts";
import type { EncodedFrame, Encoder, Frame, Outgoing } from "../encoder.ts";
import type { VideoPart, VideoPicture, VideoShower } from "../video/videoShower.ts";
import type { VideoStreams } from "../video/videoStream.ts";
import { CachedTiles } from "./cachedTiles.ts";
import { FirstFrames } from "./firstFrames.ts";
import { flatAreas } from "./flatAreas.ts";
import { Operations, type OperationCount } from "./operations.ts";
import { isPicture, pictureQuality } from "./pictureQuality.ts";
import { filmSurfaceIdMax, groundSurfaceId, screenSurfaceId } from "./surfaceIds.ts";
import { TextAreas } from "./textAreas.ts";
import type { OfferedTile } from "./tileCache.ts";
import { namesOfNobody, type TileNames } from "./tileNames.ts";

export interface GraphicsEncoderOptions {
  /** The client takes progressive RemoteFX; thin clients of version 8 take only the plain one. */
  readonly progressive: boolean;
  /** False: the client takes no ClearCodec. */
  readonly clearCodec?: false;
  /** What the client's bitmap cache holds: slots from 1 up to this, and bytes, four for each pixel. */
  readonly cacheSlots: number;
  readonly cacheBytes: number;
  /** What tiles are called in it until `nameBy`; absent: names that nobody else has. */
  readonly names?: TileNames;
  readonly encodeTile?: EncodeTile;
  /** The client takes H.264 (AVC420), and this is where it comes from. */
  readonly streams?: VideoStreams;
  /** The client takes the colours of each pixel in this form, and is to have them where they are worth it. */
  readonly colours?: ChromaForm;
}

/**
 * RDPGFX: copies for what has moved and for what it uncovers, fills for areas of one colour, the client's cache for
 * tiles that it has shown, ClearCodec or planar for what they pack well (text, smooth shapes), RemoteFX for pictures,
 * which become exact when they stand still.
 */
export class GraphicsEncoder implements Encoder {
  readonly name: string;
  readonly acknowledged = true;
  readonly tellsSize = true;
  readonly movesParts = true;
  readonly keepsGround = true;
  readonly #cache: CachedTiles;
  #names: TileNames;
  /** What the client has kept, which is asked for when a desktop begins that may have shown it. */
  readonly #offers: (readonly OfferedTile[])[] = [];
  #offersWait: "for an owner" | "for a desktop" | "for nothing" = "for an owner";
  readonly #text: TextAreas;
  readonly #operations = new Operations();
  readonly #firstFrames = new FirstFrames();
  readonly #zgfx = new ZgfxCompressor();
  readonly #pictures: { readonly is: "plain"; readonly encoder: RemoteFxEncoder } | ProgressivePictures;
  readonly video: VideoShower | undefined;
  readonly #filmSurfaces = new Set<number>();
  #lastSurface = surfaceId;
  /** The client has the surface of covered ground. */
  #hasGround = false;
  #size: Size = { width: 0, height: 0 };

  constructor(options: GraphicsEncoderOptions) {
    const { progressive, clearCodec = true, cacheSlots, cacheBytes, encodeTile, streams, colours } = options;
    const { names = namesOfNobody() } = options;
    const tiles = encodeTile === undefined ? {} : { encodeTile };
    this.#names = names;
    this.#cache = new CachedTiles({ surfaceId, names, cacheSlots, cacheBytes });
    this.#text = new TextAreas({ clearCodec });
    this.name = `${clearCodec ? "ClearCodec, " : ""}planar and ${progressive ? "progressive" : "plain"} RemoteFX by RDPGFX`;
    this.video = streams === undefined ? undefined : this.#shower(streams, colours);
    this.#pictures = progressive
      ? { is: "progressive", encoder: new ProgressiveEncoder(tiles) }
      : { is: "plain", encoder: new RemoteFxEncoder({ entropy: "rlgr1", ...tiles }) };
  }

  get operations(): readonly OperationCount[] {
    return this.#operations.counts;
  }

  get firstFrames(): ReadonlyMap<RejectableCodec, number> {
    return this.#firstFrames.frames;
  }

  nameBy(names: TileNames): void {
    this.#names = names;
    if (this.#offersWait === "for an owner") this.#offersWait = "for a desktop";
  }

  offer(tiles: readonly OfferedTile[]): readonly Outgoing[] {
    if (this.#offersWait === "for nothing") return [this.#message(this.#cache.import(tiles))];
    if (this.#offers.length === offersMax) return [this.say({ is: "cacheImportReply", cacheSlots: [] })];
    this.#offers.push(tiles);
    return [];
  }

  begin({ width, height }: Size, monitors: readonly Monitor[] = []): readonly Outgoing[] {
    // FreeRDP keeps a surface's progressive state over a reset of the same surface id, and then refuses its tiles.
    const before =
      this.#size.width === 0 ? [] : [surfaceId, ...this.#filmSurfaces, ...(this.#hasGround ? [groundSurfaceId] : [])];
    const gone = before.map((id): GraphicsCommand => ({ is: "deleteSurface", surfaceId: id }));
    this.#filmSurfaces.clear();
    this.#hasGround = false;
    this.#size = { width, height };
    this.#text.restart();
    this.#pictures.encoder.restart();
    return [
      this.#message([
        ...this.#cache.restart(this.#names),
        ...gone,
        {
          is: "resetGraphics",
          width,
          height,
          monitors: outputMonitors({ width, height }, monitors),
        },
        { is: "createSurface", surfaceId, width, height, pixelFormat: "xrgb8888" },
        { is: "mapSurfaceToOutput", surfaceId, x: 0, y: 0 },
        // Whatever a client makes of its cache when it is reset, it has what it is asked for afterwards.
        ...this.#takeOffers(),
      ]),
    ];
  }

  say(command: GraphicsCommand): Outgoing {
    return this.#message([command]);
  }

  encode(frame: Frame): EncodedFrame {
    const lossy: Rectangle[] = [];
    const isFirstGround = !this.#hasGround && frame.copies.some(({ ground }) => ground !== undefined);
    const commands: GraphicsCommand[] = isFirstGround ? [this.#createGround()] : [];
    commands.push({ is: "startFrame", timeOfDay: milliseconds(0), frameId: frame.id });
    if (isFirstGround) commands.push(blackGround(this.#size));
    commands.push(...frame.copies.map(copyCommand));
    const { flat, others } = flatAreas(frame.pixels, frame.areas);
    for (const [color, rectangles] of flat) commands.push(fill(color, rectangles));
    const cached = this.#cache.begin(frame);
    for (const area of others) {
      if (cached.show(area)) continue;
      const exact = isPicture(frame, area) ? undefined : this.#text.encode(frame.pixels, area, frame);
      if (exact === undefined) lossy.push(area);
      else {
        commands.push(picture(exact.codec, area, exact.data));
        cached.keepAfterwards(area);
      }
    }
    commands.push(...cached.shown);
    if (0 < cached.imported) this.#operations.count("import", cached.imported, 0);
    const messages: Outgoing[] = [];
    if (0 < lossy.length) {
      const pictures = this.#picturesOf(frame, lossy);
      messages.push(this.#message(commands.splice(0)), this.#message([pictures], { isPacked: true }));
    }
    commands.push(...cached.kept(), { is: "endFrame", frameId: frame.id });
    messages.push(this.#message(commands));
    return { messages, lossy, settled: cached.settled };
  }

  #takeOffers(): readonly GraphicsCommand[] {
    if (this.#offersWait === "for an owner") return [];
    this.#offersWait = "for nothing";
    return this.#offers.splice(0).flatMap((tiles) => this.#cache.import(tiles));
  }

  #createGround(): GraphicsCommand {
    this.#hasGround = true;
    return { is: "createSurface", surfaceId: groundSurfaceId, ...this.#size, pixelFormat: "xrgb8888" };
  }

  #picturesOf(frame: Frame, areas: readonly Rectangle[]): GraphicsCommand {
    const quality = pictureQuality(frame, areas);
    const { pixels } = frame;
    if (this.#pictures.is === "plain") {
      const data = this.#pictures.encoder.encodeFrame(pixels, areas, { quality });
      return picture("remoteFx", { x: 0, y: 0, ...this.#size }, data);
    }
    const data = this.#pictures.encoder.encodeFrame(pixels, areas, { quality });
    return { is: "wireToSurface2", surfaceId, codec: "progressive", contextId, pixelFormat: "xrgb8888", data };
  }

  /**
   * A film has a surface of its own, from which what has changed is copied: clients do not agree where a picture of
   * H.264 lies that is smaller than its surface.
   */
  #shower(streams: VideoStreams, colours: ChromaForm | undefined): VideoShower {
    return {
      streams,
      colours,
      newSurfaceId: () => {
        do this.#lastSurface = (this.#lastSurface % filmSurfaceIdMax) + 1;
        while (this.#filmSurfaces.has(this.#lastSurface));
        return this.#lastSurface;
      },
      begin: ({ size: { width, height }, surfaceId: id }) => {
        this.#filmSurfaces.add(id);
        return [this.#message([{ is: "createSurface", surfaceId: id, width, height, pixelFormat: "xrgb8888" }])];
      },
      show: (part, film) => [this.#message(filmCommands(part, film), { isPacked: true })],
      end: ({ surfaceId: id }) => {
        if (!this.#filmSurfaces.delete(id)) return [];
        return [this.#message([{ is: "deleteSurface", surfaceId: id }])];
      },
    };
  }

  /** `isPacked`: it hardly gets smaller. */
  #message(commands: readonly GraphicsCommand[], { isPacked = false } = {}): Outgoing {
    const parts = commands.map((command) => {
      const part = encode(graphicsCommand, command);
      this.#operations.note(command, part.length);
      this.#firstFrames.note(command);
      return part;
    });
    const plain = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      plain.set(part, at);
      at += part.length;
    }
    return { to: "graphics", bytes: isPacked ? this.#zgfx.store(plain) : this.#zgfx.compress(plain) };
  }
}

/** Their places are told from the primary one's corner, as the client itself tells them. MS-RDPEGFX 2.2.2.14 */
function outputMonitors(size: Size, monitors: readonly Monitor[]): readonly Monitor[] {
  const primary = monitors.find((each) => each.primary);
  if (primary === undefined) return [{ x: 0, y: 0, ...size, primary: true }];
  return monitors.map((each) => ({ ...each, x: each.x - primary.x, y: each.y - primary.y }));
}

/**
 * A message of the graphics channel as it is, for what is said before pictures begin: among pictures it would stand in
 * the history of the client's decompressor, and not in ours. MS-RDPEGFX 2.2.5
 */
export function uncompressed(message: Uint8Array): Uint8Array {
  return new ZgfxCompressor({ compress: false }).compress(message);
}

/** A picture of a film, and the areas of the screen where it is to be seen. */
function filmCommands(part: VideoPart, film: VideoPicture): readonly GraphicsCommand[] {
  const { region, surfaceId: id, size, colours: codec = "avc420" } = part;
  const whole = { x: 0, y: 0, ...size };
  const areas = [{ ...whole, ...filmQuality }];
  const [main, chroma] = [film.units.main, film.units.chroma].map((stream) => stream && { areas, stream });
  const data =
    codec === "avc420"
      ? encode(avc420Picture, { areas, stream: film.units.main ?? new Uint8Array(0) })
      : encode(avc444Picture, { ...(main && { main }), ...(chroma && { chroma }) });
  return [
    { is: "startFrame", timeOfDay: milliseconds(0), frameId: film.frame },
    { is: "wireToSurface1", surfaceId: id, codec, pixelFormat: "xrgb8888", destination: whole, data },
    ...film.areas.map((area): GraphicsCommand => {
      const { x, y, width, height } = area;
      const source = { x: x - region.x, y: y - region.y, width, height };
      return { is: "surfaceToSurface", sourceSurfaceId: id, targetSurfaceId: surfaceId, source, targets: [{ x, y }] };
    }),
    { is: "endFrame", frameId: film.frame },
  ];
}

function copyCommand({ source, target, ground }: Copy): GraphicsCommand {
  const sourceSurfaceId = ground === "back" ? groundSurfaceId : surfaceId;
  const targetSurfaceId = ground === "aside" ? groundSurfaceId : surfaceId;
  return { is: "surfaceToSurface", sourceSurfaceId, targetSurfaceId, source, targets: [target] };
}

/** Clients do not agree on what is on a new surface. */
function blackGround(size: Size): GraphicsCommand {
  const color = { red: 0, green: 0, blue: 0, unused: 0xff };
  return { is: "solidFill", surfaceId: groundSurfaceId, color, rectangles: [{ x: 0, y: 0, ...size }] };
}

/** `color`: 0xRRGGBB. */
function fill(color: number, rectangles: readonly Rectangle[]): GraphicsCommand {
  const [red, green, blue] = [color >> 16, (color >> 8) & 0xff, color & 0xff];
  return { is: "solidFill", surfaceId, color: { red, green, blue, unused: 0xff }, rectangles };
}

function picture(
  codec: "clearCodec" | "planar" | "remoteFx",
  destination: Rectangle,
  data: Uint8Array,
): GraphicsCommand {
  return { is: "wireToSurface1", surfaceId, codec, pixelFormat: "xrgb8888", destination, data };
}

interface ProgressivePictures {
  readonly is: "progressive";
  readonly encoder: ProgressiveEncoder;
}

const surfaceId = screenSurfaceId;
/** What clients are told and nobody uses. */
const filmQuality = { quantization: 23, quality: 90, progressive: false } as const;
const contextId = 1;
/** More than a client can have; whoever offers more before there is a desktop is refused. */
const offersMax = 8;
