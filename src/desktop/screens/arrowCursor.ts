import { newPixels } from "#base/pixels.ts";
import type { CursorShape } from "../desktop.ts";

/** The pointer over what we draw ourselves: a white arrow with a dark edge, 12 by 19. */
export function arrowCursor(serial: number): CursorShape {
  const pixels = newPixels({ width: arrow[0].length, height: arrow.length });
  arrow.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      const at = y * pixels.stride + x * 4;
      if (row[x] === " ") continue;
      pixels.data.fill(row[x] === "o" ? 0xff : 0x20, at, at + 3);
      pixels.data[at + 3] = 0xff;
    }
  });
  return { serial, hotspot: { x: 0, y: 0 }, pixels };
}

const arrow = [
  "#           ",
  "##          ",
  "#o#         ",
  "#oo#        ",
  "#ooo#       ",
  "#oooo#      ",
  "#ooooo#     ",
  "#oooooo#    ",
  "#ooooooo#   ",
  "#oooooooo#  ",
  "#ooooooooo# ",
  "#oooooooooo#",
  "#oooooo#####",
  "#ooo#oo#    ",
  "#oo# #oo#   ",
  "#o#  #oo#   ",
  "##    #oo#  ",
  "      #oo#  ",
  "       ##   ",
] as const;
