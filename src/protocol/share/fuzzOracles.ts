import { decode, encode, type Codec } from "#base/bytes/codec.ts";
import { readFastPathInput } from "./input/fastPathInput.ts";
import type { InputEvent } from "./input/inputEvent.ts";
import { channelMessage } from "./message/messageChannel.ts";
import { FastPathReceiver } from "./output/fastPathUpdate.ts";
import { OrderReader } from "./orders/orders.ts";
import { readSharePdus, sharePdu } from "./shareHeaders.ts";

/**
 * What must hold for any bytes: each throws DecodeError, or returns; anything else is a mistake of ours. What is read
 * is written and read again, and must be the same.
 */
export const shareOracles: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  sharePdus: (bytes) => {
    for (const pdu of readSharePdus(bytes)) if (pdu.message.is !== "flow") settles(sharePdu, pdu);
  },
  channelMessage: (bytes) => settles(channelMessage, decode(channelMessage, bytes)),
  fastPathInput: (bytes) => {
    const events: InputEvent[] = [];
    readFastPathInput(bytes, (event) => void events.push(event));
  },
  fastPathOutput: (bytes) => void new FastPathReceiver().receive(bytes),
  orders: (bytes) => void new OrderReader().read(bytes),
};

/** Writing settles after one round: what the first writing normalised, the second leaves alone. */
function settles<T>(codec: Codec<T>, value: T): void {
  const once = encode(codec, value);
  const twice = encode(codec, decode(codec, once));
  if (once.length !== twice.length || once.some((byte, index) => byte !== twice[index]))
    throw new Error("what was read is not what is written");
}
