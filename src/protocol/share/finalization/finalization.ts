import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code, defaultAtEnd, flags, ignored, ignoredAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

/** Both sides' first words after the capabilities (TS_SYNCHRONIZE_PDU). */
export const synchronize = struct("Synchronize", "MS-RDPBCGR 2.2.1.14.1", {
  messageType: ignored(u16le, 1),
  /** The receiver's MCS channel id; not looked at by anybody. */
  targetUser: defaultAtEnd(u16le, 0),
});
export type Synchronize = ValueOf<typeof synchronize>;

/** Client: cooperate, request; server: cooperate, grant (TS_CONTROL_PDU). */
export const control = struct("Control", "MS-RDPBCGR 2.2.1.15.1", {
  action: code(u16le, { requestControl: 1, grantedControl: 2, detach: 3, cooperate: 4 }),
  /** In a grant the client's user channel, otherwise 0. */
  grantId: u16le,
  /** In a grant the server's channel 0x03ea, otherwise 0. */
  controlId: u32le,
});
export type Control = ValueOf<typeof control>;

/** The client's fonts: an empty list, that ends the finalization on its side (TS_FONT_LIST_PDU). */
export const fontList = struct("FontList", "MS-RDPBCGR 2.2.1.18.1", {
  fontCount: ignoredAtEnd(u16le),
  fontCountTotal: ignoredAtEnd(u16le),
  sequence: ignoredAtEnd(u16le, 3),
  entrySize: ignoredAtEnd(u16le, 50),
});
export type FontList = ValueOf<typeof fontList>;

/** The server's answer to the font list: from here on it sends pictures (TS_FONT_MAP_PDU). */
export const fontMap = struct("FontMap", "MS-RDPBCGR 2.2.1.22.1", {
  entryCount: ignoredAtEnd(u16le),
  entryCountTotal: ignoredAtEnd(u16le),
  sequence: ignoredAtEnd(u16le, 3),
  entrySize: ignoredAtEnd(u16le, 4),
});
export type FontMap = ValueOf<typeof fontMap>;

/** A bitmap in a client's persistent cache, by the two halves of its key. */
const cachedBitmapKey = struct("CachedBitmapKey", "MS-RDPBCGR 2.2.1.17.1.1", { low: u32le, high: u32le });
export type CachedBitmapKey = ValueOf<typeof cachedBitmapKey>;

export interface PersistentKeyList {
  /** For each of the five caches: its keys in this message, and how many it has in all messages together. */
  readonly caches: readonly { readonly keys: readonly CachedBitmapKey[]; readonly total: number }[];
  readonly sequence: readonly ("first" | "last")[];
}

const sequence = flags(u16le, { first: 0x01, last: 0x02 });

const keyList: Codec<PersistentKeyList> = {
  size: (value) => 24 + value.caches.reduce((sum, cache) => sum + cache.keys.length * 8, 0),
  write: (writer, { caches, sequence: parts }) => {
    for (let index = 0; index < 5; index++) writer.u16le(caches[index]?.keys.length ?? 0);
    for (let index = 0; index < 5; index++) writer.u16le(caches[index]?.total ?? 0);
    // A byte of flags and a byte of padding: as one little-endian number.
    sequence.write(writer, parts);
    writer.u16le(0);
    for (const cache of caches) for (const key of cache.keys) cachedBitmapKey.write(writer, key);
  },
  read: (reader) => {
    const at = reader.offset;
    const counts = Array.from({ length: 5 }, () => reader.u16le());
    const totals = Array.from({ length: 5 }, () => reader.u16le());
    const parts = sequence.read(reader);
    reader.take(2);
    const sum = counts.reduce((all, count) => all + count, 0);
    if (!(sum <= limits.persistentKeysPerMessage)) {
      throw new DecodeError({ is: "overLimit", limit: limits.persistentKeysPerMessage, got: sum, of: "count" }, at);
    }
    const caches = counts.map((count, index) => ({
      keys: Array.from({ length: count }, () => cachedBitmapKey.read(reader)),
      total: totals[index] ?? 0,
    }));
    return { caches, sequence: parts };
  },
};

/** What a client still has in its persistent bitmap caches (TS_BITMAPCACHE_PERSISTENT_LIST_PDU). */
export const persistentKeyList = struct("PersistentKeyList", "MS-RDPBCGR 2.2.1.17.1", { list: keyList });
