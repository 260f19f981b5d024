import { HeapUnreadable, type HeapGraph } from "./heapGraph.ts";
import { HeapForm } from "./heapForm.ts";
import { HeapStrings } from "./heapStrings.ts";

/**
 * Reads a heap snapshot (`.heapsnapshot`, JSON as Chrome's developer tools have it) piece by piece: what is kept is
 * numbers, and the beginnings of names. Throws HeapUnreadable.
 */
export class HeapReader {
  #stage: "head" | "nodes" | "toEdges" | "edges" | "toStrings" | "strings" | "over" = "head";
  /** What may be the beginning of the mark that is looked for. */
  #text = "";
  #form: HeapForm | undefined;
  #numbers: NumberStream | undefined;
  readonly #strings = new HeapStrings();

  receive(piece: Buffer): void {
    let rest: Buffer | undefined = piece;
    while (rest !== undefined && rest.length !== 0) rest = this.#take(rest);
  }

  /** What has been read; after the last piece. */
  finish(): HeapGraph {
    if (this.#stage !== "over" || this.#form === undefined) throw new HeapUnreadable("it ends too early");
    return this.#form.graph(this.#strings.strings);
  }

  /** The bytes that are left for the next stage; undefined: more are needed. */
  #take(piece: Buffer): Buffer | undefined {
    switch (this.#stage) {
      case "head":
        return this.#seek(piece, '"nodes":[', (head) => {
          this.#form = new HeapForm(head);
          this.#begin("nodes", (index, value) => this.#form?.takeNode(index, value));
        });
      case "toEdges":
        return this.#seek(piece, '"edges":[', () =>
          this.#begin("edges", (index, value) => this.#form?.takeEdge(index, value)),
        );
      case "toStrings":
        return this.#seek(piece, '"strings":[', () => (this.#stage = "strings"));
      case "nodes":
        return this.#takeNumbers(piece, "toEdges");
      case "edges":
        return this.#takeNumbers(piece, "toStrings");
      case "strings": {
        const rest = this.#strings.receive(piece);
        if (rest !== undefined) this.#stage = "over";
        return rest;
      }
      case "over":
        return undefined;
    }
  }

  #begin(stage: "nodes" | "edges", take: (index: number, value: number) => void): void {
    this.#stage = stage;
    this.#numbers = new NumberStream(take);
  }

  #takeNumbers(piece: Buffer, next: "toEdges" | "toStrings"): Buffer | undefined {
    const rest = this.#numbers?.receive(piece);
    if (rest !== undefined) this.#stage = next;
    return rest;
  }

  #seek(piece: Buffer, mark: string, found: (before: string) => void): Buffer | undefined {
    const text = this.#text + piece.toString("latin1");
    const at = text.indexOf(mark);
    if (at !== -1) {
      const used = at + mark.length - this.#text.length;
      this.#text = "";
      found(text.slice(0, at));
      return piece.subarray(used);
    }
    // Before the nodes stands all that is needed to read them; what follows is not looked at.
    this.#text = this.#stage === "head" ? text : text.slice(-mark.length);
    if (headMax < this.#text.length) throw new HeapUnreadable("its beginning is of another kind");
    return undefined;
  }
}

/** Whole numbers with commas between them, up to the bracket that ends them. */
class NumberStream {
  readonly #take: (index: number, value: number) => void;
  #value = 0;
  #hasDigits = false;
  #index = 0;

  constructor(take: (index: number, value: number) => void) {
    this.#take = take;
  }

  /** The bytes behind the bracket; undefined: it has not come. */
  receive(bytes: Buffer): Buffer | undefined {
    let value = this.#value;
    let hasDigits = this.#hasDigits;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (zero <= byte && byte <= nine) {
        value = value * 10 + byte - zero;
        hasDigits = true;
        continue;
      }
      if (hasDigits) this.#take(this.#index++, value);
      value = 0;
      hasDigits = false;
      if (byte === closingBracket) return bytes.subarray(at + 1);
      if (!between.has(byte)) throw new HeapUnreadable("there is something else among its numbers");
    }
    this.#value = value;
    this.#hasDigits = hasDigits;
    return undefined;
  }
}

const zero = 0x30;
const nine = 0x39;
const closingBracket = 0x5d;
/** Comma, line feed, space. */
const between: ReadonlySet<number> = new Set([0x2c, 0x0a, 0x0d, 0x20]);
/** Characters before the first node: some 2000. */
const headMax = 1 << 16;
