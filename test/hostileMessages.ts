import type { WireMessage } from "#protocol/framing/messageSplitter.ts";
import { tpkt } from "#protocol/framing/tpkt.ts";
import { x224DataMessage } from "#protocol/framing/x224.ts";

/** The message with one to three of its bytes changed, behind the TPKT or fast-path header. */
export function mutated(message: WireMessage, random: () => number): WireMessage {
  const bytes = Uint8Array.from(message.bytes);
  const headerBytes = message.bytes.length - message.payload.length;
  for (let count = 1 + Math.floor(random() * 3); 0 < count; count--) {
    bytes[headerBytes + Math.floor(random() * message.payload.length)] = Math.floor(random() * 256);
  }
  return { is: message.is, bytes, payload: bytes.subarray(headerBytes) };
}

/** `count` messages of up to 60 random bytes: fast-path, TPKT, and X.224 data. */
export function garbage(count: number, random: () => number): readonly WireMessage[] {
  return Array.from({ length: count }, () => {
    const payload = Uint8Array.from({ length: Math.floor(random() * 60) }, () => random() * 256);
    if (random() < 0.3) return { is: "fastPath", bytes: Uint8Array.of(0, payload.length + 2, ...payload), payload };
    const bytes = tpkt(random() < 0.5 ? payload : x224DataMessage(payload));
    return { is: "tpkt", bytes, payload: bytes.subarray(4) };
  });
}
