import type { SecureContext } from "node:tls";
import type { Size } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { MessageSplitter } from "#protocol/framing/messageSplitter.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { SecuredWire } from "#protocol/security/standard/securedWire.ts";
import { accept, accepting, expected } from "#protocol/sequences/accept/accept.ts";
import type { AcceptEffect, AcceptEvent, AcceptSettings, AcceptState } from "#protocol/sequences/accept/acceptState.ts";
import type { ClientSocket } from "./clientSocket.ts";
import type { WireTrace } from "./wireTrace.ts";

/** Effects that are for the rest of the connection. */
export type LiveEffect = Exclude<
  AcceptEffect,
  { do: "send" } | { do: "startTls" } | { do: "secure" } | { do: "askNlaOffer" } | { do: "startNla" } | { do: "refuse" }
>;

export interface SequenceOwner {
  askNlaOffer(cookie: string | undefined): Promise<boolean>;
  /** One CredSSP message of the client. */
  receiveNla(bytes: Uint8Array): void;
  startNla(version: "credssp" | "credsspEx"): void;
  perform(effect: LiveEffect): void;
  refuse(refusal: Refusal): void;
  /** The sequence stands somewhere else now. */
  moved(at: AcceptState["at"]): void;
}

/** Runs the accepting sequence over a client's wire: bytes in, effects out. */
export class SequenceDriver {
  readonly #wire: ClientSocket;
  readonly #settings: AcceptSettings;
  readonly #secureContext: SecureContext;
  readonly #owner: SequenceOwner;
  readonly #trace: Pick<WireTrace, "received">;
  readonly #splitter = new MessageSplitter();
  #state: AcceptState = accepting;
  /** Under standard RDP security, once both sides have their keys. */
  #secured: SecuredWire | undefined;

  constructor(options: {
    readonly wire: ClientSocket;
    readonly settings: AcceptSettings;
    readonly secureContext: SecureContext;
    readonly owner: SequenceOwner;
    readonly trace: Pick<WireTrace, "received">;
  }) {
    this.#wire = options.wire;
    this.#settings = options.settings;
    this.#secureContext = options.secureContext;
    this.#owner = options.owner;
    this.#trace = options.trace;
  }

  get at(): AcceptState["at"] {
    return this.#state.at;
  }

  receiveBytes(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
    this.#takeMessages();
  }

  /** The last message of NLA has come: what follows waits until `admitted`. */
  nlaOver(): void {
    this.#step({ is: "nlaOver" });
  }

  /** The client may go on. */
  admitted(): void {
    this.#step({ is: "admitted" });
    this.#takeMessages();
  }

  /** Takes the share down and up again at another size; only while active. */
  resize(size: Size): void {
    if (this.#state.at === "active") this.#step({ is: "resize", size });
  }

  #takeMessages(): void {
    try {
      for (;;) {
        const next = expected(this.#state);
        if (next === "nothing") return this.#limitEarly();
        if (next === "derSequences") {
          const der = this.#splitter.takeDerSequence();
          if (der === undefined) return;
          this.#trace.received("der", this.#state.at, der);
          this.#owner.receiveNla(der);
        } else {
          const message = this.#splitter.take();
          if (message === undefined) return;
          const opened = this.#secured === undefined ? message : this.#secured.open(message);
          this.#trace.received(opened.is, this.#state.at, opened.bytes);
          this.#step({ is: "message", message: opened });
        }
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#owner.refuse({ code: "HF-WIRE-03", step: this.#state.at, problem: error.message });
    }
  }

  /** A client that goes on while we think sends its next message, not more than anybody could read. */
  #limitEarly(): void {
    const { bufferedBytes } = this.#splitter;
    if (bufferedBytes <= limits.credSspMessageBytes) return;
    this.#owner.refuse({ code: "HF-WIRE-06", step: this.#state.at, got: `${bufferedBytes} bytes` });
  }

  #step(event: AcceptEvent): void {
    const before = this.#state.at;
    const { state, effects } = accept(this.#state, event, this.#settings);
    this.#state = state;
    if (state.at !== before) this.#owner.moved(state.at);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: AcceptEffect): void {
    switch (effect.do) {
      case "send":
        return this.#wire.write([effect.bytes]);
      case "askNlaOffer":
        return void this.#owner.askNlaOffer(effect.cookie).then((offered) => this.#nlaOffer(offered));
      case "startTls":
        return void this.#wire.startTls(this.#secureContext).then(
          () => this.#tlsReady(),
          (error: unknown) =>
            this.#owner.refuse({ code: "HF-WIRE-05", problem: error instanceof Error ? error.message : String(error) }),
        );
      case "secure": {
        const secured = new SecuredWire({ ...effect, side: "server" });
        this.#secured = secured;
        return this.#wire.secure((messages) => secured.seal(messages));
      }
      case "startNla":
        return this.#owner.startNla(this.#chosen());
      case "refuse":
        return this.#owner.refuse(effect.refusal);
      default:
        return this.#owner.perform(effect);
    }
  }

  #chosen(): "credssp" | "credsspEx" {
    return this.#state.at === "awaitingNla" && this.#state.chosen === "credsspEx" ? "credsspEx" : "credssp";
  }

  #nlaOffer(offered: boolean): void {
    this.#step({ is: "nlaOffer", offered });
    this.#takeMessages();
  }

  #tlsReady(): void {
    this.#step({ is: "tlsReady" });
    this.#takeMessages();
  }
}
