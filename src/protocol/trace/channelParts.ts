import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { displayControlChannelName, dynamicChannelsName, graphicsChannelName } from "../channels/channelNames.ts";
import { dynamicCommands, readVariable } from "../channels/dynamic/dynamicHeader.ts";
import { clientDynamicMessage, serverDynamicMessage } from "../channels/dynamic/dynamicMessages.ts";
import { channelHeaderBytes } from "../channels/static/channelHeader.ts";
import { hidden, type TracedMessage, type TracePart } from "./tracedMessage.ts";
import type { Where } from "./where.ts";

export interface ChannelData {
  readonly channelId: number;
  /** One chunk, header included. */
  readonly data: Uint8Array;
  readonly direction: TracedMessage["direction"];
  /** The end of the message was not kept. */
  readonly isCut: boolean;
}

/**
 * What lies on a static channel. Of all but the dynamic channels only the size is told: clipboards, files and sound are
 * secrets. Of the dynamic ones graphics and display control may be seen.
 */
export function channelParts(chunk: ChannelData, where: Where): readonly TracePart[] {
  const { channelId, data } = chunk;
  const name = where.staticName(channelId);
  const channel = name ?? `channel ${channelId}`;
  if (data.length < channelHeaderBytes) return [hidden("malformed", data, { channel })];
  const reader = new Reader(data);
  const length = reader.u32le();
  const flags = reader.u32le();
  const content = data.subarray(channelHeaderBytes);
  const isWhole = (flags & wholeFlags) === wholeFlags && (chunk.isCut || length === content.length);
  if (name !== dynamicChannelsName || !isWhole || content.length === 0)
    return [hidden("ChannelChunk", content, { channel, length })];
  return [dynamicPart(content, chunk, where)];
}

function dynamicPart(bytes: Uint8Array, chunk: ChannelData, where: Where): TracePart {
  const command = bytes[0]! >>> 4;
  try {
    switch (command) {
      case dynamicCommands.dataFirst:
      case dynamicCommands.data:
        return dataPart(bytes, { isFirst: command === dynamicCommands.dataFirst, isCut: chunk.isCut }, where);
      case dynamicCommands.dataFirstCompressed:
      case dynamicCommands.dataCompressed:
        return hidden("DynamicDataCompressed", bytes.subarray(1));
      default:
        return controlPart(bytes, chunk.direction, where);
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return hidden("malformed", bytes.subarray(1), { channel: dynamicChannelsName, problem: error.message });
  }
}

/** What opens and closes channels has no secrets. */
function controlPart(bytes: Uint8Array, direction: TracedMessage["direction"], where: Where): TracePart {
  const declared = direction === "fromClient" ? clientDynamicMessage : serverDynamicMessage;
  const message = declared.read(new Reader(bytes));
  if (message.is === "createRequest") where.openDynamic(message.channelId, message.name);
  if (message.is === "close" && direction === "fromClient") where.closeDynamic(message.channelId);
  const name = `Dynamic${message.is.slice(0, 1).toUpperCase()}${message.is.slice(1)}`;
  return { name, bytes, secrets: "declared", facts: {}, read: (reader) => declared.read(reader) };
}

function dataPart(
  bytes: Uint8Array,
  { isFirst, isCut }: { readonly isFirst: boolean; readonly isCut: boolean },
  where: Where,
): TracePart {
  const reader = new Reader(bytes);
  const header = reader.u8();
  const id = readVariable(reader, header & 3);
  const length = isFirst ? readVariable(reader, (header >>> 2) & 3) : undefined;
  const data = reader.rest();
  const channel = where.dynamicName(id);
  const name = isFirst ? "DynamicDataFirst" : "DynamicData";
  const facts = { channel: channel ?? `dynamic channel ${id}`, ...(length === undefined ? {} : { length }) };
  if (channel === undefined || !openNames.includes(channel) || isCut) return hidden(name, data, facts);
  return {
    name,
    bytes: data,
    secrets: "none",
    facts: { ...facts, bytes: data.length },
    piece: { channel, length, data },
  };
}

/** First and last chunk of its message. */
const wholeFlags = 0x03;
const openNames: readonly string[] = [graphicsChannelName, displayControlChannelName];
