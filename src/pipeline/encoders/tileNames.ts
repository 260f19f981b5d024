import { hash, hkdfSync, randomBytes } from "node:crypto";
import type { Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { tileSide } from "../shadow.ts";

/** What a tile shows: three sums below 2^53 and its size. Tiles of one name are taken for one. */
export interface TileName {
  readonly hash: number;
  readonly check: number;
  readonly rest: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Names tiles by a secret, so that nobody else can tell a name from a picture, nor make two pictures of one name.
 *
 * Each sum multiplies the pixels of a row by secret numbers, and the rows' sums again: different tiles have the same
 * one with a chance of 2^-22.9 at most over the secrets, whatever they show, and all three with 2^-68. Sums stay below
 * 2^53, so that they are exact.
 */
export class TileNames {
  /** For each sum a number for each column, of 23 bits. */
  readonly #columns: Secrets;
  /** For each sum three numbers for each row, of 27 bits. */
  readonly #rows: Secrets;
  readonly #keySecret: Buffer;
  /** Of the row and of the next. */
  readonly #sums = new Float64Array(6);

  /** `whose`: other names for everybody else by the same secret. */
  constructor(secret: Uint8Array, whose: string) {
    const bytes = Buffer.from(hkdfSync("sha256", secret, "", `tiles of ${whose}`, secretBytes));
    let at = 0;
    const take = (count: number, bits: number): Float64Array =>
      Float64Array.from({ length: count }, () => bytes.readUInt32LE((at += 4) - 4) >>> (32 - bits));
    const takeThree = (count: number, bits: number): Secrets => ({
      hash: take(count, bits),
      check: take(count, bits),
      rest: take(count, bits),
    });
    this.#columns = takeThree(tileSide, 23);
    this.#rows = takeThree(tileSide * partsOfRow, 27);
    this.#keySecret = bytes.subarray(at);
  }

  /** The name of what lies in `tile`, no larger than 64 by 64, of a picture at multiples of four bytes. */
  nameOf(pixels: Pixels, { x, y, width, height }: Rectangle): TileName {
    const words = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength >> 2);
    const stride = pixels.stride >> 2;
    const rows = this.#rows;
    const sums = this.#sums;
    let sum = 0;
    let check = 0;
    let rest = 0;
    let at = (pixels.offset >> 2) + y * stride + x;
    for (let row = 0; row < height; row += 2, at += 2 * stride) {
      // The last one may be alone.
      const isPair = row + 1 < height;
      sumRows(words, at, isPair ? at + stride : at, width, this.#columns, sums);
      sum = addRow(sum, sums[0]!, rows.hash, row);
      check = addRow(check, sums[1]!, rows.check, row);
      rest = addRow(rest, sums[2]!, rows.rest, row);
      if (!isPair) break;
      sum = addRow(sum, sums[3]!, rows.hash, row + 1);
      check = addRow(check, sums[4]!, rows.check, row + 1);
      rest = addRow(rest, sums[5]!, rows.rest, row + 1);
    }
    return { hash: sum, check, rest, width, height };
  }

  /** 64 bits that belong to the picture: a client may keep it on its disk under this key. */
  keyOf({ hash: hashed, check, rest, width, height }: TileName): bigint {
    const message = Buffer.alloc(64);
    this.#keySecret.copy(message);
    for (const [index, sum] of [hashed, check, rest].entries()) message.writeDoubleLE(sum, 32 + index * 8);
    message.writeUInt16LE(width, 56);
    message.writeUInt16LE(height, 58);
    // All messages have one length, and most of the hash is not told: nothing can be appended.
    return hash("sha256", message, "buffer").readBigUInt64LE(0);
  }
}

interface Secrets {
  readonly hash: Float64Array;
  readonly check: Float64Array;
  readonly rest: Float64Array;
}

/** Names by a secret that is thrown away: no two have the same. */
export function namesOfNobody(): TileNames {
  return new TileNames(randomBytes(32), "nobody");
}

/** Two rows at once, since each of these additions waits for the one before. */
function sumRows(
  words: Uint32Array,
  one: number,
  other: number,
  width: number,
  columns: Secrets,
  sums: Float64Array,
): void {
  const { hash: hashes, check: checks, rest: rests } = columns;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  for (let x = 0; x < width; x++) {
    const a = words[one + x]! & 0xffffff;
    const b = words[other + x]! & 0xffffff;
    const h = hashes[x]!;
    const c = checks[x]!;
    const r = rests[x]!;
    a0 += a * h;
    b0 += b * h;
    a1 += a * c;
    b1 += b * c;
    a2 += a * r;
    b2 += b * r;
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = a2;
  sums[3] = b0;
  sums[4] = b1;
  sums[5] = b2;
}

/** `row`: its sum, cut in parts of 18 bits, which times 27 bits and 64 rows stay below 2^53. */
function addRow(sum: number, row: number, secrets: Float64Array, index: number): number {
  const upper = Math.floor(row / 0x40000);
  const top = Math.floor(upper / 0x40000);
  const at = index * partsOfRow;
  return (
    sum + (row - upper * 0x40000) * secrets[at]! + (upper - top * 0x40000) * secrets[at + 1]! + top * secrets[at + 2]!
  );
}

const partsOfRow = 3;
const secretBytes = 3 * 4 * tileSide * (1 + partsOfRow) + 32;
