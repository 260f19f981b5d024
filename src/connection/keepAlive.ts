import { decode } from "#base/bytes/codec.ts";
import { between, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { messageChannelBytes } from "#protocol/sequences/accept/outgoing.ts";
import { channelMessage } from "#protocol/share/message/messageChannel.ts";

/**
 * Notices a client that has vanished: asks for the round trip where the client can answer, and beats for those that
 * listen.
 */
export class KeepAlive {
  readonly #capable: Capable;
  readonly #write: (pieces: readonly Uint8Array[]) => void;
  readonly #vanished: () => void;
  readonly #now: () => Instant;
  readonly #limit: Milliseconds;
  readonly #timer: NodeJS.Timeout | undefined;
  #lastHeard: Instant;
  #asked: { readonly sequence: number; readonly at: Instant } | undefined;
  #sequence = 0;
  #roundTrip: Milliseconds | undefined;

  constructor(options: {
    readonly capable: Capable;
    /** How soon a vanished client is to be noticed; 0: only when the network says so. */
    readonly seconds: number;
    readonly write: (pieces: readonly Uint8Array[]) => void;
    /** Nothing was heard for as long as the limit says, though an answer was due. */
    readonly vanished: () => void;
    readonly now: () => Instant;
  }) {
    this.#capable = options.capable;
    this.#write = options.write;
    this.#vanished = options.vanished;
    this.#now = options.now;
    this.#limit = milliseconds(options.seconds * 1000);
    this.#lastHeard = options.now();
    if (0 < this.#limit) this.#timer = setInterval(() => this.#beat(), Math.max(250, this.#limit / 4)).unref();
  }

  /** The last measured time to the client and back; undefined where the client cannot answer. */
  get roundTrip(): Milliseconds | undefined {
    return this.#roundTrip;
  }

  /** Bytes came, whatever they say. */
  noteHeard(): void {
    this.#lastHeard = this.#now();
  }

  /** A message of the message channel. Throws DecodeError. */
  receive(data: Uint8Array): void {
    const message = decode(channelMessage, data);
    if (message.is !== "autoDetectResponse" || message.response.is !== "roundTripResponse") return;
    if (message.response.sequence !== this.#asked?.sequence) return;
    this.#roundTrip = between(this.#asked.at, this.#now());
    this.#asked = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = this.#now();
    if (this.#asked !== undefined && this.#limit * 0.75 <= between(this.#lastHeard, now)) return this.#vanished();
    // Without the channel there is nothing to ask by, whatever the client says it could answer.
    if (this.#capable.messageChannelId === undefined) return;
    const flags = this.#capable.client.clientCore.earlyCapabilityFlags ?? [];
    if (flags.includes("heartbeat")) {
      const period = Math.min(255, Math.max(1, Math.round(this.#limit / 4000)));
      this.#send({ is: "heartbeat", period, warnAfter: 3, reconnectAfter: 6 });
    }
    if (!flags.includes("networkAutoDetect") || this.#asked !== undefined) return;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#asked = { sequence: this.#sequence, at: now };
    const request = { is: "roundTripRequest", sequence: this.#sequence, phase: "continuous" } as const;
    this.#send({ is: "autoDetectRequest", request });
  }

  #send(message: Parameters<typeof messageChannelBytes>[1]): void {
    const bytes = messageChannelBytes(this.#capable, message);
    if (bytes !== undefined) this.#write([bytes]);
  }
}
