import type { Readable } from "node:stream";

/** Reads all that a program says and keeps the last 40 lines, each of at most 400 characters. */
export class LastLines {
  readonly #lines: string[] = [];
  #unfinished = "";

  get lines(): readonly string[] {
    return this.#unfinished === "" ? this.#lines : [...this.#lines, this.#unfinished].slice(-LINES);
  }

  /** What the stream says from now on; a stream that fails has said its last. */
  read(stream: Readable | null | undefined): void {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => this.#receive(chunk));
    stream?.on("error", () => {});
  }

  #receive(chunk: string): void {
    const lines = (this.#unfinished + chunk).split("\n");
    this.#unfinished = (lines.pop() ?? "").slice(-CHARACTERS);
    this.#lines.push(...lines.map((line) => line.trimEnd().slice(0, CHARACTERS)).filter((line) => line !== ""));
    this.#lines.splice(0, this.#lines.length - LINES);
  }
}

const LINES = 40;
const CHARACTERS = 400;
