import { parse, TomlError } from "smol-toml";

/** Where something stands in a text; both count from 1, the column in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A key of a TOML text, and the value behind it; of a table's header both are the header's. */
export interface TomlPlace {
  readonly key: TextPlace;
  readonly value: TextPlace;
}

/**
 * Where each key of a TOML text stands, by its `pathKey`. The text must have been accepted by a parser: what is no TOML
 * gives places that mean nothing, and always comes to an end.
 */
export function tomlPlaces(text: string): ReadonlyMap<string, TomlPlace> {
  return new Scan(text).places();
}

export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

class Scan {
  readonly #text: string;
  readonly #lineStarts: number[] = [0];
  readonly #found = new Map<string, TomlPlace>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#lineStarts.push(at + 1);
  }

  places(): ReadonlyMap<string, TomlPlace> {
    let table: readonly string[] = [];
    for (this.#skipBlanks(); this.#at < this.#text.length; this.#skipBlanks()) {
      const start = this.#at;
      if (this.#peek() === "[") table = this.#header();
      else this.#pair(table);
      if (this.#at === start) this.#at++;
    }
    return this.#found;
  }

  #header(): readonly string[] {
    const at = this.#place();
    while (this.#peek() === "[") this.#at++;
    const path = this.#key();
    while (this.#peek() === "]") this.#at++;
    this.#note(path, { key: at, value: at });
    return path;
  }

  #pair(table: readonly string[]): void {
    this.#skipSpace();
    const key = this.#place();
    const path = [...table, ...this.#key()];
    this.#skipSpace();
    if (this.#peek() === "=") this.#at++;
    this.#skipSpace();
    this.#note(path, { key, value: this.#place() });
    this.#value(path);
  }

  /** Parts with dots between them, plain or quoted. */
  #key(): readonly string[] {
    const parts: string[] = [];
    for (;;) {
      this.#skipSpace();
      const start = this.#at;
      if (this.#peek() === '"' || this.#peek() === "'") parts.push(unquoted(this.#string()));
      else {
        while (/[\w-]/u.test(this.#peek())) this.#at++;
        parts.push(this.#text.slice(start, this.#at));
      }
      this.#skipSpace();
      if (this.#peek() !== ".") return parts;
      this.#at++;
    }
  }

  #value(path: readonly string[]): void {
    switch (this.#peek()) {
      case "{":
        return this.#enclosed("}", () => this.#pair(path));
      case "[":
        return this.#enclosed("]", () => this.#value([...path, "[]"]));
      case '"':
      case "'":
        return void this.#string();
      default:
        while (this.#at < this.#text.length && !/[\n,\]}#]/u.test(this.#peek())) this.#at++;
    }
  }

  #enclosed(end: "}" | "]", member: () => void): void {
    this.#at++;
    for (;;) {
      this.#skipBlanks();
      if (this.#text.length <= this.#at) return;
      if (this.#peek() === end) return void this.#at++;
      const start = this.#at;
      if (this.#peek() === ",") this.#at++;
      else member();
      if (this.#at === start) this.#at++;
    }
  }

  /** The string with its quotes. */
  #string(): string {
    const start = this.#at;
    const quote = this.#peek();
    const long = quote.repeat(3);
    const isLong = this.#text.startsWith(long, start);
    this.#at += isLong ? 3 : 1;
    while (this.#at < this.#text.length) {
      if (quote === '"' && this.#peek() === "\\") this.#at += 2;
      else if (isLong && this.#text.startsWith(long, this.#at)) {
        this.#at += 3;
        // Up to two more quotes belong to the text.
        while (this.#peek() === quote) this.#at++;
        break;
      } else if (!isLong && (this.#peek() === quote || this.#peek() === "\n")) {
        this.#at++;
        break;
      } else this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  #skipSpace(): void {
    while (this.#peek() === " " || this.#peek() === "\t") this.#at++;
  }

  /** Space, ends of lines and comments. */
  #skipBlanks(): void {
    for (;;) {
      while (/\s/u.test(this.#peek())) this.#at++;
      if (this.#peek() !== "#") return;
      while (this.#at < this.#text.length && this.#peek() !== "\n") this.#at++;
    }
  }

  /** "" at the end. */
  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #place(): TextPlace {
    let [low, high] = [0, this.#lineStarts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle]! <= this.#at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: this.#at - this.#lineStarts[low]! + 1 };
  }

  /** The first of several of the same name. */
  #note(path: readonly string[], place: TomlPlace): void {
    for (let length = 1; length <= path.length; length++) {
      const key = pathKey(path.slice(0, length));
      if (!this.#found.has(key)) this.#found.set(key, place);
    }
  }
}

function unquoted(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    const { key } = parse(`key = ${quoted}`);
    return typeof key === "string" ? key : quoted;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return quoted;
  }
}
