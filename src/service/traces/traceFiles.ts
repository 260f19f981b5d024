import { mkdirSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { traceFileStart } from "#base/trace/traceFile.ts";

/** Why a part was not written. */
export type NotWritten = { readonly is: "full" } | { readonly is: "failed"; readonly why: string };

/**
 * The files of one trace while it grows, in a folder of its own. One after the other: what is written has its place in
 * the order in which it came.
 */
export class TraceFiles {
  readonly folder: string;
  readonly #bytesMax: number;
  readonly #files = new Map<string, Promise<FileHandle>>();
  #bytes = 0;
  #writing: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** Throws the system's error when the folder cannot be made. */
  constructor(folder: string, bytesMax: number) {
    this.folder = folder;
    this.#bytesMax = bytesMax;
    mkdirSync(folder, { mode: 0o700 });
  }

  /** On the disk so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends records to `records/NAME.hftrace`. */
  appendRecords(name: string, records: Uint8Array): Promise<NotWritten | undefined> {
    return this.append(join("records", `${name}.hftrace`), records, traceFileStart);
  }

  /** `path` is below the folder; `start`: what the file begins with. What does not fit is not begun. */
  async append(path: string, bytes: Uint8Array, start?: Uint8Array): Promise<NotWritten | undefined> {
    if (bytes.length === 0) return undefined;
    if (this.#isClosed) return { is: "failed", why: "the trace is over" };
    if (this.#bytesMax < this.#bytes + bytes.length) return { is: "full" };
    this.#bytes += bytes.length;
    const written = this.#writing.then(async () => {
      const file = await this.#file(path, start);
      await file.appendFile(bytes);
    });
    this.#writing = written.catch(() => {});
    try {
      await written;
      return undefined;
    } catch (error) {
      return { is: "failed", why: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Everything is on the disk, and nothing more is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    for (const opened of this.#files.values()) {
      try {
        await (await opened).close();
      } catch {
        // What could not be written was told where it was written.
      }
    }
    this.#files.clear();
  }

  /** Nothing of it is left. */
  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #file(path: string, start: Uint8Array | undefined): Promise<FileHandle> {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const opened = this.#open(join(this.folder, path), start);
    this.#files.set(path, opened);
    return opened;
  }

  async #open(path: string, start: Uint8Array | undefined): Promise<FileHandle> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "ax", 0o600);
    if (start !== undefined) await file.appendFile(start);
    return file;
  }
}
