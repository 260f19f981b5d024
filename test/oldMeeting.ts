import { concatBytes } from "#base/bytes/concatBytes.ts";
import { decode, encode } from "#base/bytes/codec.ts";
import { instant } from "#base/units.ts";
import { conferenceCreateRequest, conferenceCreateResponse } from "#protocol/framing/conference.ts";
import { connectInitial, connectResponse } from "#protocol/framing/connectMcs.ts";
import { MessageSplitter, type WireMessage } from "#protocol/framing/messageSplitter.ts";
import { securityHeader } from "#protocol/framing/securityHeader.ts";
import { readSendData, sendDataRequestMessage } from "#protocol/framing/sendData.ts";
import { tpkt } from "#protocol/framing/tpkt.ts";
import { connectionConfirm, connectionRequest, readX224Data, x224DataMessage } from "#protocol/framing/x224.ts";
import { clientBlocks, type ClientSecurity } from "#protocol/gcc/clientBlocks.ts";
import type { EarlyCapability } from "#protocol/gcc/clientCore.ts";
import { serverBlocks, type ServerSecurity } from "#protocol/gcc/serverBlocks.ts";
import { encryptClientRandom } from "#protocol/security/standard/rsa.ts";
import { SecuredWire } from "#protocol/security/standard/securedWire.ts";
import { securityExchange } from "#protocol/security/standard/securityExchange.ts";
import { serverCertificate } from "#protocol/security/standard/serverCertificate.ts";
import { deriveSessionKeys } from "#protocol/security/standard/sessionKeys.ts";
import { accept, accepting } from "#protocol/sequences/accept/accept.ts";
import type { AcceptEffect, AcceptSettings, AcceptState } from "#protocol/sequences/accept/acceptState.ts";
import { connect, startConnect } from "#protocol/sequences/connect/connect.ts";
import type {
  ConnectEffect,
  ConnectEvent,
  ConnectState,
  ConnectStep,
} from "#protocol/sequences/connect/connectState.ts";
import { usualClient, usualServer } from "./meeting.ts";

export interface OldMeetingOptions {
  readonly server?: Partial<AcceptSettings>;
  readonly methods?: ClientSecurity["encryptionMethods"];
  /** Takes keys of more than 512 bits. */
  readonly strong?: boolean;
  /** Is younger: sends a negotiation request, in which it offers nothing, and does not join channels. */
  readonly negotiates?: boolean;
}

/**
 * A client that knows no TLS and a server's sequence on one wire in memory. The client is the connect sequence, which
 * believes that it has TLS: what stands between it and the wire puts standard RDP security there.
 */
export class OldMeeting {
  readonly clientEffects: ConnectEffect[] = [];
  readonly serverEffects: AcceptEffect[] = [];
  readonly serverStates: AcceptState[] = [accepting];
  /** What the server's sequence got: opened. */
  readonly receivedByServer: WireMessage[] = [];
  /** What went over the wire, each way. */
  readonly toServer: Uint8Array[] = [];
  readonly toClient: Uint8Array[] = [];
  clientState: ConnectState;
  serverState: AcceptState = accepting;
  serverSecurity: ServerSecurity | undefined;
  serverWire: SecuredWire | undefined;
  #clientWire: SecuredWire | undefined;
  readonly #options: OldMeetingOptions;

  constructor(options: OldMeetingOptions = {}) {
    this.#options = options;
    const first = startConnect(oldClient);
    this.clientState = first.state;
    this.#takeClient(first);
  }

  clientSends(...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.#fromClient(message);
  }

  /** Whole messages, several in one write. */
  serverSends(...messages: readonly Uint8Array[]): void {
    const together = concatBytes(...messages);
    this.#toClientWire(this.serverWire === undefined ? together : this.serverWire.seal(together));
  }

  #stepClient(event: ConnectEvent): void {
    this.#takeClient(connect(this.clientState, event, oldClient));
  }

  #takeClient({ state, effects }: ConnectStep): void {
    this.clientState = state;
    for (const effect of effects) {
      if (effect.do === "send") this.#fromClient(effect.bytes);
      else if (effect.do === "startTls") this.#stepClient({ is: "tlsReady" });
      else this.clientEffects.push(effect);
    }
  }

  /** From a client that has TLS to one that has none. */
  #fromClient(bytes: Uint8Array): void {
    if (this.clientState.at === "awaitingConfirm") return this.#toServerWire(this.#plainRequest(bytes));
    if (this.clientState.at === "awaitingConnectResponse") return this.#toServerWire(this.#initialWithMethods(bytes));
    if (this.#clientWire === undefined) {
      const sent = readSendData(bytes);
      if (sent === undefined) return this.#toServerWire(bytes);
      this.#clientWire = this.#exchangeRandom(sent);
    }
    this.#toServerWire(this.#clientWire.seal(bytes));
  }

  #plainRequest(bytes: Uint8Array): Uint8Array {
    const { negotiation: _, ...plain } = decode(connectionRequest, bytes.subarray(4));
    const negotiation = { flags: [], requestedProtocols: [] };
    return tpkt(encode(connectionRequest, this.#options.negotiates === true ? { ...plain, negotiation } : plain));
  }

  #initialWithMethods(bytes: Uint8Array): Uint8Array {
    const initial = decode(connectInitial, readX224Data(bytes.subarray(4)));
    const client = decode(clientBlocks, decode(conferenceCreateRequest, initial.userData).blocks);
    const { methods: encryptionMethods = ["bits40", "bits56", "bits128"], strong = false } = this.#options;
    const strongKeys: readonly EarlyCapability[] = strong ? ["strongAsymmetricKeys"] : [];
    const early = (client.clientCore.earlyCapabilityFlags ?? []).filter(
      (flag) => flag !== "strongAsymmetricKeys" && (flag !== "skipChannelJoin" || this.#options.negotiates === true),
    );
    const blocks = encode(clientBlocks, {
      ...client,
      clientCore: { ...client.clientCore, earlyCapabilityFlags: [...early, ...strongKeys] },
      clientSecurity: { encryptionMethods, extendedEncryptionMethods: [] },
    });
    const userData = encode(conferenceCreateRequest, { blocks });
    return tpkt(x224DataMessage(encode(connectInitial, { ...initial, userData })));
  }

  #exchangeRandom({ initiator, channelId }: { readonly initiator: number; readonly channelId: number }): SecuredWire {
    const { keyExchange, encryptionMethod } = this.serverSecurity ?? {};
    if (keyExchange === undefined || !isStrength(encryptionMethod)) throw new Error("the server sent no key");
    const certificate = decode(serverCertificate, keyExchange.serverCertificate);
    if (certificate.is !== "proprietary") throw new Error("the certificate is a chain");
    const encryptedClientRandom = encryptClientRandom(clientRandom, certificate.publicKey);
    const header = encode(securityHeader, { flags: ["exchange"] });
    const data = concatBytes(header, encode(securityExchange, { encryptedClientRandom }));
    this.#toServerWire(sendDataRequestMessage({ initiator, channelId }, data));
    const keys = deriveSessionKeys({ client: clientRandom, server: keyExchange.serverRandom }, encryptionMethod);
    const channels = { ioChannelId: 1003, messageChannelId: this.#messageChannelId() };
    return new SecuredWire({ side: "client", keys, strength: encryptionMethod, ...channels });
  }

  #messageChannelId(): number | undefined {
    return "joined" in this.clientState ? this.clientState.joined.messageChannelId : undefined;
  }

  #toServerWire(bytes: Uint8Array): void {
    this.toServer.push(bytes);
    for (const message of messagesIn(bytes)) {
      const opened = this.serverWire === undefined ? message : this.serverWire.open(message);
      this.receivedByServer.push(opened);
      this.#stepServer({ is: "message", message: opened });
    }
  }

  #stepServer(event: Parameters<typeof accept>[1]): void {
    const settings = { ...usualServer, ...this.#options.server };
    const { state, effects } = accept(this.serverState, event, settings);
    this.serverState = state;
    this.serverStates.push(state);
    for (const effect of effects) {
      if (effect.do === "send") this.serverSends(effect.bytes);
      else if (effect.do === "askNlaOffer") this.#stepServer({ is: "nlaOffer", offered: true });
      else if (effect.do === "secure") this.serverWire = new SecuredWire({ ...effect, side: "server" });
      else this.serverEffects.push(effect);
    }
  }

  #toClientWire(bytes: Uint8Array): void {
    this.toClient.push(bytes);
    for (const message of messagesIn(bytes)) {
      const opened = this.#clientWire === undefined ? this.#asUnderTls(message) : this.#clientWire.open(message);
      this.#stepClient({ is: "message", message: opened, now: instant(0) });
    }
  }

  #asUnderTls(message: WireMessage): WireMessage {
    if (this.clientState.at === "awaitingConfirm") {
      const confirm = decode(connectionConfirm, message.payload);
      if (confirm.is === "failed") return message;
      const flags = confirm.is === "negotiated" ? confirm.flags : [];
      return messagesIn(tpkt(encode(connectionConfirm, { is: "negotiated", flags, selectedProtocol: "tls" })))[0]!;
    }
    if (this.clientState.at !== "awaitingConnectResponse") return message;
    const response = decode(connectResponse, readX224Data(message.payload));
    const server = decode(serverBlocks, decode(conferenceCreateResponse, response.userData).blocks);
    this.serverSecurity = server.serverSecurity;
    const serverSecurity = { encryptionMethod: "none", encryptionLevel: "none" } as const;
    const userData = encode(conferenceCreateResponse, { blocks: encode(serverBlocks, { ...server, serverSecurity }) });
    return messagesIn(tpkt(x224DataMessage(encode(connectResponse, { ...response, userData }))))[0]!;
  }
}

export function messagesIn(bytes: Uint8Array): readonly WireMessage[] {
  const splitter = new MessageSplitter();
  splitter.push(bytes);
  const messages: WireMessage[] = [];
  for (let next = splitter.take(); next !== undefined; next = splitter.take()) messages.push(next);
  return messages;
}

function isStrength(method: unknown): method is "bits40" | "bits56" | "bits128" {
  return method === "bits40" || method === "bits56" || method === "bits128";
}

const oldClient = { ...usualClient, offered: ["tls"] as const };
export const clientRandom = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);
