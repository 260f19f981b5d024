import { concatBytes } from "#base/bytes/concatBytes.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { fastPath, readFastPathHeader } from "../../framing/fastPath.ts";
import { MessageSplitter, type WireMessage } from "../../framing/messageSplitter.ts";
import {
  readSendData,
  sendDataIndicationMessage,
  sendDataRequestMessage,
  type SendData,
} from "../../framing/sendData.ts";
import { tpktHeaderBytes } from "../../framing/tpkt.ts";
import type { CipherStrength, SessionKeys } from "./sessionKeys.ts";
import { StandardCipher } from "./standardCipher.ts";

export interface SecuredWireOptions {
  /** Whose end this is. */
  readonly side: "server" | "client";
  readonly keys: SessionKeys;
  readonly strength: CipherStrength;
  readonly ioChannelId: number;
  /** All that goes there has a security header, encrypted or not. */
  readonly messageChannelId: number | undefined;
}

/**
 * One end of a wire under standard RDP security, from the Security Exchange on: whole messages as they look under TLS
 * on one side, as they travel on the other. It must meet all messages in order. Everything is encrypted but MCS itself
 * and licensing, which some clients read in no other way. MS-RDPBCGR 5.3.6, 2.2.8.1.1.2, 2.2.8.1.2, 2.2.9.1.2
 */
export class SecuredWire {
  readonly #outgoing: StandardCipher;
  readonly #incoming: StandardCipher;
  readonly #ioChannelId: number;
  readonly #messageChannelId: number | undefined;
  readonly #splitter = new MessageSplitter();

  constructor({ side, keys, strength, ioChannelId, messageChannelId }: SecuredWireOptions) {
    const toServer = new StandardCipher(keys.clientToServer, keys.macKey, strength);
    const toClient = new StandardCipher(keys.serverToClient, keys.macKey, strength);
    this.#outgoing = side === "server" ? toClient : toServer;
    this.#incoming = side === "server" ? toServer : toClient;
    this.#ioChannelId = ioChannelId;
    this.#messageChannelId = messageChannelId;
  }

  /** `messages`: one or several whole ones, lying one behind the other. A new array. */
  seal(messages: Uint8Array): Uint8Array {
    this.#splitter.push(messages);
    const sealed: Uint8Array[] = [];
    for (let next = this.#splitter.take(); next !== undefined; next = this.#splitter.take()) {
      sealed.push(next.is === "fastPath" ? this.#sealFastPath(next.bytes) : this.#sealSlowPath(next.bytes));
    }
    if (this.#splitter.bufferedBytes !== 0) throw new Error("only whole messages can be sealed");
    return concatBytes(...sealed);
  }

  /** The message as it would have come under TLS. Throws DecodeError for what is not encrypted, or not by the peer. */
  open(message: WireMessage): WireMessage {
    return message.is === "fastPath" ? this.#openFastPath(message) : this.#openSlowPath(message);
  }

  #sealFastPath(message: Uint8Array): Uint8Array {
    const { headerBytes, eventCount } = readFastPathHeader(message);
    const { signature, encrypted } = this.#outgoing.seal(message.subarray(headerBytes), { salted: false });
    return fastPath(concatBytes(signature, encrypted), { eventCount, encrypted: true });
  }

  #openFastPath({ bytes }: WireMessage): WireMessage {
    const { headerBytes, eventCount, encrypted, saltedSignature } = readFastPathHeader(bytes);
    if (!encrypted) throw notEncrypted(bytes[0]!, 0);
    const plain = this.#openBody(bytes, headerBytes, { salted: saltedSignature });
    const opened = fastPath(plain, { eventCount });
    return { is: "fastPath", bytes: opened, payload: opened.subarray(opened.length - plain.length) };
  }

  #sealSlowPath(message: Uint8Array): Uint8Array {
    const sent = readSendData(message);
    if (sent === undefined) return message;
    const own = this.#hasHeader(sent) ? flagsOf(sent.data) : undefined;
    if (own !== undefined && (own & LICENSE) !== 0) return message;
    const plain = own === undefined ? sent.data : sent.data.subarray(HEADER_BYTES);
    const { signature, encrypted } = this.#outgoing.seal(plain, { salted: false });
    return wrap(sent, concatBytes(header((own ?? 0) | ENCRYPTED), signature, encrypted));
  }

  #openSlowPath(message: WireMessage): WireMessage {
    const sent = readSendData(message.bytes);
    if (sent === undefined) return message;
    const at = message.bytes.length - sent.data.length;
    if (sent.data.length < HEADER_BYTES)
      throw new DecodeError({ is: "truncated", needBytes: HEADER_BYTES, haveBytes: sent.data.length }, at);
    const flags = flagsOf(sent.data);
    if ((flags & ENCRYPTED) === 0) {
      if (this.#hasHeader(sent) && (flags & MAY_BE_PLAIN) !== 0) return message;
      throw notEncrypted(flags, at);
    }
    const plain = this.#openBody(message.bytes, at + HEADER_BYTES, { salted: (flags & SALTED_SIGNATURE) !== 0 });
    const says = flags & SAYS_WHAT_FOLLOWS;
    const keepsHeader = says !== 0 || sent.channelId === this.#messageChannelId;
    const opened = wrap(sent, keepsHeader ? concatBytes(header(says), plain) : plain);
    return { is: "tpkt", bytes: opened, payload: opened.subarray(tpktHeaderBytes) };
  }

  #openBody(message: Uint8Array, at: number, options: { readonly salted: boolean }): Uint8Array {
    const bodyAt = at + SIGNATURE_BYTES;
    if (message.length < bodyAt)
      throw new DecodeError({ is: "truncated", needBytes: bodyAt, haveBytes: message.length }, at);
    const sealed = { signature: message.subarray(at, bodyAt), encrypted: message.subarray(bodyAt) };
    const plain = this.#incoming.open(sealed, options);
    if (plain === undefined)
      throw new DecodeError({ is: "wrongValue", expected: "the signature of what follows", got: "another" }, at);
    return plain;
  }

  /** Whether it has a security header under TLS too: with zeros where a share PDU has its type. */
  #hasHeader({ channelId, data }: SendData): boolean {
    if (data.length < HEADER_BYTES) return false;
    return channelId === this.#messageChannelId || (channelId === this.#ioChannelId && data[2] === 0 && data[3] === 0);
  }
}

function wrap({ is, initiator, channelId }: SendData, data: Uint8Array): Uint8Array {
  const address = { initiator, channelId };
  return is === "request" ? sendDataRequestMessage(address, data) : sendDataIndicationMessage(address, data);
}

function flagsOf(data: Uint8Array): number {
  return data[0]! | (data[1]! << 8);
}

function header(flags: number): Uint8Array {
  return Uint8Array.of(flags, flags >>> 8, 0, 0);
}

function notEncrypted(got: number, at: number): DecodeError {
  return new DecodeError({ is: "wrongValue", expected: "an encrypted message", got }, at);
}

// By number, since every message passes here; their names are in `framing/securityHeader.ts`.
const ENCRYPTED = 0x0008;
const LICENSE = 0x0080;
const SALTED_SIGNATURE = 0x0800;
/** Licensing and what goes over the message channel: transports, measurements, heartbeats. */
const MAY_BE_PLAIN = 0x7086;
/** Those, the Security Exchange, client info and redirection. */
const SAYS_WHAT_FOLLOWS = 0x74c7;
const HEADER_BYTES = 4;
const SIGNATURE_BYTES = 8;
