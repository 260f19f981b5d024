import { hex } from "../../test/hex.ts";
import { surveyStructs, type SurveyedStruct } from "../vectors/survey.ts";

/**
 * Well-formed inputs for an oracle: the bytes that prove the message of its name, else those of all messages. An oracle
 * that takes several messages, each after its length in one byte, gets them so.
 */
export function seedsFor(oracle: string): readonly Uint8Array[] {
  surveyed ??= surveyStructs();
  const all = surveyed.flatMap((struct) => struct.vectors);
  const own = all.filter(({ struct }) => struct.toLowerCase() === oracle.toLowerCase());
  const bytes = (0 < own.length ? own : all).map(({ bytesHex }) => hex(bytesHex)).filter(({ length }) => length < 1024);
  return takesParts.has(oracle) ? inParts(bytes) : bytes;
}

/** Each with the next ones behind it. */
function inParts(messages: readonly Uint8Array[]): readonly Uint8Array[] {
  const parts = messages.filter(({ length }) => length < 256).map((part) => Uint8Array.of(part.length, ...part));
  return parts.map((_, index) => {
    const following = parts.slice(index, index + 4);
    return Uint8Array.from(following.flatMap((part) => [...part]));
  });
}

let surveyed: readonly SurveyedStruct[] | undefined;
const takesParts = new Set(["channelChunks", "acceptDynamicChannels", "connectDynamicChannels"]);
