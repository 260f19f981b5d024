/**
 * What a process sends of itself to the one who takes a dump: frames over a Unix socket, each with a letter for its
 * kind, four bytes of length (little-endian) and so much content.
 */
export type DumpFrame =
  /** Node's report on itself, as JSON: stacks, libuv's handles, the heap's rooms. */
  | { readonly is: "report"; readonly bytes: Buffer }
  /** A piece of V8's heap snapshot. */
  | { readonly is: "heap"; readonly bytes: Buffer }
  /** Last of all: `DumpEnd` as JSON. */
  | { readonly is: "end"; readonly bytes: Buffer };

/** For how long, in milliseconds, the process did nothing else while its heap was looked at. */
export interface DumpEnd {
  readonly paused: number;
}

/** The bytes before the content of a frame. */
export function frameHeader(is: DumpFrame["is"], length: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(letters[is], 0, "latin1");
  header.writeUInt32LE(length, 1);
  return header;
}

/** Frames as they come in pieces. */
export class DumpFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole now. Throws for what is none, or is larger than any may be. */
  receive(piece: Buffer): readonly DumpFrame[] {
    let bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const frames: DumpFrame[] = [];
    while (headerBytes <= bytes.length) {
      const is = kindOf(bytes[0]);
      const length = bytes.readUInt32LE(1);
      if (frameBytesMax < length) throw new Error(`a piece of ${length} bytes was announced`);
      if (bytes.length < headerBytes + length) break;
      frames.push({ is, bytes: bytes.subarray(headerBytes, headerBytes + length) });
      bytes = bytes.subarray(headerBytes + length);
    }
    this.#rest = Buffer.from(bytes);
    return frames;
  }
}

function kindOf(letter: number | undefined): DumpFrame["is"] {
  if (letter === 0x52) return "report";
  if (letter === 0x48) return "heap";
  if (letter === 0x45) return "end";
  throw new Error("it sends something that is no part of a dump");
}

const letters = { report: "R", heap: "H", end: "E" } as const;
const headerBytes = 5;
/** A report of a process with thousands of sockets has its place. */
const frameBytesMax = 8 << 20;
