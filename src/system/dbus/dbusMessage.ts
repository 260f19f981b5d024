/** What a message carries: text, numbers, and lists of texts. `u` is an unsigned number of 32 bits. */
export type DbusValue = string | number | boolean | readonly string[];

/** A message of the D-Bus wire protocol, as far as this product needs it (D-Bus Specification, "Message Protocol"). */
export interface DbusMessage {
  readonly kind: "call" | "reply" | "error" | "signal";
  readonly serial: number;
  readonly wantsReply: boolean;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature: string;
  /** By the signature; empty when that has types beyond `s`, `o`, `g`, `u`, `b`, `as`. */
  readonly body: readonly DbusValue[];
}

export interface OutgoingMessage {
  readonly kind: DbusMessage["kind"];
  readonly serial: number;
  /** Nobody is started to answer it. */
  readonly noAutoStart?: boolean;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  /** The bus says it for us. */
  readonly sender?: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

/** What a peer sent is no message, or longer than it may be. */
export class DbusError extends Error {}

export function encodeMessage(message: OutgoingMessage): Buffer {
  const { signature = "", body = [] } = message;
  const content = new DbusWriter();
  const types = typesOf(signature);
  for (const [index, type] of (types ?? []).entries()) content.value(type, body[index] ?? "");
  const header = new DbusWriter();
  header.bytes([LITTLE_ENDIAN, kinds.indexOf(message.kind) + 1, message.noAutoStart === true ? NO_AUTO_START : 0, 1]);
  header.u32(content.length);
  header.u32(message.serial);
  header.list(() => {
    for (const [code, name, type] of fields) {
      const value = message[name];
      if (value === undefined || value === "") continue;
      header.align(8);
      header.bytes([code]);
      header.signature(type);
      header.value(type, value);
    }
  });
  header.align(8);
  return Buffer.concat([header.taken, content.taken]);
}

/** How long the message at the start is; undefined: that cannot be seen yet. Throws DbusError. */
export function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined;
  const little = isLittle(bytes);
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const length = aligned(16 + u32(12), 8) + u32(4);
  if (!(length <= messageBytesMax)) throw new DbusError(`a message of ${length} bytes is too long`);
  return length;
}

/** Reads one whole message. Throws DbusError. */
export function decodeMessage(bytes: Buffer): DbusMessage {
  const little = isLittle(bytes);
  const reader = new DbusReader(bytes, little);
  reader.skip(1);
  const kind = kinds[reader.u8() - 1];
  if (kind === undefined) throw new DbusError("a message of an unknown kind");
  const flags = reader.u8();
  reader.skip(1 + 4);
  const serial = reader.u32();
  const known: Record<string, DbusValue> = {};
  const end = reader.u32() + reader.offset;
  while (reader.offset < end) {
    reader.align(8);
    const code = reader.u8();
    const value = reader.value(reader.signature());
    const name = fields.find(([each]) => each === code)?.[1];
    if (name !== undefined) known[name] = value;
  }
  reader.align(8);
  const signature = textOf(known["signature"]) ?? "";
  const types = typesOf(signature);
  return {
    kind,
    serial,
    wantsReply: (flags & NO_REPLY_EXPECTED) === 0,
    signature,
    body: types === undefined ? [] : types.map((type) => reader.value(type)),
    ...texts(known),
    ...(typeof known["replySerial"] === "number" ? { replySerial: known["replySerial"] } : {}),
  };
}

function texts(known: Readonly<Record<string, DbusValue>>) {
  const names = ["path", "interface", "member", "errorName", "destination", "sender"] as const;
  const present = names.flatMap((name) => {
    const text = textOf(known[name]);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(present);
}

function textOf(value: DbusValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** undefined: there is a type among them that is not read here. */
function typesOf(signature: string): readonly string[] | undefined {
  const types = signature.match(/as|[sogub]/gu) ?? [];
  return types.join("") === signature ? types : undefined;
}

class DbusWriter {
  #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  get taken(): Buffer {
    return Buffer.from(this.#bytes);
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0);
  }

  bytes(bytes: Iterable<number>): void {
    for (const each of bytes) this.#bytes.push(each);
  }

  u32(value: number): void {
    this.align(4);
    this.bytes([value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]);
  }

  signature(text: string): void {
    this.bytes([text.length, ...Buffer.from(text), 0]);
  }

  value(type: string, value: DbusValue): void {
    if (type === "g") return this.signature(String(value));
    if (type === "u" || type === "b") return this.u32(Number(value));
    if (type === "as") return this.list(() => Array.isArray(value) && value.forEach((each) => this.value("s", each)));
    const text = Buffer.from(String(value));
    this.u32(text.length);
    this.bytes([...text, 0]);
  }

  /** An array: its length in bytes, which is known when it is written. */
  list(write: () => unknown): void {
    this.u32(0);
    const start = this.#bytes.length;
    write();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.#bytes.length - start);
    for (const [index, byte] of length.entries()) this.#bytes[start - 4 + index] = byte;
  }
}

class DbusReader {
  offset = 0;
  readonly #bytes: Buffer;
  readonly #little: boolean;

  constructor(bytes: Buffer, little: boolean) {
    this.#bytes = bytes;
    this.#little = little;
  }

  skip(count: number): void {
    this.#need(count);
    this.offset += count;
  }

  align(to: number): void {
    this.skip(aligned(this.offset, to) - this.offset);
  }

  u8(): number {
    this.#need(1);
    return this.#bytes.readUInt8(this.offset++);
  }

  u32(): number {
    this.align(4);
    this.#need(4);
    const at = this.offset;
    this.offset += 4;
    return this.#little ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  signature(): string {
    return this.#text(this.u8());
  }

  value(type: string): DbusValue {
    switch (type) {
      case "s":
      case "o":
        return this.#text(this.u32());
      case "g":
        return this.signature();
      case "u":
        return this.u32();
      case "b":
        return this.u32() !== 0;
      case "as":
        return this.#textList();
      default:
        throw new DbusError(`a header field of type ${type}`);
    }
  }

  #textList(): readonly string[] {
    const end = this.u32() + this.offset;
    const all: string[] = [];
    while (this.offset < end) all.push(this.#text(this.u32()));
    return all;
  }

  #text(length: number): string {
    this.#need(length + 1);
    const at = this.offset;
    this.offset += length + 1;
    return this.#bytes.toString("utf8", at, at + length);
  }

  #need(count: number): void {
    if (!(this.offset + count <= this.#bytes.length)) throw new DbusError("a message is shorter than it says");
  }
}

function isLittle(bytes: Buffer): boolean {
  const [order] = bytes;
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) throw new DbusError("bytes that are no message");
  return order === LITTLE_ENDIAN;
}

function aligned(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}

const kinds = ["call", "reply", "error", "signal"] as const;
const fields = [
  [1, "path", "o"],
  [2, "interface", "s"],
  [3, "member", "s"],
  [4, "errorName", "s"],
  [5, "replySerial", "u"],
  [6, "destination", "s"],
  [7, "sender", "s"],
  [8, "signature", "g"],
] as const satisfies readonly (readonly [number, keyof DbusMessage, string])[];
const LITTLE_ENDIAN = 0x6c;
const BIG_ENDIAN = 0x42;
const NO_REPLY_EXPECTED = 1;
const NO_AUTO_START = 2;
/** The specification allows 128 MB; what we are told is short. */
const messageBytesMax = 256 << 10;
