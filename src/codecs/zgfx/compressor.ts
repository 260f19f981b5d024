import { BitWriter } from "./bitWriter.ts";
import {
  historyBytes,
  manySegments,
  segmentBytesMax,
  segmentCompressed,
  segmentType,
  singleSegment,
} from "./tokens.ts";

/**
 * The sending end of RDP 8.0 bulk compression (MS-RDPEGFX 2.2.5, 3.1.9.1). What was sent before is found again up to
 * 2.5 MB back, so every message of the channel must pass through here, in order. Takes about 5 MB; with `compress:
 * false` nothing.
 */
export class ZgfxCompressor {
  readonly #isCompressing: boolean;
  #matcher: Matcher | undefined;

  constructor(options: { readonly compress?: boolean } = {}) {
    this.#isCompressing = options.compress ?? true;
  }

  /** `message` as RDP_SEGMENTED_DATA (given); a segment that does not get shorter is sent as it is. */
  compress(message: Uint8Array): Uint8Array {
    return this.#wrap(message, this.#isCompressing);
  }

  /** The same without looking for matches: for payloads compressed already. They are remembered, but not searched. */
  store(message: Uint8Array): Uint8Array {
    return this.#wrap(message, false);
  }

  #wrap(message: Uint8Array, isCompressing: boolean): Uint8Array {
    if (this.#isCompressing) this.#matcher ??= new Matcher();
    const count = Math.max(1, Math.ceil(message.length / segmentBytesMax));
    if (0xffff < count) throw new RangeError(`a message of ${message.length} bytes has too many segments`);
    const isSingle = count === 1;
    const frame = isSingle ? 0 : 4;
    const out = new Uint8Array((isSingle ? 1 : 7) + message.length + count * (frame + 1));
    const view = new DataView(out.buffer);
    out[0] = isSingle ? singleSegment : manySegments;
    if (!isSingle) {
      view.setUint16(1, count, true);
      view.setUint32(3, message.length, true);
    }
    let at = isSingle ? 1 : 7;
    for (let index = 0; index < count; index++) {
      const segment = message.subarray(index * segmentBytesMax, (index + 1) * segmentBytesMax);
      const start = at + frame;
      at = this.#segmentInto(out, start, segment, isCompressing);
      if (!isSingle) view.setUint32(start - frame, at - start, true);
    }
    return at === out.length ? out : out.slice(0, at);
  }

  /** One RDP8_BULK_ENCODED_DATA at `at`; gives the place behind it. */
  #segmentInto(out: Uint8Array, at: number, segment: Uint8Array, isCompressing: boolean): number {
    const matcher = this.#matcher;
    const compressed = matcher?.append(segment, isCompressing);
    out[at] = compressed === undefined ? segmentType : segmentType | segmentCompressed;
    const data = compressed ?? segment;
    out.set(data, at + 1);
    return at + 1 + data.length;
  }
}

/**
 * Finds in what was sent before what is sent now: by a table of the last four places where four bytes had the same
 * hash.
 */
class Matcher {
  /** The history and, behind it, room for segments until the history is moved to the front. */
  readonly #window = new Uint8Array(windowBytes);
  /** `bucketSize` places for each hash, the latest first; 0 is none, so the first byte of all is never matched. */
  readonly #places = new Int32Array(bucketSize << hashBits);
  readonly #writer = new BitWriter(segmentBytesMax * 2);
  #end = 0;
  /** Of the match found last. */
  #from = 0;
  #length = 0;

  /** Remembers `segment` and compresses it: the encoded bits (lent), or undefined when they are not shorter. */
  append(segment: Uint8Array, isCompressing: boolean): Uint8Array | undefined {
    if (windowBytes - this.#end < segment.length) this.#moveToFront();
    const start = this.#end;
    this.#window.set(segment, start);
    this.#end += segment.length;
    return isCompressing && shortestWorthwhile < segment.length ? this.#compress(start) : undefined;
  }

  #compress(start: number): Uint8Array | undefined {
    const writer = this.#writer;
    const window = this.#window;
    const end = this.#end;
    writer.restart(0);
    let at = start;
    let literalStart = start;
    while (at < end) {
      if (!this.#find(at, end)) {
        // Where nothing has matched for long, nothing will: look at fewer and fewer places.
        at += 1 + Math.min(longestStep, (at - literalStart) >> 6);
        continue;
      }
      let from = this.#from;
      let length = this.#length;
      // A longer match one byte on is worth a literal.
      if (length < longEnough && this.#find(at + 1, end) && length + 1 < this.#length) {
        at++;
        from = this.#from;
        length = this.#length;
      }
      writer.literals(window, literalStart, at);
      writer.match(at - from, length);
      this.#remember(at + 1, at + length);
      at += length;
      literalStart = at;
      if (end - start <= writer.offset) break;
    }
    if (literalStart < end && writer.offset < end - start) writer.literals(window, literalStart, end);
    writer.finish();
    return writer.offset < end - start ? writer.bytes.subarray(0, writer.offset) : undefined;
  }

  /** Looks for the longest match at `at` and enters the place; false when there is none. */
  #find(at: number, end: number): boolean {
    if (end - at < shortestMatch) return false;
    const window = this.#window;
    const places = this.#places;
    const bucket = hash(window, at);
    const oldest = at - historyBytes;
    let best = shortestMatch - 1;
    for (let slot = bucket; slot < bucket + bucketSize; slot++) {
      const from = places[slot]!;
      if (from === 0 || from <= oldest || at <= from) continue;
      if (window[from + best] !== window[at + best]) continue;
      let length = 0;
      const most = end - at;
      while (length < most && window[from + length] === window[at + length]) length++;
      if (length <= best) continue;
      best = length;
      this.#from = from;
      if (length === most) break;
    }
    this.#length = best;
    this.#enter(bucket, at);
    return shortestMatch <= best;
  }

  /** Enters the places inside a match, of a long one only some. */
  #remember(start: number, end: number): void {
    const last = Math.min(end, this.#end - shortestMatch + 1);
    const step = end - start < 32 ? 1 : 4;
    for (let at = start; at < last; at += step) this.#enter(hash(this.#window, at), at);
  }

  #enter(bucket: number, at: number): void {
    const places = this.#places;
    if (places[bucket] === at) return;
    places[bucket + 3] = places[bucket + 2]!;
    places[bucket + 2] = places[bucket + 1]!;
    places[bucket + 1] = places[bucket]!;
    places[bucket] = at;
  }

  #moveToFront(): void {
    const by = this.#end - historyBytes;
    this.#window.copyWithin(0, by, this.#end);
    this.#end = historyBytes;
    for (let slot = 0; slot < this.#places.length; slot++) {
      this.#places[slot] = Math.max(0, this.#places[slot]! - by);
    }
  }
}

/** The start of the bucket of the four bytes at `at`. */
function hash(window: Uint8Array, at: number): number {
  const four = window[at]! | (window[at + 1]! << 8) | (window[at + 2]! << 16) | (window[at + 3]! << 24);
  return (Math.imul(four, 0x9e3779b1) >>> (32 - hashBits)) * bucketSize;
}

const bucketSize = 4;
const hashBits = 16;
const windowBytes = historyBytes + (1 << 20);
const shortestMatch = 4;
/** A match of so many bytes is taken without trying the next place. */
const longEnough = 32;
const longestStep = 15;
/** The header and the last byte eat up what so short a segment could win. */
const shortestWorthwhile = 4;
