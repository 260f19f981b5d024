import { decode, type Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { displayControlMessage } from "./displayControl/displayControl.ts";
import { parseMonitorLayout } from "./displayControl/monitorLayout.ts";
import { AcceptDynamicChannels } from "./dynamic/acceptDynamicChannels.ts";
import { ConnectDynamicChannels } from "./dynamic/connectDynamicChannels.ts";
import { clientDynamicMessage, serverDynamicMessage } from "./dynamic/dynamicMessages.ts";
import { graphicsCommands } from "./graphics/graphicsCommands.ts";
import { chooseGraphicsVersion } from "./graphics/graphicsVersion.ts";
import { ChannelReassembler } from "./static/channelReassembler.ts";

/** Takes any bytes and returns; whatever it throws is a bug. */
export type Oracle = (input: Uint8Array) => void;

/** What a peer's bytes meet in the channels, by name. */
export const channelOracles: Readonly<Record<string, Oracle>> = {
  channelChunks: (input) => {
    const reassembler = new ChannelReassembler();
    for (const part of inParts(input)) orDecodeError(() => reassembler.receive(part));
  },
  clientDynamicMessage: (input) => decoded(clientDynamicMessage, input),
  serverDynamicMessage: (input) => decoded(serverDynamicMessage, input),
  acceptDynamicChannels: (input) => {
    const channels = new AcceptDynamicChannels();
    channels.receive(Uint8Array.of(0x50, 0, 2, 0));
    channels.open("a");
    channels.receive(Uint8Array.of(0x10, 1, 0, 0, 0, 0));
    for (const part of inParts(input)) orDecodeError(() => channels.receive(part));
  },
  connectDynamicChannels: (input) => {
    const channels = new ConnectDynamicChannels(["a"]);
    for (const part of inParts(input)) orDecodeError(() => channels.receive(part));
  },
  graphicsCommands: (input) => {
    for (const command of decoded(graphicsCommands, input) ?? []) {
      if (command.is === "capsAdvertise") chooseGraphicsVersion(command.sets);
    }
  },
  displayControl: (input) => {
    const message = decoded(displayControlMessage, input);
    if (message?.is === "monitorLayoutRequest") parseMonitorLayout(message.monitors);
  },
};

function decoded<T>(codec: Codec<T>, input: Uint8Array): T | undefined {
  return orDecodeError(() => decode(codec, input));
}

function orDecodeError<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** The input as several messages: each starts with its length in one byte. */
function inParts(input: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += 1 + input[at]!) parts.push(input.subarray(at + 1, at + 1 + input[at]!));
  return parts;
}
