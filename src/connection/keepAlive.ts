import { decode } from "#base/bytes/codec.ts";
import { between, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { messageChannelBytes } from "#protocol/sequences/accept/outgoing.ts";
import { fastPathGraphics } from "#protocol/share/output/fastPathUpdate.ts";
import { channelMessage } from "#protocol/share/message/messageChannel.ts";
import type { TcpPeer, TcpProbes } from "#system/native/tcpPeer.ts";
import { beatOf, hasVanished, stallAllowed, type MachineSigns } from "./absence.ts";

/** What the keep-alive needs of a client's wire. */
export interface KeptWire {
  write(pieces: readonly Uint8Array[]): void;
  /** What the kernel knows of the client's machine; undefined where it knows nothing. */
  peer(): TcpPeer | undefined;
  /** Has the kernel ask the client's machine whether it is there. */
  probe(probes: TcpProbes): void;
}

/**
 * Notices a client that has vanished: asks its program for the round trip where it can answer, and its machine through
 * the kernel; beats for those that listen. Works on a timer of its own that keeps nothing alive: nobody waits for it.
 */
export class KeepAlive {
  readonly #capable: Capable;
  readonly #wire: KeptWire;
  readonly #mayDraw: () => boolean;
  readonly #vanished: () => void;
  readonly #now: () => Instant;
  readonly #limit: Milliseconds;
  readonly #beatEvery: Milliseconds;
  readonly #timer: NodeJS.Timeout | undefined;
  #lastHeard: Instant;
  #lastBeat: Instant;
  #probedSince: Instant | undefined;
  /** Since then the client's machine has acknowledged no more than so many bytes, though more are on their way. */
  #unacknowledged: { readonly since: Instant; readonly behind: bigint } | undefined;
  /** When it last sent something of its own accord. */
  #spoke: Instant | undefined;
  #asked: { readonly sequence: number; readonly at: Instant } | undefined;
  #sequence = 0;
  #roundTrip: Milliseconds | undefined;

  constructor(options: {
    readonly capable: Capable;
    /** How soon a vanished client is to be noticed; 0: only when the network says so. */
    readonly seconds: number;
    readonly wire: KeptWire;
    /** Whether the client takes updates now: not while it is being told of another size. */
    readonly mayDraw: () => boolean;
    /** Nothing was heard for as long as the limit says, though an answer was due. */
    readonly vanished: () => void;
    readonly now: () => Instant;
  }) {
    this.#capable = options.capable;
    this.#wire = options.wire;
    this.#mayDraw = options.mayDraw;
    this.#vanished = options.vanished;
    this.#now = options.now;
    this.#limit = milliseconds(options.seconds * 1000);
    this.#beatEvery = beatOf(this.#limit);
    this.#lastHeard = options.now();
    this.#lastBeat = this.#lastHeard;
    if (this.#limit === 0) return;
    options.wire.probe({ every: this.#beatEvery, giveUpAfter: stallAllowed(this.#limit) });
    this.#timer = setInterval(() => this.#beat(), this.#beatEvery).unref();
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
    const sinceLast = between(this.#lastBeat, now);
    this.#lastBeat = now;
    // This process or its whole machine was halted: what came meanwhile has not been read yet.
    if (beatsMissedMax * this.#beatEvery < sinceLast) this.#beginAnew(now);
    else if (this.#isGone(now)) return this.#vanished();
    if (this.#mayRest(now)) return;
    this.#spoke = now;
    this.#ask(now);
  }

  /** While nothing happens, the kernel's probes watch over an idle client; its program is asked more seldom. */
  #mayRest(now: Instant): boolean {
    if (this.#spoke === undefined || this.#wire.peer() === undefined) return false;
    const isIdle = this.#beatEvery / 2 < between(this.#lastHeard, now);
    return isIdle && between(this.#spoke, now) < (beatsRested - 0.5) * this.#beatEvery;
  }

  #beginAnew(now: Instant): void {
    this.#lastHeard = now;
    this.#probedSince = undefined;
    this.#unacknowledged = undefined;
  }

  #isGone(now: Instant): boolean {
    const peer = this.#wire.peer();
    return hasVanished({
      limit: this.#limit,
      programHeardAgo: between(this.#lastHeard, now),
      programOwesAnswer: this.#asked !== undefined,
      machine: peer && this.#machine(peer, now),
    });
  }

  #machine(peer: TcpPeer, now: Instant): MachineSigns {
    if (!peer.isProbed) this.#probedSince = undefined;
    else this.#probedSince ??= now;
    if (!peer.owesAcknowledgement) this.#unacknowledged = undefined;
    else if (this.#unacknowledged?.behind !== peer.bytesAcknowledged) {
      this.#unacknowledged = { since: now, behind: peer.bytesAcknowledged };
    }
    return {
      heardAgo: peer.heardAgo,
      probedFor: between(this.#probedSince ?? now, now),
      acknowledgedNothingFor: between(this.#unacknowledged?.since ?? now, now),
    };
  }

  /** Sends something that is answered, by the client's program or at least by its machine. */
  #ask(now: Instant): void {
    const flags = this.#capable.client.clientCore.earlyCapabilityFlags ?? [];
    const hasChannel = this.#capable.messageChannelId !== undefined;
    if (hasChannel && flags.includes("heartbeat")) {
      const period = Math.min(255, Math.max(1, Math.round((beatsRested * this.#beatEvery) / 1000)));
      this.#send({ is: "heartbeat", period, warnAfter: 4, reconnectAfter: 10 });
    }
    // Without the channel there is nothing to ask by, whatever the client says it could answer.
    if (!hasChannel || !flags.includes("networkAutoDetect")) return this.#sendNothingNew();
    if (this.#asked !== undefined) return;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#asked = { sequence: this.#sequence, at: now };
    const request = { is: "roundTripRequest", sequence: this.#sequence, phase: "continuous" } as const;
    this.#send({ is: "autoDetectRequest", request });
  }

  /** An update that every client passes over; its machine acknowledges it. MS-RDPBCGR 2.2.9.1.1.3.1.3 */
  #sendNothingNew(): void {
    if (this.#mayDraw()) this.#wire.write([fastPathGraphics({ is: "synchronize" }, { updateBytesMax: 0 })]);
  }

  #send(message: Parameters<typeof messageChannelBytes>[1]): void {
    const bytes = messageChannelBytes(this.#capable, message);
    if (bytes !== undefined) this.#wire.write([bytes]);
  }
}

/** An idle client is asked only every so many beats. */
const beatsRested = 4;
/** A timer may be late by so many beats on a busy host. */
const beatsMissedMax = 3;
