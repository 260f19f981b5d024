import { newPixels, type Pixels } from "#base/pixels.ts";
import { copyPixelsInto, crop } from "#base/pixels.ts";
import { Canvas } from "#desktop/screens/canvas.ts";
import { font } from "#desktop/screens/font.ts";
import { wrapText } from "#desktop/screens/text.ts";
import { randomFrom } from "../../test/pictures.ts";
import { photograph } from "./photograph.ts";

/** A long page as a browser shows it: headings, text in smooth letters, a column of links, photographs. */
export function longPage(width: number, height: number): Pixels {
  const page = newPixels({ width, height });
  const canvas = new Canvas(page);
  canvas.fillRectangle({ x: 0, y: 0, width, height }, 0xffffff);
  canvas.fillRectangle({ x: 0, y: 0, width: sideWidth, height }, 0xf4f5f7);
  const random = randomFrom(7);
  const textWidth = Math.min(width - sideWidth - 120, 980);
  const left = sideWidth + 60;
  let y = 30;
  for (let part = 0; y < height; part++) {
    canvas.text(font("bold", 26), { x: left, y }, `${part + 1}. ${heading(part)}`, 0x1a2b4c);
    y += 48;
    for (let paragraph = 0; paragraph < 3 && y < height; paragraph++) {
      const text = Array.from({ length: 4 + Math.floor(random() * 4) }, () => sentence(random)).join(" ");
      for (const line of wrapText(font("regular", 15), text, textWidth)) {
        canvas.text(font("regular", 15), { x: left, y }, line, 0x24292f);
        y += 23;
      }
      y += 14;
    }
    if (part % 3 === 1 && y + 320 < height) {
      copyPixelsInto(
        crop(page, { x: left, y, width: 560, height: 300 }),
        photograph({ width: 560, height: 300 }, part),
      );
      y += 330;
    }
  }
  for (let line = 0; line * 28 + 40 < height; line++) {
    canvas.text(
      font("regular", 13),
      { x: 20, y: line * 28 + 20 },
      heading(line * 7),
      line % 9 === 0 ? 0x24292f : 0x0550ae,
    );
  }
  return page;
}

/** A sheet of numbers with lines between its cells. */
export function sheet(width: number, height: number): Pixels {
  const page = newPixels({ width, height });
  const canvas = new Canvas(page);
  canvas.fillRectangle({ x: 0, y: 0, width, height }, 0xffffff);
  const random = randomFrom(11);
  const letters = font("regular", 13);
  for (let row = 0; row * rowHeight < height; row++) {
    const y = row * rowHeight;
    canvas.fillRectangle({ x: 0, y, width: 60, height: rowHeight }, 0xe8eaed);
    canvas.fillRectangle({ x: 0, y: y + rowHeight - 1, width, height: 1 }, 0xd0d3d8);
    canvas.text(letters, { x: 8, y: y + 2 }, String(row + 1), 0x5f6368);
    for (let column = 0; 60 + column * columnWidth < width; column++) {
      const x = 60 + column * columnWidth;
      const text = column % 5 === 0 ? heading(row * 3 + column).slice(0, 12) : (random() * 1e5 - 2e4).toFixed(2);
      canvas.text(letters, { x: x + 6, y: y + 2 }, text, text.startsWith("-") ? 0xc00000 : 0x202124);
      canvas.fillRectangle({ x: x - 1, y, width: 1, height: rowHeight }, 0xd0d3d8);
    }
  }
  return page;
}

function sentence(random: () => number): string {
  return prose[Math.floor(random() * prose.length)]!;
}

function heading(number: number): string {
  const words = prose[number % prose.length]!.split(" ");
  return words.slice(number % 3, (number % 3) + 3).join(" ");
}

/** Sentences with the letters of an English text. */
export const prose: readonly string[] = [
  "The harbour was quiet in the morning, and the boats lay beside each other without moving.",
  "Nobody had expected that the letter would arrive before the end of the week.",
  "A good tool does one thing, says what it does, and stops when it is done.",
  "In the third quarter the costs of transport rose by eleven per cent, mostly in the north.",
  "She wrote down every number twice, once in ink and once in pencil, and compared them at night.",
  "When the line is slow, people wait for their letters and begin to mistrust the machine.",
  "The committee met on Tuesday, heard both sides, and put the question off until spring.",
  "Below the bridge the river widens, and in dry years one can walk across to the island.",
  "Every reader knows the feeling of a page that moves under his eyes before he has finished.",
  "It took him four evenings to repair the clock, and a fifth to find where the last screw belonged.",
  "Water boils sooner on a mountain, which is why the potatoes there take longer.",
  "The archive keeps the plans of all houses that were built before the great fire.",
];
export const rowHeight = 20;
const columnWidth = 110;
const sideWidth = 260;
