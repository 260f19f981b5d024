import type { Rectangle, Size } from "#base/geometry.ts";
import type { ClientBlocks, ChannelDefinition } from "../../gcc/clientBlocks.ts";
import type { ClientCore, EarlyCapability } from "../../gcc/clientCore.ts";
import type { PerformanceFlag } from "../../clientInfo/extendedClientInfo.ts";
import type { TimeZone } from "../../clientInfo/timeZone.ts";
import type { CapabilitySet } from "../../share/capabilities/capabilitySet.ts";
import type { Negotiated } from "./connectState.ts";

/** What a client is and what it can do: everything that it tells of itself but who signs in. */
export interface ClientProfile {
  /** At most 15 characters. */
  readonly name: string;
  readonly version: ClientCore["version"];
  readonly build: number;
  /** Wanted, in pixels; 200 … 8192 each. */
  readonly size: Size;
  /** Several monitors: the primary one at 0,0. Empty: one, of `size`. */
  readonly monitors: readonly (Rectangle & { readonly primary: boolean })[];
  /** In bits per pixel; 32 needs "want32Bits", which is added. */
  readonly colorDepth: 8 | 15 | 16 | 24 | 32;
  /** A Windows keyboard layout, as 0x0409. */
  readonly keyboardLayout: number;
  readonly earlyCapabilities: readonly EarlyCapability[];
  /** Counts beside "validConnectionType". */
  readonly connectionType: NonNullable<ClientCore["connectionType"]>;
  /** In per cent; "none" leaves the fields out. */
  readonly scale: { readonly desktop: number; readonly device: number } | "none";
  /** Static channels. */
  readonly channels: readonly ChannelDefinition[];
  /** Whether the message channel is asked for (measurements, heartbeat). */
  readonly messageChannel: boolean;
  /** The session of the console (`mstsc /admin`). */
  readonly wantsAdministration: boolean;
  readonly performance: readonly PerformanceFlag[];
  readonly timeZone: TimeZone;
  /** For Confirm Active; the bitmap set is added, since its size is the server's. */
  readonly capabilities: readonly CapabilitySet[];
}

/** What the profile says in the conference request. MS-RDPBCGR 2.2.1.3. */
export function clientBlocksOf(profile: ClientProfile, { chosen, flags }: Negotiated): ClientBlocks {
  const { channels, monitors } = profile;
  // The extended blocks are for servers that say they know them.
  const extended = flags.includes("extendedClientData");
  return {
    clientCore: clientCoreOf(profile, chosen),
    clientCluster: {
      redirection: {
        flags: profile.wantsAdministration ? ["supported", "redirectedSessionIdValid"] : ["supported"],
        version: 5,
      },
      redirectedSessionId: 0,
    },
    clientSecurity: { encryptionMethods: [], extendedEncryptionMethods: [] },
    ...(channels.length === 0 ? {} : { clientNetwork: { channels } }),
    ...(extended && 0 < monitors.length ? { clientMonitors: { monitors: monitors.map(monitorDefinitionOf) } } : {}),
    ...(extended && profile.messageChannel ? { clientMessageChannel: {} } : {}),
  };
}

/** All capability sets, for a desktop of this size. MS-RDPBCGR 2.2.1.13.2 */
export function capabilitySetsOf(profile: ClientProfile, size: Size): readonly CapabilitySet[] {
  const bitmap: CapabilitySet = {
    is: "bitmapCapability",
    preferredBitsPerPixel: profile.colorDepth,
    desktopWidth: size.width,
    desktopHeight: size.height,
    desktopResize: true,
    drawing: ["dynamicColorFidelity", "colorSubsampling", "skipAlpha"],
  };
  return [bitmap, ...profile.capabilities];
}

function clientCoreOf(profile: ClientProfile, chosen: Negotiated["chosen"]): ClientCore {
  const { size, colorDepth, scale } = profile;
  const wide: readonly EarlyCapability[] = colorDepth === 32 ? ["want32Bits"] : [];
  const core: ClientCore = {
    version: profile.version,
    desktopWidth: size.width,
    desktopHeight: size.height,
    colorDepth: "bits8",
    keyboardLayout: profile.keyboardLayout,
    clientBuild: profile.build,
    clientName: profile.name,
    keyboardType: 4,
    keyboardSubType: 0,
    keyboardFunctionKeys: 12,
    inputMethodFile: "",
    postBeta2ColorDepth: "bits8",
    clientProductId: 1,
    serialNumber: 0,
    highColorDepth: Math.min(colorDepth, 24),
    supportedColorDepths: ["bits24", "bits16", "bits15", ...(colorDepth === 32 ? (["bits32"] as const) : [])],
    earlyCapabilityFlags: [...new Set([...wide, ...profile.earlyCapabilities])],
    clientDigitalProductId: "",
    connectionType: profile.connectionType,
    serverSelectedProtocol: chosen,
  };
  if (scale === "none") return core;
  return {
    ...core,
    desktopPhysicalWidth: 0,
    desktopPhysicalHeight: 0,
    desktopOrientation: 0,
    desktopScaleFactor: scale.desktop,
    deviceScaleFactor: scale.device,
  };
}

function monitorDefinitionOf(monitor: ClientProfile["monitors"][number]) {
  const { x, y, width, height, primary } = monitor;
  const flags = primary ? (["primary"] as const) : [];
  return { left: x, top: y, right: x + width - 1, bottom: y + height - 1, flags };
}
