import type { GraphicsFeatures } from "#protocol/channels/graphics/graphicsVersion.ts";
import { findCapability } from "#protocol/share/capabilities/capabilitySet.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { sessionDepth } from "#protocol/sequences/accept/capabilities.ts";
import type { MppcType } from "#codecs/mppc/dialect.ts";
import type { ChromaForm } from "#codecs/yuv420/chromaView.ts";
import type { EncodeTile } from "#codecs/remotefx/tile.ts";
import type { Encoder } from "./encoder.ts";
import { BitmapEncoder } from "./encoders/bitmapEncoder.ts";
import { GraphicsEncoder } from "./encoders/graphicsEncoder.ts";
import { orderAbilities } from "./encoders/orderAbilities.ts";
import { SurfaceEncoder } from "./encoders/surfaceEncoder.ts";
import type { TileNames } from "./encoders/tileNames.ts";
import type { VideoStreams } from "./video/videoStream.ts";

/**
 * The best way to show pictures to this client, by what it says it can; `graphics`: what RDPGFX can, where it is used;
 * `streams`: who makes H.264.
 */
export function chooseEncoder(
  capable: Capable,
  options: {
    readonly graphics: GraphicsFeatures | undefined;
    readonly encodeTile?: EncodeTile;
    /** What our own screens are called in the client's caches; absent: names that nobody else has. */
    readonly names?: TileNames;
    readonly streams?: VideoStreams | undefined;
    /** Whether films may have the colours of each pixel, where the client takes them; absent: no. */
    readonly colours?: "auto" | "half" | undefined;
  },
): Encoder {
  const names = options.names === undefined ? {} : { names: options.names };
  const tiles = { ...names, ...(options.encodeTile === undefined ? {} : { encodeTile: options.encodeTile }) };
  if (options.graphics !== undefined) {
    const { streams } = options;
    const video = streams === undefined || !options.graphics.avc420 ? {} : { streams, ...coloursOf(options) };
    return new GraphicsEncoder({ ...options.graphics, ...tiles, ...video });
  }
  const updateBytesMax = updateBytesOf(capable);
  const depth = sessionDepth(capable);
  const { sets } = capable.capabilities;
  const commands = findCapability(sets, "surfaceCommandsCapability")?.commands ?? [];
  const codecs = findCapability(sets, "bitmapCodecsCapability")?.codecs ?? [];
  const skipAlpha = findCapability(sets, "bitmapCapability")?.drawing.includes("skipAlpha") ?? false;
  const frameMarkers = commands.includes("frameMarker");
  const acknowledged = frameMarkers && findCapability(sets, "frameAcknowledgeCapability") !== undefined;
  const orders = orderAbilities(sets, depth);
  const compression = compressionOf(capable);
  const output = { updateBytesMax, skipAlpha, orders, ...(compression === undefined ? {} : { compression }) };
  if (depth === 24 || depth === 32) {
    const surface = { ...output, bitsPerPixel: depth, frameMarkers, acknowledged, ...tiles };
    const remoteFx = codecs.find((codec) => codec.is === "remoteFx");
    if (remoteFx !== undefined && commands.includes("streamSurfaceBits") && 0 < updateBytesMax) {
      return new SurfaceEncoder({ codec: "remoteFx", codecId: remoteFx.id, ...surface });
    }
    const nsCodec = codecs.find((codec) => codec.is === "nsCodec");
    if (nsCodec !== undefined && commands.includes("setSurfaceBits")) {
      return new SurfaceEncoder({ codec: "nsCodec", codecId: nsCodec.id, ...surface });
    }
  }
  return new BitmapEncoder({ ...output, ...names, depth });
}

/**
 * The second form alone: it takes a quarter fewer bytes, and FreeRDP 2 shows the first one in wrong colours. Clients of
 * version 10.0, which know only that one, have one colour for four pixels.
 */
function coloursOf({
  graphics,
  colours,
}: {
  readonly graphics: GraphicsFeatures | undefined;
  readonly colours?: "auto" | "half" | undefined;
}): { readonly colours?: ChromaForm } {
  return colours === "auto" && graphics?.avc444v2 === true ? { colours: "avc444v2" } : {};
}

/** What the client decompresses of that which we compress; whoever knows a later kind knows the earlier ones. */
function compressionOf({ info }: Capable): MppcType | undefined {
  if (!info.flags.includes("compression") || typeof info.compressionType !== "string") return undefined;
  return info.compressionType === "rdp4" ? "rdp4" : "rdp5";
}

/** How large an update the client puts together from fragments; 0: it takes none. */
export function updateBytesOf({ capabilities }: Capable): number {
  return findCapability(capabilities.sets, "multifragmentUpdateCapability")?.requestSizeMax ?? 0;
}
