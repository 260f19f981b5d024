import { createReadStream, createWriteStream, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/**
 * Packs a folder with everything in it as `path`, a gzipped tar that only its owner may read, in which the folder is
 * called `name`. The file is there as a whole or not at all; what was begun is `path.part`. Rejects with the system's
 * error.
 */
export async function packFolder(folder: string, name: string, path: string): Promise<void> {
  const begun = `${path}.part`;
  const bytes = Readable.from(tarOf(folder, name));
  await pipeline(bytes, createGzip(), createWriteStream(begun, { mode: 0o600, flags: "w" }));
  renameSync(begun, path);
}

/** POSIX.1-2001 ustar. */
async function* tarOf(folder: string, name: string): AsyncGenerator<Uint8Array> {
  for (const { path, isFolder } of walked(folder, "")) {
    const { size, mtimeMs } = statSync(join(folder, path));
    yield header({ name: join(name, path), size: isFolder ? 0 : size, mtimeMs, isFolder });
    if (isFolder || size === 0) continue;
    let left = size;
    for await (const chunk of createReadStream(join(folder, path), { end: size - 1 })) {
      const bytes = chunk as Uint8Array;
      left -= bytes.length;
      yield bytes;
    }
    // It is shorter now than it was: an archive has the length that it has said.
    yield new Uint8Array(left + (-size & (blockBytes - 1)));
  }
  yield new Uint8Array(2 * blockBytes);
}

/** Folders before what is in them, in the order of names. */
function* walked(folder: string, below: string): Generator<{ readonly path: string; readonly isFolder: boolean }> {
  yield { path: below === "" ? "." : below, isFolder: true };
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) yield* walked(folder, path);
    else if (entry.isFile()) yield { path, isFolder: false };
  }
}

interface TarEntry {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly isFolder: boolean;
}

function header({ name, size, mtimeMs, isFolder }: TarEntry): Uint8Array {
  const bytes = Buffer.alloc(blockBytes);
  const called = isFolder ? `${name}/` : name;
  if (nameBytes < Buffer.byteLength(called)) throw new RangeError(`too long a name for an archive: ${called}`);
  bytes.write(called, 0);
  bytes.write(isFolder ? "0000700\0" : "0000600\0", 100);
  bytes.write(`${octal(0, 7)}\0${octal(0, 7)}\0`, 108);
  bytes.write(`${octal(size, 11)}\0${octal(Math.floor(mtimeMs / 1000), 11)}\0`, 124);
  bytes.write(" ".repeat(8), 148);
  bytes.write(isFolder ? "5" : "0", 156);
  bytes.write("ustar\u000000", 257);
  bytes.write("root\0", 265);
  bytes.write("root\0", 297);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148);
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

const blockBytes = 512;
const nameBytes = 100;
