import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Pixels } from "#base/pixels.ts";
import type { TraceMessage } from "#base/trace/traceRecord.ts";
import { readSendData, type SendData } from "#protocol/framing/sendData.ts";
import { clientProfiles } from "#protocol/sequences/connect/clientProfiles.ts";
import { findCapability, type CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import { readSharePdus, type ShareMessage } from "#protocol/share/shareHeaders.ts";
import { Where } from "#protocol/trace/where.ts";
import { partsOf } from "#protocol/trace/partsOf.ts";
import { ClientChannels } from "../client/clientChannels.ts";
import { ClientScreen } from "../client/clientScreen.ts";
import { joinedNote, tracedMessage, type RecordedStream } from "./recordedStreams.ts";

/** What can be seen of a recorded connection. */
export type PicturesReply =
  | { readonly is: "shown"; readonly frames: number; readonly written: number; readonly undecoded: readonly string[] }
  /** A sentence. */
  | { readonly is: "notShown"; readonly why: string };

/**
 * Draws what the client had on its screen, and hands out the picture of each frame (`show`; lent). Plain bitmaps have
 * no frames: of them one is handed out before the client's next message.
 */
export function replayScreen(stream: RecordedStream, show: (pixels: Pixels, at: number) => void): PicturesReply {
  const problem = whyNoPictures(stream);
  if (problem !== undefined) return { is: "notShown", why: problem };
  const screen = new ReplayedScreen(stream, show);
  try {
    for (const record of stream.records) {
      if (record.what.is === "message") screen.receive(record.what, record.at);
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { is: "notShown", why: `a picture in it cannot be read: ${error.message}` };
  }
  return screen.end();
}

function whyNoPictures({ records, process }: RecordedStream): string | undefined {
  const messages = records.flatMap(({ what }) => (what.is === "message" ? [what] : []));
  const first = messages[0];
  if (first === undefined || !["awaitingNegotiation", "awaitingConfirm"].includes(first.step))
    return `the record of ${process.kind} ${process.id} does not begin with its connection`;
  if (records.some(({ what }) => what.is === "note" && what.name === "lost"))
    return "a part of it was overwritten before it was collected";
  const isCut = messages.some(({ bytes, length }) => bytes.length < length);
  if (isCut) return "it was taken without pictures, or they were added on the way: holdfast trace start --pictures";
  return undefined;
}

class ReplayedScreen {
  readonly #stream: RecordedStream;
  readonly #show: (pixels: Pixels, at: number) => void;
  readonly #where = new Where();
  readonly #channels: ClientChannels;
  #screen: ClientScreen;
  /** The client has said what it can. */
  #isToldOf = false;
  #at = 0;
  #frames = 0;
  /** Drawn to since the last picture that was handed out. */
  #isChanged = false;

  constructor(stream: RecordedStream, show: (pixels: Pixels, at: number) => void) {
    this.#stream = stream;
    this.#show = show;
    this.#screen = this.#newScreen([]);
    this.#channels = new ClientChannels({
      sendChunk: () => {},
      message: () => {},
      apply: (command) => this.#screen.applyGraphics(command),
      present: () => this.#screen.presentGraphics(),
      frameEnded: () => this.#frameEnded(),
    });
    const joined = stream.records.map(joinedNote).find((known) => known !== undefined);
    if (joined !== undefined) this.#where.know(joined);
  }

  receive(message: TraceMessage, at: number): void {
    const traced = tracedMessage(this.#stream.process, message);
    partsOf(traced, this.#where);
    if (traced.direction === "fromClient") {
      this.#frameEnded();
      return this.#receiveFromClient(message);
    }
    this.#at = at;
    if (message.form === "fastPath") return this.#screen.receiveFastPath(message.bytes);
    const sent = message.form === "tpkt" ? sendDataOf(message.bytes) : undefined;
    if (sent === undefined) return;
    const name = this.#where.staticName(sent.channelId);
    if (name !== undefined) return this.#channels.receive({ name, id: sent.channelId }, sent.data);
    if (sent.channelId === this.#where.ioChannelId) this.#receiveShare(sent.data);
  }

  end(): PicturesReply {
    this.#frameEnded();
    return { is: "shown", frames: this.#frames, written: 0, undecoded: [...this.#screen.undecoded.keys()] };
  }

  /** Which codecs its numbers mean is in what the client said of itself. */
  #receiveFromClient({ form, bytes }: TraceMessage): void {
    const sent = form === "tpkt" ? sendDataOf(bytes) : undefined;
    if (sent === undefined || sent.channelId !== this.#where.ioChannelId || isSecured(sent.data)) return;
    for (const { message } of readSharePdus(sent.data)) {
      // What was drawn and kept stays when the share is taken up again.
      if (message.is !== "confirmActive" || this.#isToldOf) continue;
      this.#isToldOf = true;
      const { size } = this.#screen;
      this.#screen = this.#newScreen(message.capabilities.sets);
      this.#screen.activate(size);
    }
  }

  #receiveShare(data: Uint8Array): void {
    if (isSecured(data)) return;
    for (const { message } of readSharePdus(data)) this.#receiveMessage(message);
  }

  #receiveMessage(message: ShareMessage): void {
    if (message.is === "demandActive") {
      const bitmap = findCapability(message.capabilities.sets, "bitmapCapability");
      if (bitmap !== undefined) this.#screen.activate({ width: bitmap.desktopWidth, height: bitmap.desktopHeight });
    }
    if (message.is === "data" && message.pdu.is === "graphicsUpdate") this.#screen.receiveUpdate(message.pdu.update);
  }

  #newScreen(capabilities: readonly CapabilitySet[]): ClientScreen {
    const profile = { ...clientProfiles["graphics pipeline"], capabilities };
    const owner = {
      updated: () => void (this.#isChanged = true),
      pointerChanged: () => {},
      acknowledge: () => this.#frameEnded(),
    };
    return new ClientScreen(owner, { profile, decoded: true });
  }

  #frameEnded(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#frames++;
    this.#show(this.#screen.pixels, this.#at);
  }
}

function sendDataOf(message: Uint8Array): SendData | undefined {
  return (message[5] ?? 0) === 0xf0 ? readSendData(message) : undefined;
}

/** A security header has zeros where a share PDU has its type. */
function isSecured(data: Uint8Array): boolean {
  return data[2] === 0 && data[3] === 0;
}
