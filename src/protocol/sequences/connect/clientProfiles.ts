import type { CapabilitySet } from "../../share/capabilities/capabilitySet.ts";
import type { BitmapCodec } from "../../share/capabilities/bitmapCodecs.ts";
import type { TimeZone } from "../../clientInfo/timeZone.ts";
import type { ClientProfile } from "./clientProfile.ts";

export type ClientProfileName =
  | "graphics pipeline"
  | "RemoteFX surface"
  | "NSCodec"
  | "drawing orders 32"
  | "drawing orders 16"
  | "planar 32"
  | "interleaved 24"
  | "interleaved 16"
  | "interleaved 15"
  | "interleaved 8";

/**
 * Clients of every kind, by the best way in which they can be shown pictures. Change what you need: `{ ...profile, size
 * }`.
 */
export const clientProfiles: Readonly<Record<ClientProfileName, ClientProfile>> = {
  "graphics pipeline": modern({
    earlyCapabilities: [...modernEarly(), "graphicsPipeline", "skipChannelJoin"],
    channels: [{ name: "drdynvc", options: ["initialized", "compressRdp"] }],
    capabilities: [...surfaceSets(["remoteFx", "nsCodec"])],
  }),
  "RemoteFX surface": modern({ capabilities: surfaceSets(["remoteFx"]) }),
  NSCodec: modern({ capabilities: surfaceSets(["nsCodec"]) }),
  "drawing orders 32": modern({ capabilities: drawingSets({ updateBytesMax: 0x3f0000 }) }),
  "drawing orders 16": { ...old(16), capabilities: drawingSets({ updateBytesMax: 0 }) },
  "planar 32": modern({ capabilities: plainSets({ updateBytesMax: 0x3f0000 }) }),
  "interleaved 24": old(24),
  "interleaved 16": old(16),
  "interleaved 15": old(15),
  "interleaved 8": old(8),
};

function modern(own: Partial<ClientProfile>): ClientProfile {
  return {
    name: "HOLDFAST-PROBE",
    version: "10.7",
    build: 2600,
    size: { width: 1024, height: 768 },
    monitors: [],
    colorDepth: 32,
    keyboardLayout: 0x0409,
    earlyCapabilities: modernEarly(),
    connectionType: "lan",
    scale: { desktop: 100, device: 100 },
    channels: [],
    messageChannel: true,
    wantsAdministration: false,
    performance: ["enableFontSmoothing"],
    timeZone: universalTime(),
    capabilities: [],
    ...own,
  };
}

/** As clients of the years before RemoteFX were: slow-path where they may, fragments of no update. */
function old(colorDepth: 8 | 15 | 16 | 24): ClientProfile {
  return modern({
    version: "5.0–8.1",
    colorDepth,
    earlyCapabilities: ["errorInfo"],
    connectionType: "none",
    scale: "none",
    messageChannel: false,
    performance: [],
    capabilities: plainSets({ updateBytesMax: 0 }),
  });
}

function modernEarly() {
  return [
    "errorInfo",
    "statusInfo",
    "relativeMouse",
    "validConnectionType",
    "networkAutoDetect",
    "dynamicTimeZone",
    "heartbeat",
  ] as const;
}

function surfaceSets(which: readonly ("remoteFx" | "nsCodec")[]): readonly CapabilitySet[] {
  return [
    ...plainSets({ updateBytesMax: 0x3f0000 }),
    { is: "surfaceCommandsCapability", commands: ["setSurfaceBits", "frameMarker", "streamSurfaceBits"] },
    { is: "bitmapCodecsCapability", codecs: which.map(codecOf) },
    { is: "frameAcknowledgeCapability", framesInFlightMax: 2 },
  ];
}

/** Copies, fills and bitmap caches of the second revision, as rdesktop has them. */
function drawingSets(options: { readonly updateBytesMax: number }): readonly CapabilitySet[] {
  return plainSets(options).map((set): CapabilitySet => {
    if (set.is === "orderCapability") return { ...set, support: ["patBlt", "scrBlt", "memBlt"] };
    if (set.is !== "bitmapCacheCapability") return set;
    const caches = [120, 120, 336].map((entries) => ({ entries, persistent: false }));
    return { is: "bitmapCacheRevision2Capability", cache: [], caches };
  });
}

/** What every client says; MS-RDPBCGR 1.5 asks for most of it. */
function plainSets({ updateBytesMax }: { readonly updateBytesMax: number }): readonly CapabilitySet[] {
  const fragments: readonly CapabilitySet[] =
    updateBytesMax === 0 ? [] : [{ is: "multifragmentUpdateCapability", requestSizeMax: updateBytesMax }];
  return [
    {
      is: "generalCapability",
      platform: "unix",
      platformDetail: "nativeXServer",
      extra: ["fastPathOutput", "longCredentials", "autoReconnect", "noBitmapCompressionHeader"],
      refreshRectangle: true,
      suppressOutput: true,
    },
    {
      is: "orderCapability",
      order: ["negotiate", "zeroBoundsDeltas", "colorIndex"],
      support: [],
      extra: [],
      desktopSaveSize: 0,
      textAnsiCodePage: 0,
    },
    {
      is: "bitmapCacheCapability",
      caches: [
        { entries: 0, cellSize: 0 },
        { entries: 0, cellSize: 0 },
        { entries: 0, cellSize: 0 },
      ],
    },
    { is: "pointerCapability", color: true, colorCacheSize: 20, cacheSize: 20 },
    {
      is: "inputCapability",
      input: ["scanCodes", "extendedMouse", "unicode", "fastPath", "fastPath2", "horizontalWheel"],
      keyboardLayout: 0x0409,
      keyboardType: 4,
      keyboardSubtype: 0,
      functionKeys: 12,
      imeFileName: "",
    },
    { is: "brushCapability", support: "solid" },
    {
      is: "glyphCacheCapability",
      caches: Array.from({ length: 10 }, () => ({ entries: 0, cellSize: 0 })),
      fragments: { entries: 0, cellSize: 0 },
      support: "none",
    },
    { is: "offscreenCacheCapability", supported: false, size: 0, entries: 0 },
    { is: "virtualChannelCapability", compression: [], chunkSize: 1600 },
    { is: "soundCapability", sound: [] },
    { is: "shareCapability", node: 0 },
    { is: "fontCapability", support: ["fontList"] },
    { is: "controlCapability" },
    { is: "windowActivationCapability" },
    ...fragments,
    { is: "largePointerCapability", support: ["upTo96"] },
  ];
}

/** The client gives the codecs their numbers; surface commands then name them so. */
function codecOf(name: "remoteFx" | "nsCodec"): BitmapCodec {
  if (name === "nsCodec") return { is: "nsCodec", id: 1, dynamicFidelity: true, subsampling: true, colorLossLevel: 3 };
  const modes = [
    { mode: [], entropy: "rlgr3" },
    { mode: ["image"], entropy: "rlgr3" },
  ] as const;
  return { is: "remoteFx", id: 3, support: { from: "client", wholeFrames: true, modes } };
}

function universalTime(): TimeZone {
  const never = { year: 0, month: 0, dayOfWeek: 0, day: 0, hour: 0, minute: 0, second: 0, milliseconds: 0 };
  return {
    bias: 0,
    standardName: "UTC",
    standardDate: never,
    standardBias: 0,
    daylightName: "UTC",
    daylightDate: never,
    daylightBias: 0,
  };
}
