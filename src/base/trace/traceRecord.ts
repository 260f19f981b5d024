import { encode, type Codec } from "../bytes/codec.ts";
import { DecodeError } from "../bytes/decodeError.ts";
import { list, sizedBytes } from "../bytes/fields.ts";
import { u32le, u8 } from "../bytes/numbers.ts";
import type { Reader } from "../bytes/reader.ts";
import { utf8Bytes, utf8Text } from "../bytes/text.ts";
import type { Writer } from "../bytes/writer.ts";
import { limits } from "../limits.ts";

/** Whose record it is. `id`: the connection's, the session's of a keeper; 0 where there is one of its kind. */
export interface TraceProcess {
  readonly kind: (typeof processKinds)[number];
  readonly id: number;
}

/** One thing that happened in one process. */
export interface TraceRecord {
  /** Microseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly process: TraceProcess;
  readonly what: TraceWhat;
}

export type TraceWhat =
  | ({ readonly is: "message" } & TraceMessage)
  /** The sequence stands there now, e.g. "awaitingConnectInitial". */
  | { readonly is: "step"; readonly step: string }
  | { readonly is: "note"; readonly name: string; readonly facts: TraceFacts }
  /** It has waited until now: `of` says for whom or what, in words. */
  | { readonly is: "wait"; readonly of: string; readonly milliseconds: number }
  | { readonly is: "log"; readonly level: string; readonly event: string; readonly facts: TraceFacts };

/**
 * One message of the wire, as the sequence saw it: after TLS and standard RDP security, cut from the stream, its TPKT
 * or fast-path header included; "der" is one CredSSP message before MCS.
 */
export interface TraceMessage {
  readonly direction: (typeof directions)[number];
  readonly form: (typeof forms)[number];
  /** Where the sequence stood before it, e.g. "active". */
  readonly step: string;
  /** Of the whole message, in bytes. */
  readonly length: number;
  /** The message from its start; fewer than `length` where the rest was not kept. */
  readonly bytes: Uint8Array;
  /**
   * "present" only in a process's memory. In files "removed": secret fields are zeros, of the same length; "withheld":
   * nobody could tell where its secrets are, and there are no bytes.
   */
  readonly secrets: (typeof secretStates)[number];
}

/** What is known of something, by name; numbers as text. No secrets. */
export type TraceFacts = Readonly<Record<string, string>>;

/** The record's bytes, without the length that stands before it in a file. Texts that are too long are cut. */
export function encodeTraceRecord(record: TraceRecord): Uint8Array {
  return encode(traceRecordCodec, record);
}

export const traceRecordCodec: Codec<TraceRecord> = {
  size: ({ what }) => headerBytes + bodyCodec(what.is).size(what),
  write: (writer, { at, process, what }) => {
    writer.u8(whatKinds.indexOf(what.is));
    writer.u64le(BigInt(Math.round(at)));
    writer.u8(processKinds.indexOf(process.kind));
    writer.u32le(process.id);
    bodyCodec(what.is).write(writer, what);
  },
  read: (reader) => {
    const is = word(reader, whatKinds);
    const at = Number(reader.u64le());
    const process = { kind: word(reader, processKinds), id: reader.u32le() };
    return { at, process, what: bodyCodec(is).read(reader) };
  },
};

/** 8 bits of length would cut sentences, 32 would let a damaged file ask for a lot. */
const shortText: Codec<string> = {
  size: (text) => 2 + cutText(text).length,
  write: (writer, text) => {
    const bytes = cutText(text);
    writer.u16le(bytes.length);
    writer.put(bytes);
  },
  read: (reader) => utf8Text(reader.take(reader.u16le())),
};

function cutText(text: string): Uint8Array {
  const known = encodedWords.get(text);
  if (known !== undefined) return known;
  const bytes = utf8Bytes(text).subarray(0, limits.traceTextBytes);
  if (text.length <= wordLength && encodedWords.size < wordsEncoded) encodedWords.set(text, bytes);
  return bytes;
}

/** The same few words stand in every message: to encode them each time would take longer than all the rest. */
const encodedWords = new Map<string, Uint8Array>();
const wordLength = 32;
const wordsEncoded = 256;

const fact: Codec<readonly [string, string]> = {
  size: ([name, value]) => shortText.size(name) + shortText.size(value),
  write: (writer, [name, value]) => {
    shortText.write(writer, name);
    shortText.write(writer, value);
  },
  read: (reader) => [shortText.read(reader), shortText.read(reader)],
};
const factList = list(u8, fact, { atMost: limits.traceFacts });
const facts: Codec<TraceFacts> = {
  size: (value) => factList.size(Object.entries(value).slice(0, limits.traceFacts)),
  write: (writer, value) => factList.write(writer, Object.entries(value).slice(0, limits.traceFacts)),
  read: (reader) => Object.fromEntries(factList.read(reader)),
};

const messageBytes = sizedBytes(u32le, { atMost: limits.traceMessageBytes });

const message: Codec<TraceMessage> = {
  size: ({ step, bytes }) => 3 + shortText.size(step) + 4 + messageBytes.size(bytes),
  write: (writer, value) => {
    writer.u8(directions.indexOf(value.direction));
    writer.u8(forms.indexOf(value.form));
    writer.u8(secretStates.indexOf(value.secrets));
    shortText.write(writer, value.step);
    writer.u32le(value.length);
    messageBytes.write(writer, value.bytes);
  },
  read: (reader) => {
    const direction = word(reader, directions);
    const form = word(reader, forms);
    const secrets = word(reader, secretStates);
    return {
      direction,
      form,
      secrets,
      step: shortText.read(reader),
      length: reader.u32le(),
      bytes: messageBytes.read(reader),
    };
  },
};

function bodyCodec(is: TraceWhat["is"]): Codec<TraceWhat> {
  return bodies[is] as Codec<TraceWhat>;
}

const bodies: { readonly [K in TraceWhat["is"]]: Codec<Extract<TraceWhat, { is: K }>> } = {
  message: {
    size: (what) => message.size(what),
    write: (writer, what) => message.write(writer, what),
    read: (reader) => ({ is: "message", ...message.read(reader) }),
  },
  step: {
    size: ({ step }) => shortText.size(step),
    write: (writer, { step }) => shortText.write(writer, step),
    read: (reader) => ({ is: "step", step: shortText.read(reader) }),
  },
  note: {
    size: (what) => shortText.size(what.name) + facts.size(what.facts),
    write: (writer, what) => {
      shortText.write(writer, what.name);
      facts.write(writer, what.facts);
    },
    read: (reader) => ({ is: "note", name: shortText.read(reader), facts: facts.read(reader) }),
  },
  wait: {
    size: ({ of }) => shortText.size(of) + u32le.size(0),
    write: (writer, { of, milliseconds }) => {
      shortText.write(writer, of);
      writer.u32le(Math.min(Math.max(0, Math.round(milliseconds)), 0xffffffff));
    },
    read: (reader) => ({ is: "wait", of: shortText.read(reader), milliseconds: reader.u32le() }),
  },
  log: {
    size: (what) => shortText.size(what.level) + shortText.size(what.event) + facts.size(what.facts),
    write: (writer: Writer, what) => {
      shortText.write(writer, what.level);
      shortText.write(writer, what.event);
      facts.write(writer, what.facts);
    },
    read: (reader) => ({
      is: "log",
      level: shortText.read(reader),
      event: shortText.read(reader),
      facts: facts.read(reader),
    }),
  },
};

function word<const Words extends readonly string[]>(reader: Reader, words: Words): Words[number] {
  const at = reader.offset;
  const got = reader.u8();
  const found: Words[number] | undefined = words[got];
  if (found === undefined) throw new DecodeError({ is: "wrongValue", expected: `one of ${words.join(", ")}`, got }, at);
  return found;
}

// The position in each list is what stands in files: new words go to the end.
const whatKinds = ["message", "step", "note", "wait", "log"] as const;
const processKinds = ["service", "connection", "keeper", "probe"] as const;
const directions = ["received", "sent"] as const;
const forms = ["tpkt", "fastPath", "der"] as const;
const secretStates = ["present", "removed", "withheld"] as const;
const headerBytes = 1 + 8 + 1 + 4;
