import { seconds } from "./units.ts";

/** Every named limit of the product, by the room that it belongs to. Lengths in bytes, counts in items, unless the name says else. */
export const limits = {
  /** One TPKT or fast-path message from a client: 15 bits of length, and MCS adds nothing on top. */
  wireMessageBytes: 0x7fff,
  /** A cookie or routing token in the X.224 request. */
  routingTokenBytes: 1024,
  monitors: 16,
  staticChannels: 31,
  /** A whole static-channel message after reassembly. */
  channelMessageBytes: 16 << 20,
  dynamicChannels: 256,
  desktopWidth: 8192,
  desktopHeight: 8192,
  /** The client's silence in one step before sign-in. */
  handshakeStep: seconds(15),
} as const;
