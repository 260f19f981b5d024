import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { limits } from "#base/limits.ts";
import { displayControlChannelName, graphicsChannelName } from "../channels/channelNames.ts";
import { displayControlMessage } from "../channels/displayControl/displayControl.ts";
import { graphicsCommands } from "../channels/graphics/graphicsCommands.ts";
import { MessageAssembly } from "../channels/messageAssembly.ts";
import { partsOf } from "./partsOf.ts";
import { filled, secretsOf } from "./redact.ts";
import { fieldsApart, isRecord, removed, type ShownFields } from "./shown.ts";
import type { DynamicPiece, TracedMessage, TracePart } from "./tracedMessage.ts";
import { Where, type KnownChannels } from "./where.ts";

/** One PDU in words: its name, and its fields with "‹removed›" where a secret stood. JSON as it is. */
export interface Described {
  readonly name: string;
  readonly fields: ShownFields;
}

export interface DescriberOptions {
  /** Undoes the compression of the graphics pipeline; made anew for each channel that opens. */
  readonly decompressor: () => { decompress(message: Uint8Array): Uint8Array };
}

/** Tells the messages of one connection, which must come in order; whatever the bytes are, it does not throw. */
export class Describer {
  readonly #where = new Where();
  readonly #options: DescriberOptions;
  readonly #assemblies = new Map<string, MessageAssembly>();
  /** undefined: its history is not whole, so that nothing can be read. */
  #decompressor: ReturnType<DescriberOptions["decompressor"]> | undefined;

  constructor(options: DescriberOptions) {
    this.#options = options;
  }

  /** For a trace that begins in the middle of a connection. */
  know(channels: KnownChannels): void {
    this.#where.know(channels);
  }

  /** The PDUs in a message, in order; behind the piece that completes them, what lies in a dynamic channel. */
  describe(message: TracedMessage): readonly Described[] {
    return partsOf(message, this.#where).flatMap((part) => this.#describePart(part, message.direction));
  }

  #describePart(part: TracePart, direction: TracedMessage["direction"]): readonly Described[] {
    const described = describePart(part);
    if (part.name === "DynamicCreateRequest" && described.fields["name"] === graphicsChannelName) {
      this.#assemblies.clear();
      this.#decompressor = this.#options.decompressor();
    }
    if (part.facts["channel"] === graphicsChannelName && part.piece === undefined) this.#decompressor = undefined;
    return part.piece === undefined ? [described] : [described, ...this.#pieceOf(part.piece, direction)];
  }

  #pieceOf(piece: DynamicPiece, direction: TracedMessage["direction"]): readonly Described[] {
    try {
      const message = this.#assembled(piece, direction);
      if (message === undefined) return [];
      if (piece.channel === displayControlChannelName) return [ofUnion(decode(displayControlMessage, message))];
      return this.#graphics(message, direction);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (direction === "toClient") this.#decompressor = undefined;
      this.#assemblies.delete(`${direction} ${piece.channel}`);
      return [{ name: "malformed", fields: { channel: piece.channel, problem: error.message } }];
    }
  }

  /** The whole message, once its last piece has come. Throws DecodeError. */
  #assembled({ channel, length, data }: DynamicPiece, direction: string): Uint8Array | undefined {
    const key = `${direction} ${channel}`;
    let assembly = this.#assemblies.get(key);
    if (assembly === undefined) this.#assemblies.set(key, (assembly = new MessageAssembly()));
    if (length !== undefined) assembly.begin(length, limits.channelMessageBytes);
    else if (!assembly.active) return data;
    assembly.add(data);
    return 0 < assembly.missingBytes ? undefined : assembly.take();
  }

  #graphics(message: Uint8Array, direction: string): readonly Described[] {
    if (direction === "fromClient") return decode(graphicsCommands, message).map(ofUnion);
    if (this.#decompressor === undefined) return [];
    const plain = this.#decompressor.decompress(message);
    return decode(graphicsCommands, plain).map(ofUnion);
  }
}

function describePart(part: TracePart): Described {
  const facts = fieldsApart(part.facts, part.facts);
  if (part.secrets === "all") return { name: part.name, fields: { ...facts, content: removed } };
  if (part.read === undefined) return { name: part.name, fields: facts };
  try {
    const { name, fields } = nameAndFields(part.name, part.read(new Reader(part.bytes)));
    return { name, fields: { ...facts, ...fieldsOf(part, fields) } };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { name: "malformed", fields: { ...facts, instead: part.name, problem: error.message } };
  }
}

/** A field is secret when it follows the bytes that are: read with two fillings, it differs. */
function fieldsOf(part: TracePart, plain: unknown): ShownFields {
  const secrets = secretsOf(part);
  if (secrets.length === 0) return fieldsApart(plain, plain);
  const [zeros, letters] = [0, fillByte].map((value) => {
    const reader = new Reader(filled(part.bytes, secrets, value));
    return nameAndFields(part.name, part.read?.(reader)).fields;
  });
  return fieldsApart(zeros, letters);
}

/** What is in a union is called by what it is. */
function nameAndFields(name: string, value: unknown): { readonly name: string; readonly fields: unknown } {
  if (!isRecord(value)) return { name, fields: value };
  const { message, pdu, is, ...fields } = value;
  if (name === "SharePdu" && isRecord(message)) return nameAndFields("ShareControl", message);
  if (is === "data" && isRecord(pdu)) return nameAndFields("ShareData", pdu);
  if (name.startsWith(dynamicPrefix)) return { name, fields };
  if (typeof is !== "string" || unionsNamedByDeclaration.includes(name)) return { name, fields: value };
  return { name: is === "unknown" ? `${name} of unknown type` : capitalized(is), fields };
}

function ofUnion(value: { readonly is: string }): Described {
  const { name, fields } = nameAndFields("GraphicsCommand", value);
  return { name, fields: fieldsApart(fields, fields) };
}

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** These are called by channel and command already. */
const dynamicPrefix = "Dynamic";
/** Where the word says how, not what. */
const unionsNamedByDeclaration: readonly string[] = ["ConnectionConfirm"];
/** A letter that is valid wherever a zero is. */
const fillByte = 0x41;
