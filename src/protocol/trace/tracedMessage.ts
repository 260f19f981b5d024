import type { Reader } from "#base/bytes/reader.ts";

/** One message of a connection as a trace keeps it: after TLS and standard RDP security, its framing included. */
export interface TracedMessage {
  /** "der": one CredSSP message before MCS. */
  readonly form: "tpkt" | "fastPath" | "der";
  readonly direction: "fromClient" | "toClient";
  /** From its start; fewer than `length` where the rest was not kept. */
  readonly bytes: Uint8Array;
  /** Of the whole message; that of `bytes` where it is left out. */
  readonly length?: number;
}

/** What lies in a message behind its framing: one PDU, or what cannot be read. */
export interface TracePart {
  /** Its declared name. */
  readonly name: string;
  /** Where it lies: a view into the message. */
  readonly bytes: Uint8Array;
  /**
   * Whether it has secrets: "none"; "declared": those that reading it finds, and all of it when it cannot be read;
   * "all".
   */
  readonly secrets: "none" | "declared" | "all";
  /** How many bytes at its start stay when it cannot be read: its framing. 0 where it is left out. */
  readonly framingBytes?: number;
  /** What is known of it from outside: channel, size. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Reads it; throws DecodeError. Absent: only `facts` are told. */
  readonly read?: (reader: Reader) => unknown;
  /** A piece of a message on a dynamic channel, to be put together by whoever wants to see into it. */
  readonly piece?: DynamicPiece;
}

export interface DynamicPiece {
  readonly channel: string;
  /** Of the whole message, in its first piece. */
  readonly length: number | undefined;
  readonly data: Uint8Array;
}

/** Whether the end of the message was not kept. */
export function isCut({ bytes, length }: TracedMessage): boolean {
  return length !== undefined && bytes.length < length;
}

/** A part that is wholly secret, or may be. */
export function hidden(name: string, bytes: Uint8Array, facts: TracePart["facts"] = {}): TracePart {
  return { name, bytes, secrets: "all", facts: { ...facts, bytes: bytes.length } };
}
