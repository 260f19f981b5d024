import type { Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";

/**
 * A step's number in the colours of four cells, three bits in each: strong enough to be told after any codec. A
 * client's screen says by them which step it shows.
 */
export function colourNumbers(step: number): readonly number[] {
  return Array.from({ length: cellCount }, (_, cell) => (step >> (3 * cell)) & 7);
}

/** Black, blue, green … white by their number: 0xrrggbb. */
export function colourOf(number: number): number {
  return ((number & 4) === 0 ? 0 : 0xff0000) | ((number & 2) === 0 ? 0 : 0xff00) | ((number & 1) === 0 ? 0 : 0xff);
}

/** The cells as they come out of a terminal that knows 256 colours; one column each. */
export function terminalCells(step: number): string {
  return `${colourNumbers(step)
    .map((number) => `\u{1b}[48;5;${corner(number)}m `)
    .join("")}\u{1b}[0m`;
}

/** Of the cube of 6 × 6 × 6 colours, which starts at 16, only its corners. */
function corner(number: number): number {
  return 16 + ((number & 4) >> 2) * 180 + ((number & 2) >> 1) * 30 + (number & 1) * 5;
}

/** Cells side by side, the first of them with its top left corner at the given place. */
export function cellsAt(first: Rectangle): readonly Rectangle[] {
  return Array.from({ length: cellCount }, (_, cell) => ({ ...first, x: first.x + cell * first.width }));
}

/** The step, of those up to `last`, that a screen shows in these cells; undefined: that cannot be. */
export function shownStep(screen: Pixels, cells: readonly Rectangle[], last: number): number | undefined {
  let number = 0;
  for (const [index, cell] of cells.entries()) {
    const x = cell.x + (cell.width >> 1);
    const y = cell.y + (cell.height >> 1);
    const at = screen.offset + y * screen.stride + x * 4;
    const [blue = 0, green = 0, red = 0] = screen.data.subarray(at, at + 3);
    number |= ((red >> 7) << (3 * index + 2)) | ((green >> 7) << (3 * index + 1)) | ((blue >> 7) << (3 * index));
  }
  const step = last - ((last - number) & stepMask);
  return 0 < step ? step : undefined;
}

const cellCount = 4;
const stepMask = 0xfff;
