import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

/**
 * A file that is appended to and made with mode 0600. When it has grown to `bytesMax` it becomes `PATH.1`, in place of
 * the one before, so that both together never hold more than twice that and one line.
 */
export class LogFile {
  readonly #path: string;
  readonly #bytesMax: number;
  #descriptor: number;
  #bytes: number;

  /** Throws the system's error when the file cannot be opened. */
  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    this.#descriptor = openSync(path, "a", 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  /** Throws the system's error when the line cannot be written. */
  write(line: string): void {
    this.#bytes += writeSync(this.#descriptor, line);
    if (this.#bytesMax <= this.#bytes) this.#begin();
  }

  #begin(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const before = this.#descriptor;
    this.#descriptor = openSync(this.#path, "a", 0o600);
    this.#bytes = 0;
    closeSync(before);
  }
}
