import { HeapUnreadable } from "./heapGraph.ts";

/** A list of JSON texts as it comes in pieces; of each only the beginning is kept. */
export class HeapStrings {
  readonly strings: string[] = [];
  #kept: number[] = [];
  #isInside = false;
  #isEscaped = false;
  #hasEscapes = false;

  /** The bytes behind the bracket that ends the list; undefined: it has not come. */
  receive(bytes: Buffer): Buffer | undefined {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (!this.#isInside) {
        if (byte === quote) this.#isInside = true;
        else if (byte === closingBracket) return bytes.subarray(at + 1);
        continue;
      }
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === quote) {
        this.#finish();
        continue;
      } else if (byte === backslash) {
        this.#isEscaped = true;
        this.#hasEscapes = true;
      }
      if (this.#kept.length < keptBytes) this.#kept.push(byte);
    }
    return undefined;
  }

  #finish(): void {
    if (stringsMax <= this.strings.length) throw new HeapUnreadable("it has more names than can be looked at");
    const text = Buffer.from(this.#kept).toString("utf8");
    this.strings.push(this.#hasEscapes ? plainText(text) : text);
    this.#kept = [];
    this.#isInside = false;
    this.#hasEscapes = false;
  }
}

/** Its beginning may end within an escape. */
function plainText(text: string): string {
  return text.replace(/\\u[\da-f]{0,4}|\\.?/giu, (escape) => escapes[escape] ?? "?");
}

const escapes: Readonly<Record<string, string>> = { '\\"': '"', "\\\\": "\\", "\\/": "/", "\\n": " ", "\\t": " " };
const quote = 0x22;
const backslash = 0x5c;
const closingBracket = 0x5d;
const keptBytes = 100;
const stringsMax = 20_000_000;
