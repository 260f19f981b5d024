import type { Rectangle, Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { Canvas } from "./canvas.ts";
import { shortenText, textWidth } from "./text.ts";
import { colors, themeFor } from "./theme.ts";

/** Lines on a dark ground in the top right corner of a screen; opaque, as large as `area`. */
export function drawOverlay(
  lines: readonly string[],
  screen: Size,
): { readonly area: Rectangle; readonly pixels: Pixels } {
  const { small, px } = themeFor(screen, "usual");
  const padding = px(6);
  const widest = Math.max(1, ...lines.map((line) => textWidth(small, line)));
  const width = Math.min(screen.width, widest + 2 * padding);
  const height = Math.min(screen.height, lines.length * small.lineHeight + 2 * padding);
  const pixels = newPixels({ width, height });
  const canvas = new Canvas(pixels);
  canvas.fillRectangle({ x: 0, y: 0, width, height }, colors.header);
  for (const [index, line] of lines.entries()) {
    const text = shortenText(small, line, width - 2 * padding);
    canvas.text(small, { x: padding, y: padding + index * small.lineHeight }, text, colors.headerText);
  }
  return { area: { x: screen.width - width, y: 0, width, height }, pixels };
}
