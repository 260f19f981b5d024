import type { RejectableCodec } from "#base/rejectableCodec.ts";
import type { GraphicsCapabilityFlag, GraphicsCapabilitySet, KnownGraphicsVersion } from "./capabilitySet.ts";

/** What may be sent to a client after a version was chosen. */
export interface GraphicsFeatures {
  /** H.264 in YUV420. */
  readonly avc420: boolean;
  /** H.264 in YUV444, first form. */
  readonly avc444: boolean;
  /** H.264 in YUV444, second form. */
  readonly avc444v2: boolean;
  /** The client would rather have H.264 than anything else. */
  readonly avcPreferred: boolean;
  /** Progressive RemoteFX; where not, plain RemoteFX in wireToSurface1 takes its place. */
  readonly progressive: boolean;
  /** False: no ClearCodec, which every client ought to know; planar takes its place. */
  readonly clearCodec?: false;
  /** mapSurfaceToScaledOutput. */
  readonly scaledOutput: boolean;
  /** The client's bitmap cache: slots 1 … this. MS-RDPEGFX 3.3.1.4 */
  readonly cacheSlots: number;
  /** What the cache may hold, four bytes a pixel. MS-RDPEGFX 3.3.1.4 */
  readonly cacheBytes: number;
}

export interface ChosenGraphics {
  /** To be confirmed with these flags. */
  readonly version: KnownGraphicsVersion;
  readonly flags: readonly GraphicsCapabilityFlag[];
  readonly features: GraphicsFeatures;
}

/**
 * The newest version that the client offers and we know; undefined when there is none, and the channel is of no use.
 * `avcOffered: false`: H.264 is not to be used although the client could. MS-RDPEGFX 3.3.5.18, 3.2.5.18
 */
export function chooseGraphicsVersion(
  advertised: readonly GraphicsCapabilitySet[],
  options: { readonly avcOffered?: boolean } = {},
): ChosenGraphics | undefined {
  for (const version of versionsBestFirst) {
    const set = advertised.find((each) => each.version === version);
    if (set === undefined) continue;
    const features = featuresOf(version, set.flags);
    return { version, flags: set.flags, features: options.avcOffered === false ? withoutAvc(features) : features };
  }
  return undefined;
}

/** What may be sent to a client that has shown that it cannot take these. */
export function withoutRejected(features: GraphicsFeatures, rejected: readonly RejectableCodec[]): GraphicsFeatures {
  const takes = (codec: RejectableCodec): boolean => !rejected.includes(codec);
  // Every kind of H.264 is made of pictures of the first.
  const known = takes("avc420") ? features : withoutAvc(features);
  return {
    ...known,
    avc444: known.avc444 && takes("avc444"),
    avc444v2: known.avc444v2 && takes("avc444"),
    progressive: known.progressive && takes("progressive"),
    ...(takes("clearCodec") ? {} : { clearCodec: false as const }),
  };
}

function featuresOf(version: KnownGraphicsVersion, flags: readonly GraphicsCapabilityFlag[]): GraphicsFeatures {
  const age = versionsBestFirst.indexOf(version);
  const since = (first: KnownGraphicsVersion): boolean => age <= versionsBestFirst.indexOf(first);
  const has = (flag: GraphicsCapabilityFlag): boolean => flags.includes(flag);
  const avc = since("10.0") && !has("avcDisabled");
  const thin = !since("10.0") && has("thinClient");
  // Choosing 10.3 means a small cache without a flag for it. MS-RDPEGFX 2.2.3.6
  const small = thin || has("smallCache") || version === "10.3";
  return {
    avc420: avc || (version === "8.1" && has("avc420Enabled")),
    avc444: avc,
    avc444v2: avc && since("10.1"),
    avcPreferred: avc && has("avcThinClient"),
    progressive: !thin,
    scaledOutput: since("10.5") && !has("scaledMapDisabled"),
    cacheSlots: small ? 4096 : 25600,
    cacheBytes: (small ? 16 : 100) << 20,
  };
}

function withoutAvc(features: GraphicsFeatures): GraphicsFeatures {
  return { ...features, avc420: false, avc444: false, avc444v2: false, avcPreferred: false };
}

const versionsBestFirst: readonly KnownGraphicsVersion[] = [
  "10.7",
  "10.6",
  "10.6 erratum",
  "10.5",
  "10.4",
  "10.3",
  "10.2",
  "10.1",
  "10.0",
  "8.1",
  "8.0",
];
