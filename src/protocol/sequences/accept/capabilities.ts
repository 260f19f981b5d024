import type { Size } from "#base/geometry.ts";
import { decode } from "#base/bytes/codec.ts";
import { limits } from "#base/limits.ts";
import { domainPdu } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { readSendData } from "../../framing/sendData.ts";
import { readX224Data } from "../../framing/x224.ts";
import { requestedColorDepth } from "../../gcc/clientCore.ts";
import type { CapabilitySet } from "../../share/capabilities/capabilitySet.ts";
import { readSharePdus } from "../../share/shareHeaders.ts";
import { refuse, step, type AcceptStep, type Introduced } from "./acceptState.ts";
import { finalize } from "./finalization.ts";
import { receiveBesideShare } from "./live.ts";
import { serverChannelId, shareControlBytes, shareId } from "./outgoing.ts";

/** MS-RDPBCGR 3.3.5.3.13.1: Demand Active, a whole message. */
export function demandActiveBytes(introduced: Introduced, size: Size): Uint8Array {
  const capabilities = { from: "RDP", sets: serverSets(introduced, size) };
  return shareControlBytes(introduced, { is: "demandActive", shareId, capabilities });
}

/**
 * MS-RDPBCGR 3.3.5.3.13.2. What else arrives until then was sent before the client saw our Demand Active: input is
 * dropped, since it speaks of a desktop that is gone.
 */
export function receiveConfirmActive(
  state: { readonly at: "awaitingConfirmActive"; readonly introduced: Introduced; readonly size: Size },
  message: WireMessage,
): AcceptStep {
  if (message.is === "fastPath") return step(state);
  const sent = readSendData(message.bytes);
  if (sent === undefined) {
    const pdu = decode(domainPdu, readX224Data(message.payload));
    if (pdu.is !== "disconnectProviderUltimatum") return refuse({ code: "HF-WIRE-06", step: state.at, got: pdu.is });
    return step({ at: "ended" }, { do: "clientLeft", how: String(pdu.reason) });
  }
  if (sent.channelId !== state.introduced.ioChannelId)
    return step(state, ...receiveBesideShare(state.introduced, sent));
  const messages = readSharePdus(sent.data).map((pdu) => pdu.message);
  const at = messages.findIndex((pdu) => pdu.is === "confirmActive");
  const confirm = messages[at];
  if (confirm?.is !== "confirmActive") return step(state);
  const capable = { ...state.introduced, capabilities: confirm.capabilities, size: state.size };
  return finalize(
    capable,
    messages.slice(at + 1).flatMap((pdu) => (pdu.is === "data" ? [pdu.pdu] : [])),
  );
}

/** The depth that the client gets, in bits per pixel: what it asked for; 4 is not spoken. */
export function sessionDepth({ client }: Introduced): 8 | 15 | 16 | 24 | 32 {
  const asked = requestedColorDepth(client.clientCore);
  return asked === 4 ? 8 : asked;
}

function serverSets(introduced: Introduced, { width, height }: Size): readonly CapabilitySet[] {
  return [
    { is: "shareCapability", node: serverChannelId },
    {
      is: "generalCapability",
      platform: "windows",
      platformDetail: "windowsNt",
      extra: ["fastPathOutput", "longCredentials", "autoReconnect", "noBitmapCompressionHeader"],
      refreshRectangle: true,
      suppressOutput: true,
    },
    {
      is: "bitmapCapability",
      preferredBitsPerPixel: sessionDepth(introduced),
      desktopWidth: width,
      desktopHeight: height,
      desktopResize: true,
      drawing: ["dynamicColorFidelity", "colorSubsampling", "skipAlpha"],
    },
    { is: "fontCapability", support: ["fontList"] },
    {
      is: "orderCapability",
      order: ["negotiate", "zeroBoundsDeltas", "colorIndex"],
      // Clients say no more than what we have said.
      support: ["patBlt", "scrBlt", "memBlt"],
      extra: [],
      desktopSaveSize: 0,
      textAnsiCodePage: 0,
    },
    { is: "bitmapCacheHostSupportCapability" },
    { is: "colorTableCacheCapability", entries: 6 },
    { is: "pointerCapability", color: true, colorCacheSize: pointerCells, cacheSize: pointerCells },
    {
      is: "inputCapability",
      input: ["scanCodes", "extendedMouse", "unicode", "fastPath", "fastPath2", "relativeMouse", "horizontalWheel"],
      keyboardLayout: 0,
      keyboardType: 0,
      keyboardSubtype: 0,
      functionKeys: 0,
      imeFileName: "",
    },
    { is: "virtualChannelCapability", compression: [], chunkSize: 1600 },
    { is: "multifragmentUpdateCapability", requestSizeMax: limits.updateBytes },
    { is: "largePointerCapability", support: ["upTo96", "upTo384"] },
    { is: "surfaceCommandsCapability", commands: ["setSurfaceBits", "frameMarker", "streamSurfaceBits"] },
    {
      is: "bitmapCodecsCapability",
      codecs: [
        { is: "nsCodec", id: 0, dynamicFidelity: true, subsampling: true, colorLossLevel: 3 },
        { is: "remoteFx", id: 0, support: { from: "server" } },
      ],
    },
    { is: "frameAcknowledgeCapability", framesInFlightMax: 0 },
  ];
}

/** How many pointer shapes the client keeps for us at most; it may say less. */
const pointerCells = 25;
