import { channelChunkBytesDefault, channelHeaderBytes } from "./channelHeader.ts";

export interface SplitOptions {
  /** The largest piece of the message in one chunk; 1600 unless negotiated. */
  readonly chunkBytes?: number;
  /** Set for channels whose client asked for it (CHANNEL_OPTION_SHOW_PROTOCOL). */
  readonly showProtocol?: boolean;
}

/**
 * The chunks of a message, each given with its header; an empty message is one chunk. MS-RDPBCGR 3.1.5.2.1
 * Each byte of the message is copied once.
 */
export function splitChannelMessage(message: Uint8Array, options: SplitOptions = {}): Uint8Array[] {
  const chunkBytes = options.chunkBytes ?? channelChunkBytesDefault;
  if (!(0 < chunkBytes)) throw new RangeError(`no chunk size: ${chunkBytes}`);
  const chunks: Uint8Array[] = [];
  let from = 0;
  do {
    const to = Math.min(from + chunkBytes, message.length);
    const chunk = new Uint8Array(channelHeaderBytes + to - from);
    const place = { first: from === 0, last: to === message.length };
    writeChannelHeader(chunk, 0, message.length, channelFlags(place, options));
    chunk.set(message.subarray(from, to), channelHeaderBytes);
    chunks.push(chunk);
    from = to;
  } while (from < message.length);
  return chunks;
}

/** The flags field of a chunk at its place, for those who write headers into a buffer of their own. */
export function channelFlags(
  place: { readonly first: boolean; readonly last: boolean },
  options: { readonly showProtocol?: boolean } = {},
): number {
  return (place.first ? 0x01 : 0) | (place.last ? 0x02 : 0) | (options.showProtocol === true ? 0x10 : 0);
}

/** Writes the eight bytes of CHANNEL_PDU_HEADER at `at`. */
export function writeChannelHeader(target: Uint8Array, at: number, messageBytes: number, flags: number): void {
  target[at] = messageBytes;
  target[at + 1] = messageBytes >>> 8;
  target[at + 2] = messageBytes >>> 16;
  target[at + 3] = messageBytes >>> 24;
  target[at + 4] = flags;
  target[at + 5] = flags >>> 8;
  target[at + 6] = flags >>> 16;
  target[at + 7] = flags >>> 24;
}
