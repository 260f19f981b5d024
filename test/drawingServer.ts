import { encode } from "#base/bytes/codec.ts";
import type { Pixels } from "#base/pixels.ts";
import { ZgfxCompressor } from "#codecs/zgfx/compressor.ts";
import { graphicsChannelName } from "#protocol/channels/channelNames.ts";
import { graphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { MiniServerOptions } from "./miniServer.ts";
import { planarFrame } from "./planarFrame.ts";

/** Options of a server of the tests' own that shows every client one picture by RDPGFX. */
export function drawingServer(options: MiniServerOptions, picture: Pixels): MiniServerOptions {
  return {
    ...options,
    dynamicChannels: [graphicsChannelName],
    onDynamic: (client, event) => {
      if (event.is !== "message" || event.message[0] !== 0x12) return;
      const zgfx = new ZgfxCompressor();
      const confirm = encode(graphicsCommand, { is: "capsConfirm", set: { version: "10.6", flags: ["avcDisabled"] } });
      client.sendDynamic(graphicsChannelName, zgfx.compress(confirm));
      client.sendDynamic(graphicsChannelName, zgfx.compress(planarFrame(picture)));
    },
  };
}
