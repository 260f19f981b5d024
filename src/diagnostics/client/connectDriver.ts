import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { MessageSplitter } from "#protocol/framing/messageSplitter.ts";
import { connect, expected, startConnect } from "#protocol/sequences/connect/connect.ts";
import type { ConnectFailure } from "#protocol/sequences/connect/connectFailure.ts";
import type {
  ConnectEffect,
  ConnectEvent,
  ConnectSettings,
  ConnectState,
  ConnectStep,
} from "#protocol/sequences/connect/connectState.ts";
import { startNlaConnect, stepNlaConnect } from "#protocol/sequences/connect/nla.ts";
import type { NlaConnectState, NlaConnectStep } from "#protocol/sequences/connect/nlaState.ts";
import { earlyUserAuthorizationBytes } from "#protocol/security/nla/earlyUserAuthorization.ts";
import type { Clock } from "#system/clock.ts";
import type { RandomBytes } from "#system/randomBytes.ts";
import type { PassedMessage } from "./clientOptions.ts";
import type { ClientWire, SeenCertificate } from "./clientWire.ts";

/** Effects that are for the rest of the client. */
export type LiveEffect = Exclude<
  ConnectEffect,
  { do: "send" } | { do: "startTls" } | { do: "startNla" } | { do: "fail" }
>;

export interface DriverOwner {
  perform(effect: LiveEffect): void;
  /** The sequence stands somewhere else now. */
  moved(from: ConnectState, to: ConnectState): void;
  /** A whole message that came, or goes out. */
  passed(message: PassedMessage): void;
  /** Told once. */
  failed(failure: ConnectFailure): void;
}

/** Runs the connecting sequences (RDP, and CredSSP within it) over a wire: bytes in, effects out. */
export class ConnectDriver {
  readonly #wire: ClientWire;
  readonly #host: string;
  readonly #settings: ConnectSettings;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #owner: DriverOwner;
  readonly #splitter = new MessageSplitter({ atMost: limits.serverMessageBytes });
  #state: ConnectState = { at: "awaitingConfirm" };
  #nla: NlaConnectState | undefined;
  #certificate: SeenCertificate | undefined;
  #outgoing: Uint8Array[] = [];

  constructor(options: {
    readonly wire: ClientWire;
    readonly host: string;
    readonly settings: ConnectSettings;
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly owner: DriverOwner;
  }) {
    this.#wire = options.wire;
    this.#host = options.host;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#owner = options.owner;
  }

  get state(): ConnectState {
    return this.#state;
  }

  /** Known once TLS stands. */
  get certificate(): SeenCertificate | undefined {
    return this.#certificate;
  }

  start(): void {
    this.#take(startConnect(this.#settings));
    this.#flush();
  }

  receiveBytes(bytes: Uint8Array): void {
    const [first = tpktVersion] = bytes;
    // Servers of other protocols would be waited for, since half of all bytes could begin a fast-path message.
    if (this.#state.at === "awaitingConfirm" && this.#splitter.bufferedBytes === 0 && first !== tpktVersion) {
      return this.fail({ is: "malformed", at: this.#state.at, problem: `expected TPKT (3), got ${first}` });
    }
    this.#splitter.push(bytes);
    this.#takeMessages();
    this.#flush();
  }

  receiveEnd(): void {
    this.#step({ is: "closed" });
  }

  /** Ends it, since what the server drew makes no sense. */
  fail(failure: ConnectFailure): void {
    if (this.#state.at === "ended") return;
    this.#take({ state: { at: "ended" }, effects: [{ do: "fail", failure }] });
  }

  /** Collected until everything that came has been dealt with, then one write. */
  send(bytes: Uint8Array): void {
    this.#passed("sent", bytes);
    this.#outgoing.push(bytes);
  }

  flush(): void {
    this.#flush();
  }

  #takeMessages(): void {
    try {
      for (;;) {
        const next = expected(this.#state);
        if (next === "nothing") return;
        if (next === "nla") {
          const bytes = this.#takeNla();
          if (bytes === undefined || this.#nla === undefined) return;
          this.#passed("received", bytes);
          this.#takeNlaStep(stepNlaConnect(this.#nla, { is: "message", bytes }));
        } else {
          const message = this.#splitter.take();
          if (message === undefined) return;
          this.#passed("received", message.bytes);
          this.#step({ is: "message", message, now: this.#clock.now() });
        }
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.fail({ is: "malformed", at: this.#state.at, problem: error.message });
    }
  }

  /** One message of CredSSP; its last, in the extended form, is four bytes of another kind. */
  #takeNla(): Uint8Array | undefined {
    if (this.#nla?.at !== "awaitingAuthorization") return this.#splitter.takeDerSequence();
    if (this.#splitter.bufferedBytes < earlyUserAuthorizationBytes) return undefined;
    const all = this.#splitter.takeRest();
    this.#splitter.push(all.subarray(earlyUserAuthorizationBytes));
    return all.subarray(0, earlyUserAuthorizationBytes);
  }

  #step(event: ConnectEvent): void {
    this.#take(connect(this.#state, event, this.#settings));
  }

  #take({ state, effects }: ConnectStep): void {
    const before = this.#state;
    this.#state = state;
    if (state.at !== before.at) this.#owner.moved(before, state);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: ConnectEffect): void {
    switch (effect.do) {
      case "send":
        return this.send(effect.bytes);
      case "startTls":
        return this.#startTls();
      case "startNla":
        return this.#startNla(effect.earlyUserAuthorization);
      case "fail":
        return this.#owner.failed(effect.failure);
      default:
        return this.#owner.perform(effect);
    }
  }

  #startTls(): void {
    this.#wire.startTls(this.#host).then(
      (certificate) => {
        this.#certificate = certificate;
        this.#step({ is: "tlsReady" });
        this.#takeMessages();
        this.#flush();
      },
      (error: unknown) =>
        this.fail({ is: "tlsFailed", problem: error instanceof Error ? error.message : String(error) }),
    );
  }

  #startNla(earlyUserAuthorization: boolean): void {
    const certificate = this.#certificate;
    if (certificate === undefined) throw new Error("CredSSP starts after TLS");
    const { user, domain, password, profile } = this.#settings;
    this.#takeNlaStep(
      startNlaConnect({
        user,
        domain,
        password,
        workstation: profile.name,
        targetName: `TERMSRV/${this.#host}`,
        certificateHash: certificate.endPointHash,
        clientChallenge: this.#random(8),
        exportedSessionKey: this.#random(16),
        timestamp: (BigInt(Math.trunc(this.#clock.wallTime())) + secondsTo1970 * 1000n) * 10_000n,
        subjectPublicKey: certificate.subjectPublicKey,
        version: 6,
        clientNonce: this.#random(32),
        wrapping: "ntlm",
        earlyUserAuthorization,
      }),
    );
  }

  #takeNlaStep({ state, effects }: NlaConnectStep): void {
    this.#nla = state;
    for (const effect of effects) {
      switch (effect.do) {
        case "send":
          this.send(effect.bytes);
          break;
        case "authenticated":
          this.#step({ is: "nlaDone" });
          break;
        case "fail":
          this.fail({ is: "nlaFailed", failure: effect.failure });
          break;
      }
    }
  }

  #passed(direction: PassedMessage["direction"], bytes: Uint8Array): void {
    const step = this.#state.at;
    const form = step === "awaitingNla" ? "der" : bytes[0] === tpktVersion ? "tpkt" : "fastPath";
    this.#owner.passed({ direction, form, step, length: bytes.length, bytes });
  }

  #flush(): void {
    const pieces = this.#outgoing;
    this.#outgoing = [];
    this.#wire.write(pieces);
  }
}

const tpktVersion = 3;
/** From 1601, in seconds. */
const secondsTo1970 = 11_644_473_600n;
