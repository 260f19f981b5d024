import { instant } from "#base/units.ts";
import { MessageSplitter, type WireMessage } from "#protocol/framing/messageSplitter.ts";
import { limits } from "#base/limits.ts";
import { accept, accepting, expected as expectedByServer } from "#protocol/sequences/accept/accept.ts";
import type { AcceptEffect, AcceptEvent, AcceptSettings, AcceptState } from "#protocol/sequences/accept/acceptState.ts";
import { connect, expected as expectedByClient, startConnect } from "#protocol/sequences/connect/connect.ts";
import { clientProfiles } from "#protocol/sequences/connect/clientProfiles.ts";
import type {
  ConnectEffect,
  ConnectEvent,
  ConnectSettings,
  ConnectState,
  ConnectStep,
} from "#protocol/sequences/connect/connectState.ts";
import { randomFrom } from "./pictures.ts";

/** A user of the first profile, who offers TLS and CredSSP. */
export const usualClient: ConnectSettings = {
  profile: clientProfiles["graphics pipeline"],
  offered: ["tls", "credssp", "credsspEx"],
  routing: { is: "cookie", user: "anna" },
  user: "anna",
  domain: "",
  password: "secret",
  autoLogon: true,
  clientAddress: "192.0.2.7",
  licensing: { clientRandom: new Uint8Array(32), encryptedPremasterSecret: new Uint8Array(72) },
};

export const usualServer: AcceptSettings = { nlaRequired: false, refusal: undefined };

export interface MeetingOptions {
  readonly client?: Partial<ConnectSettings>;
  readonly server?: Partial<AcceptSettings>;
  /** The host offers NLA to this user. */
  readonly nlaOffered?: boolean;
  /** How the wire cuts what is sent; undefined: it does not. */
  readonly seed?: number;
  /** Changes whole messages on their way to the client. */
  readonly toClient?: (bytes: Uint8Array) => readonly Uint8Array[];
}

/**
 * A client's and a server's sequence on one wire in memory. CredSSP and TLS are not run: both sides are told that they
 * are done (NLA's own sequences meet in `nla.test.ts`).
 */
export class Meeting {
  readonly clientEffects: ConnectEffect[] = [];
  readonly serverEffects: AcceptEffect[] = [];
  /** Every state that either side was in, and every message that it got, in order. */
  readonly clientStates: ConnectState[] = [];
  readonly serverStates: AcceptState[] = [accepting];
  readonly receivedByClient: WireMessage[] = [];
  readonly receivedByServer: WireMessage[] = [];
  clientState: ConnectState;
  serverState: AcceptState = accepting;
  readonly #options: MeetingOptions;
  readonly #clientSettings: ConnectSettings;
  readonly #serverSettings: AcceptSettings;
  readonly #random: (() => number) | undefined;
  readonly #clientSplitter = new MessageSplitter({ atMost: limits.serverMessageBytes });
  readonly #serverSplitter = new MessageSplitter();
  #toServer: Uint8Array[] = [];
  #toClient: Uint8Array[] = [];
  #now = 0;

  constructor(options: MeetingOptions = {}) {
    this.#options = options;
    this.#clientSettings = { ...usualClient, ...options.client };
    this.#serverSettings = { ...usualServer, ...options.server };
    this.#random = options.seed === undefined ? undefined : randomFrom(options.seed);
    const first = startConnect(this.#clientSettings);
    this.clientState = first.state;
    this.#takeClient(first);
    this.run();
  }

  /** What the client's person does: whole messages. */
  clientSends(...messages: readonly Uint8Array[]): void {
    this.#toServer.push(...messages);
    this.run();
  }

  serverSends(...messages: readonly Uint8Array[]): void {
    this.#toClient.push(...messages);
    this.run();
  }

  server(event: AcceptEvent): void {
    this.#stepServer(event);
    this.run();
  }

  client(event: ConnectEvent): void {
    this.#stepClient(event);
    this.run();
  }

  /** Until nothing is on its way. */
  run(): void {
    for (;;) {
      if (0 < this.#toServer.length) this.#deliver("server");
      if (0 < this.#toClient.length) this.#deliver("client");
      if (this.#toServer.length + this.#toClient.length === 0 && !this.#secure()) return;
    }
  }

  #deliver(to: "client" | "server"): void {
    const queue = to === "client" ? this.#toClient : this.#toServer;
    const whole = Buffer.concat(queue);
    const count = this.#random === undefined ? whole.length : 1 + Math.floor(this.#random() ** 3 * whole.length);
    const rest = count < whole.length ? [Uint8Array.from(whole.subarray(count))] : [];
    if (to === "client") this.#toClient = rest;
    else this.#toServer = rest;
    const chunk = Uint8Array.from(whole.subarray(0, count));
    this.#now += 1;
    if (to === "client") this.#clientReads(chunk);
    else this.#serverReads(chunk);
  }

  #clientReads(chunk: Uint8Array): void {
    this.#clientSplitter.push(chunk);
    while (expectedByClient(this.clientState) === "messages") {
      const message = this.#clientSplitter.take();
      if (message === undefined) return;
      this.receivedByClient.push(message);
      this.#stepClient({ is: "message", message, now: instant(this.#now) });
    }
  }

  #serverReads(chunk: Uint8Array): void {
    this.#serverSplitter.push(chunk);
    while (expectedByServer(this.serverState) === "messages") {
      const message = this.#serverSplitter.take();
      if (message === undefined) return;
      this.receivedByServer.push(message);
      this.#stepServer({ is: "message", message });
    }
  }

  /** Both sides wait for TLS, or for the end of CredSSP: they get it. */
  #secure(): boolean {
    if (this.clientState.at === "awaitingTls" && this.serverState.at === "awaitingTls") {
      this.#stepServer({ is: "tlsReady" });
      this.#stepClient({ is: "tlsReady" });
      return true;
    }
    if (this.clientState.at === "awaitingNla" && this.serverState.at === "awaitingNla") {
      this.#stepServer({ is: "nlaOver" });
      this.#stepServer({ is: "admitted" });
      this.#stepClient({ is: "nlaDone" });
      return true;
    }
    return false;
  }

  #stepClient(event: ConnectEvent): void {
    this.#takeClient(connect(this.clientState, event, this.#clientSettings));
  }

  #takeClient({ state, effects }: ConnectStep): void {
    this.clientState = state;
    this.clientStates.push(state);
    for (const effect of effects) {
      if (effect.do === "send") this.#toServer.push(effect.bytes);
      else this.clientEffects.push(effect);
    }
  }

  #stepServer(event: AcceptEvent): void {
    const { state, effects } = accept(this.serverState, event, this.#serverSettings);
    this.serverState = state;
    this.serverStates.push(state);
    for (const effect of effects) {
      if (effect.do === "send") this.#toClient.push(...(this.#options.toClient?.(effect.bytes) ?? [effect.bytes]));
      else if (effect.do === "askNlaOffer") {
        this.#stepServer({ is: "nlaOffer", offered: this.#options.nlaOffered ?? false });
      } else this.serverEffects.push(effect);
    }
  }
}
