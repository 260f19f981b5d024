import type { Reader } from "#base/bytes/reader.ts";
import { readFastPathInput } from "../share/input/fastPathInput.ts";
import type { InputEvent } from "../share/input/inputEvent.ts";
import { updateCodes } from "../share/output/fastPathUpdate.ts";
import { hidden, isCut, type TracedMessage, type TracePart } from "./tracedMessage.ts";

/** What lies in a fast-path message: input whose keys are secret, or output. */
export function fastPathParts(message: TracedMessage): readonly TracePart[] {
  const { bytes, direction } = message;
  const headerBytes = (bytes[1] ?? 0) < 0x80 ? 2 : 3;
  if (bytes.length < headerBytes || (bytes[0]! & 0x03) !== 0) return [hidden("malformed", bytes.subarray(1))];
  const body = bytes.subarray(headerBytes);
  if ((bytes[0]! & 0xc0) !== 0) return [hidden("Encrypted", body)];
  return direction === "fromClient" ? [inputPart(bytes, headerBytes)] : outputParts(body, message);
}

function inputPart(bytes: Uint8Array, framingBytes: number): TracePart {
  return { name: "FastPathInput", bytes, framingBytes, secrets: "declared", facts: {}, read: readInput };
}

function readInput(reader: Reader): unknown {
  const events: InputEvent[] = [];
  readFastPathInput(reader.bytes, (event) => events.push(event), reader.secrets);
  return { events };
}

/** One part for each update. Pictures are there to be looked at when they are whole; a piece of one is of no use. */
function outputParts(body: Uint8Array, message: TracedMessage): readonly TracePart[] {
  const secrets = isCut(message) ? "all" : "none";
  const parts: TracePart[] = [];
  for (let at = 0; at + updateHeaderBytes <= body.length;) {
    const header = body[at]!;
    const isCompressed = (header & 0x80) !== 0;
    // A byte of flags stands before the size.
    const dataAt = at + updateHeaderBytes + (isCompressed ? 1 : 0);
    const size = (body[dataAt - 2] ?? 0) | ((body[dataAt - 1] ?? 0) << 8);
    const facts = {
      update: words.get(header & 0x0f) ?? header & 0x0f,
      fragment: places[(header >>> 4) & 3],
      bytes: size,
      ...(isCompressed ? { compressed: true } : {}),
    };
    parts.push({ name: "FastPathUpdate", bytes: body.subarray(dataAt, dataAt + size), secrets, facts });
    at = dataAt + size;
  }
  return parts.length === 0 ? [hidden("FastPathUpdate", body)] : parts;
}

/** Header and size. */
const updateHeaderBytes = 3;
const words = new Map<number, string>(Object.entries(updateCodes).map(([word, code]) => [code, word]));
const places = ["single", "last", "first", "next"] as const;
