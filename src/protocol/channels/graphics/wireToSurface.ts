import type { contextCodecs, pixelFormats, surfaceCodecs } from "./graphicsCommands.ts";

/** Bytes before the data of wireToSurface1, RDPGFX_HEADER included. */
export const wireToSurface1HeaderBytes = 25;
/** Bytes before the data of wireToSurface2, RDPGFX_HEADER included. */
export const wireToSurface2HeaderBytes = 21;

/** What stands before a picture. The same object may be filled again for each tile. */
export interface SurfacePicture {
  surfaceId: number;
  /** A number of `surfaceCodecs`. */
  codec: (typeof surfaceCodecs)[keyof typeof surfaceCodecs];
  pixelFormat: (typeof pixelFormats)[keyof typeof pixelFormats];
  x: number;
  y: number;
  width: number;
  height: number;
  /** Of the data that follows. */
  dataBytes: number;
}

export interface ContextPicture {
  surfaceId: number;
  /** A number of `contextCodecs`. */
  codec: (typeof contextCodecs)[keyof typeof contextCodecs];
  contextId: number;
  pixelFormat: (typeof pixelFormats)[keyof typeof pixelFormats];
  /** Of the data that follows. */
  dataBytes: number;
}

/**
 * Writes the 25 bytes before the data at `at`; the encoder writes its data behind them, so that nothing is copied.
 * Written by hand since it runs once a tile. MS-RDPEGFX 2.2.2.1
 */
export function writeWireToSurface1Header(target: Uint8Array, at: number, picture: Readonly<SurfacePicture>): void {
  put32(target, at, 0x0001);
  put32(target, at + 4, wireToSurface1HeaderBytes + picture.dataBytes);
  put16(target, at + 8, picture.surfaceId);
  put16(target, at + 10, picture.codec);
  target[at + 12] = picture.pixelFormat;
  put16(target, at + 13, picture.x);
  put16(target, at + 15, picture.y);
  put16(target, at + 17, picture.x + picture.width);
  put16(target, at + 19, picture.y + picture.height);
  put32(target, at + 21, picture.dataBytes);
}

/** Writes the 21 bytes before the data at `at`. MS-RDPEGFX 2.2.2.2 */
export function writeWireToSurface2Header(target: Uint8Array, at: number, picture: Readonly<ContextPicture>): void {
  put32(target, at, 0x0002);
  put32(target, at + 4, wireToSurface2HeaderBytes + picture.dataBytes);
  put16(target, at + 8, picture.surfaceId);
  put16(target, at + 10, picture.codec);
  put32(target, at + 12, picture.contextId);
  target[at + 16] = picture.pixelFormat;
  put32(target, at + 17, picture.dataBytes);
}

function put16(target: Uint8Array, at: number, value: number): void {
  target[at] = value;
  target[at + 1] = value >>> 8;
}

function put32(target: Uint8Array, at: number, value: number): void {
  target[at] = value;
  target[at + 1] = value >>> 8;
  target[at + 2] = value >>> 16;
  target[at + 3] = value >>> 24;
}
