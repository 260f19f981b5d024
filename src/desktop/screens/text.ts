import type { Font } from "./font.ts";

/** Of one line, in pixels. */
export function textWidth(font: Font, text: string): number {
  let width = 0;
  for (const character of text) width += font.glyph(character.codePointAt(0)!).advance;
  return width;
}

/**
 * The lines of `text`, broken at spaces so that none is wider than `width`; words that are too long are broken
 * anywhere.
 */
export function wrapText(font: Font, text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((paragraph) => wrapParagraph(font, paragraph, width));
}

/** `text` where it fits, else its beginning with an ellipsis. */
export function shortenText(font: Font, text: string, width: number): string {
  if (textWidth(font, text) <= width) return text;
  const characters = Array.from(text);
  while (0 < characters.length && width < textWidth(font, `${characters.join("")}…`)) characters.pop();
  return characters.length === 0 ? "" : `${characters.join("").trimEnd()}…`;
}

function wrapParagraph(font: Font, paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(font, longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    for (let fits = fitting(font, line, width); fits.length < line.length; fits = fitting(font, line, width)) {
      lines.push(fits);
      line = line.slice(fits.length);
    }
  }
  lines.push(line);
  return lines;
}

/** As much of the beginning of `word` as fits, one character at least. */
function fitting(font: Font, word: string, width: number): string {
  let fits = "";
  for (const character of word) {
    if (fits !== "" && width < textWidth(font, fits + character)) break;
    fits += character;
  }
  return fits;
}
