import { Reader } from "#base/bytes/reader.ts";
import { encode } from "#base/bytes/codec.ts";
import { cover, type Size } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import { clientInfo } from "../../clientInfo/clientInfo.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { securityHeader } from "../../framing/securityHeader.ts";
import { readSendData } from "../../framing/sendData.ts";
import type { ClientBlocks } from "../../gcc/clientBlocks.ts";
import { licensingMessage, validClient } from "../../licensing/licensing.ts";
import { refuse, step, type AcceptStep, type Joined } from "./acceptState.ts";
import { demandActiveBytes } from "./capabilities.ts";
import { secureBytes } from "./outgoing.ts";

/**
 * MS-RDPBCGR 3.3.5.3.11 and 3.3.5.3.12: who the client says it is. Then, without waiting: a valid licence (3.3.5.4),
 * and what this side can do.
 */
export function receiveClientInfo(joined: Joined, message: WireMessage): AcceptStep {
  const sent = message.is === "tpkt" ? readSendData(message.bytes) : undefined;
  if (sent === undefined) return refuse({ code: "HF-WIRE-06", step: "awaitingClientInfo", got: message.is });
  const reader = new Reader(sent.data);
  const { flags } = securityHeader.read(reader);
  // Answers to measurements may come first.
  if (!flags.includes("info")) return step({ at: "awaitingClientInfo", joined });
  const introduced = { ...joined, info: clientInfo.read(reader) };
  const size = firstSize(requestedSize(joined.client));
  const licence = encode(licensingMessage, validClient);
  return step(
    { at: "awaitingConfirmActive", introduced, size },
    { do: "send", bytes: secureBytes(joined, ["license", "licenseEncrypt"], licence) },
    { do: "send", bytes: demandActiveBytes(introduced, size) },
  );
}

/** The desktop that the client wants: around all its monitors, where it names them. MS-RDPBCGR 2.2.1.3.2, 2.2.1.3.6 */
export function requestedSize({ clientCore, clientMonitors }: ClientBlocks): Size {
  const [first, ...others] = (clientMonitors?.monitors ?? []).map(({ left, top, right, bottom }) => ({
    x: left,
    y: top,
    width: right - left + 1,
    height: bottom - top + 1,
  }));
  const asked =
    first === undefined
      ? { width: clientCore.desktopWidth, height: clientCore.desktopHeight }
      : others.reduce(cover, first);
  return {
    width: Math.min(Math.max(asked.width, smallest), limits.desktopWidth),
    height: Math.min(Math.max(asked.height, smallest), limits.desktopHeight),
  };
}

/**
 * The size before the sign-in: what a stranger asks for must not cost the host half a gigabyte. The session takes all
 * of it.
 */
export function firstSize({ width, height }: Size): Size {
  return width * height <= limits.strangersPixels
    ? { width, height }
    : { width: Math.min(width, limits.strangersWidth), height: Math.min(height, limits.strangersHeight) };
}

/** MS-RDPBCGR 2.2.7.1.2: no client shows less. */
const smallest = 200;
