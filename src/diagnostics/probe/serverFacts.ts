import type { ConnectionConfirm } from "#protocol/framing/x224.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import type { Capable, Joined } from "#protocol/sequences/connect/connectState.ts";
import type { CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import type { DesktopRun } from "./desktopRun.ts";
import type { Fact } from "./probeReport.ts";

/** What the server says of itself and of what it can do, as far as the connection came. */
export function serverFacts(confirm: ConnectionConfirm | undefined, run: DesktopRun | undefined): readonly Fact[] {
  return [
    ...(confirm?.is === "negotiated" ? [negotiatedFact(confirm.flags)] : []),
    ...(run?.joined === undefined ? [] : joinedFacts(run.joined, run.offered)),
    ...(run === undefined || run.licensing.length === 0 ? [] : [licensingFact(run)]),
    ...(run?.capable === undefined ? [] : capableFacts(run.capable)),
    ...(run?.graphics === undefined ? [] : [graphicsFact(run.graphics)]),
  ];
}

function negotiatedFact(flags: readonly string[]): Fact {
  return list(
    "negotiationFlags",
    "Besides, it knows",
    flags.map((flag) => flagWords[flag] ?? flag),
  );
}

function joinedFacts(
  { server, channels, messageChannelId }: Joined,
  offered: readonly SecurityProtocol[],
): readonly Fact[] {
  const { version, clientRequestedProtocols, earlyCapabilityFlags = [] } = server.serverCore;
  const { encryptionLevel } = server.serverSecurity;
  return [
    { key: "protocolVersion", label: "Protocol version", value: `RDP ${word(version)}` },
    ...(clientRequestedProtocols === undefined ? [] : [requestFact(clientRequestedProtocols, offered)]),
    list("earlyCapabilities", "Early capabilities", earlyCapabilityFlags),
    { key: "encryption", label: "RDP's own encryption", value: word(encryptionLevel) },
    list(
      "channels",
      "Static channels",
      channels.map(({ name }) => name),
    ),
    { key: "messageChannel", label: "Message channel", value: messageChannelId !== undefined },
  ];
}

/** Whoever stands between may take the better ways out of what a client offers: the server says later what it saw. */
function requestFact(seen: readonly string[], offered: readonly SecurityProtocol[]): Fact {
  const isSame = seen.length === offered.length && offered.every((each) => seen.includes(each));
  const fact = list("requestSeen", "It saw us offer", seen);
  return isSame ? fact : { ...fact, warning: `we offered ${offered.join(", ")}: somebody in between has changed it` };
}

function licensingFact({ licensing, licensedAs }: DesktopRun): Fact {
  const label = "Licensing";
  const key = "licensing";
  if (licensedAs !== undefined) return { key, label, value: `it asks for a licence: ${licensedAs}` };
  if (licensing.includes("errorAlert")) return { key, label, value: "it needs none" };
  return { key, label, value: [...licensing] };
}

function capableFacts({ capabilities, size }: Capable): readonly Fact[] {
  const { from, sets } = capabilities;
  const known = sets.filter((set) => set.is !== "unknown").map((set) => set.is.replace(/Capability$/u, ""));
  const unknown = sets.flatMap((set) => (set.is === "unknown" ? [`0x${set.tag.toString(16)}`] : []));
  return [
    { key: "serverName", label: "It calls itself", value: from },
    { key: "desktopSize", label: "Desktop", value: `${size.width} by ${size.height}` },
    ...sets.flatMap(setFacts),
    list("capabilitySets", "Capability sets", [...known, ...unknown]),
  ];
}

function setFacts(set: CapabilitySet): readonly Fact[] {
  switch (set.is) {
    case "generalCapability":
      return [
        { key: "platform", label: "Platform", value: `${word(set.platform)}, ${word(set.platformDetail)}` },
        list("general", "General", set.extra),
      ];
    case "bitmapCapability":
      return [{ key: "colorDepth", label: "Colour depth", value: set.preferredBitsPerPixel }];
    case "orderCapability":
      return [{ key: "drawingOrders", label: "Drawing orders", value: set.support.length }];
    case "inputCapability":
      return [list("input", "Input", set.input)];
    case "surfaceCommandsCapability":
      return [list("surfaceCommands", "Surface commands", set.commands)];
    case "bitmapCodecsCapability":
      return [
        list(
          "codecs",
          "Codecs",
          set.codecs.map((codec) => (codec.is === "unknown" ? codec.guid : codec.is)),
        ),
      ];
    case "largePointerCapability":
      return [list("largePointers", "Large pointers", set.support)];
    case "multifragmentUpdateCapability":
      return [{ key: "updateBytes", label: "Largest update", value: `${set.requestSizeMax} bytes` }];
    default:
      return [];
  }
}

function graphicsFact({ version, flags }: NonNullable<DesktopRun["graphics"]>): Fact {
  return list("graphics", "Graphics pipeline", [`version ${word(version)}`, ...flags]);
}

function list(key: string, label: string, value: readonly string[]): Fact {
  return { key, label, value: [...value] };
}

function word(value: string | { readonly unknown: number }): string {
  return typeof value === "string" ? value : `0x${value.unknown.toString(16)}`;
}

const flagWords: Readonly<Record<string, string>> = {
  extendedClientData: "extended client data",
  graphicsPipeline: "graphics pipeline",
  restrictedAdmin: "Restricted Admin",
  redirectedAuthentication: "Remote Credential Guard",
};
