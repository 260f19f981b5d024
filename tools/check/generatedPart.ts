import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Problem } from "./problem.ts";

/** A file, or the part of one between two markers, that is made from the code. */
export interface GeneratedPart {
  readonly path: string;
  /** The name in `<!-- begin NAME -->` and `<!-- end NAME -->`; without it, the whole file. */
  readonly between?: string;
  readonly text: string;
}

/** Compares with what stands there, or writes it. */
export function checkGenerated(part: GeneratedPart, options: { readonly write: boolean }): readonly Problem[] {
  const { path } = part;
  const present = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const wanted = part.between === undefined ? part.text : within(present, part.between, part.text);
  if (wanted === undefined) {
    return [{ path, what: `lacks the marker <!-- begin ${part.between} --> or its end`, instead: "add both" }];
  }
  if (present === wanted) return [];
  if (options.write) {
    writeFileSync(path, wanted);
    return [];
  }
  return [{ path, what: "is not what the code says now", instead: "npm run check -- --write" }];
}

/** `text` with the part between the markers replaced; undefined: there are no such markers. */
export function within(text: string | undefined, name: string, part: string): string | undefined {
  const [begin, end] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->`];
  const from = text?.indexOf(begin) ?? -1;
  const to = text?.indexOf(end) ?? -1;
  if (text === undefined || from === -1 || to < from) return undefined;
  return `${text.slice(0, from + begin.length)}${part}${text.slice(to)}`;
}
