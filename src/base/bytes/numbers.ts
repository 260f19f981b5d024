import type { Codec } from "./codec.ts";

export const u8: Codec<number> = { size: () => 1, write: (w, v) => w.u8(v), read: (r) => r.u8() };
export const i8: Codec<number> = { size: () => 1, write: (w, v) => w.i8(v), read: (r) => r.i8() };
export const u16le: Codec<number> = { size: () => 2, write: (w, v) => w.u16le(v), read: (r) => r.u16le() };
export const i16le: Codec<number> = { size: () => 2, write: (w, v) => w.i16le(v), read: (r) => r.i16le() };
export const u16be: Codec<number> = { size: () => 2, write: (w, v) => w.u16be(v), read: (r) => r.u16be() };
export const u32le: Codec<number> = { size: () => 4, write: (w, v) => w.u32le(v), read: (r) => r.u32le() };
export const i32le: Codec<number> = { size: () => 4, write: (w, v) => w.i32le(v), read: (r) => r.i32le() };
export const u32be: Codec<number> = { size: () => 4, write: (w, v) => w.u32be(v), read: (r) => r.u32be() };
export const u64le: Codec<bigint> = { size: () => 8, write: (w, v) => w.u64le(v), read: (r) => r.u64le() };
