import { isInside, type Point, type Rectangle, type Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { Canvas, inset } from "./canvas.ts";
import { buttonHeight, placeButtons } from "./layout.ts";
import type { MessageBox } from "./messageBox.ts";
import { paintButton, paintLines, paintMark } from "./paint.ts";
import { shortenText, wrapText } from "./text.ts";
import { colors, themeFor, type Theme } from "./theme.ts";
import type { ButtonWidget } from "./widgets.ts";

/** A message box as it looks on a screen of a size. */
export interface BoxPicture {
  /** Where it stands. */
  readonly area: Rectangle;
  /** Opaque, as large as `area`. */
  readonly pixels: Pixels;
  /** The id of the button at a place of the screen. */
  buttonAt(at: Point): string | undefined;
}

/**
 * Draws a box in the upper middle of a monitor, which is the whole screen unless its place is given. `hint`: the line
 * below its buttons. Text for which the screen has no room ends with an ellipsis.
 */
export function drawBox(box: MessageBox, hint: string, monitor: Size & Partial<Point>): BoxPicture {
  const theme = themeFor(monitor, "usual");
  const placed = place(box, theme, monitor);
  const area = { ...placed.area, x: placed.area.x + (monitor.x ?? 0), y: placed.area.y + (monitor.y ?? 0) };
  const pixels = newPixels(placed.area);
  const canvas = new Canvas(pixels);
  const { px, strong, body, small } = theme;
  const whole = { x: 0, y: 0, width: placed.area.width, height: placed.area.height };
  // A light line around the dark frame: one of the two shows on every desktop.
  canvas.fillRectangle(whole, colors.card);
  canvas.fillRectangle(inset(whole, px(1)), colors.header);
  canvas.fillRectangle(placed.ground, colors.card);
  const { bar } = placed;
  const side = strong.lineHeight;
  const mark = { x: bar.x + px(10), y: bar.y + Math.floor((bar.height - side) / 2), width: side, height: side };
  paintMark(canvas, mark, px);
  const titleX = mark.x + side + px(10);
  const title = shortenText(strong, box.title, bar.x + bar.width - px(10) - titleX);
  canvas.text(strong, { x: titleX, y: mark.y + px(1) }, title, colors.headerText);
  canvas.clipped(placed.ground, () => {
    paintLines(canvas, body, placed.text, placed.lines, colors.text);
    for (const button of placed.buttons) paintButton(canvas, theme, button, { focused: button.button.primary });
    const { x, y, width } = placed.hint;
    canvas.text(small, { x, y }, shortenText(small, hint, width), colors.muted);
  });
  return {
    area,
    pixels,
    buttonAt: (at) => {
      const inside = { x: at.x - area.x, y: at.y - area.y };
      return placed.buttons.find((each) => isInside(each.box, inside))?.button.id;
    },
  };
}

/** Places inside the box, but for `area`. */
interface Placed {
  readonly area: Rectangle;
  readonly bar: Rectangle;
  readonly ground: Rectangle;
  readonly text: Rectangle;
  readonly lines: readonly string[];
  readonly buttons: readonly { readonly button: ButtonWidget; readonly box: Rectangle }[];
  readonly hint: Rectangle;
}

function place(box: MessageBox, theme: Theme, screen: Size): Placed {
  const { px, body, small, strong } = theme;
  const [margin, padding, frame] = [px(16), px(18), px(3)];
  const widgets = box.buttons.map((button, index) => ({ ...button, primary: index === box.focus }));
  const forButtons = buttonsWidth(widgets, theme) + 2 * (padding + frame);
  const width = Math.max(px(80), Math.min(Math.max(px(440), forButtons), screen.width - 2 * margin));
  const inner = width - 2 * (padding + frame);
  const bar = { x: frame, y: frame, width: width - 2 * frame, height: strong.lineHeight + px(10) };
  const above = bar.y + bar.height + padding;
  const below = px(18) + buttonHeight(theme) + px(12) + small.lineHeight + px(8) + frame;
  const room = Math.floor((screen.height - 2 * margin - above - below) / body.lineHeight);
  const lines = cut(wrapText(body, box.text, inner), Math.max(1, room));
  const text = { x: frame + padding, y: above, width: inner, height: lines.length * body.lineHeight };
  const row = { x: text.x, y: text.y + text.height + px(18), width: inner, height: buttonHeight(theme) };
  const hint = { x: text.x, y: row.y + row.height + px(12), width: inner, height: small.lineHeight };
  const height = above + text.height + below;
  const area = {
    x: Math.max(0, Math.floor((screen.width - width) / 2)),
    y: Math.max(0, Math.floor((screen.height - height) * 0.3)),
    width: Math.min(width, screen.width),
    height: Math.min(height, screen.height),
  };
  const ground = { ...bar, y: bar.y + bar.height, height: height - bar.y - bar.height - frame };
  return { area, bar, ground, text, lines, buttons: placeButtons(widgets, row, theme), hint };
}

function buttonsWidth(buttons: readonly ButtonWidget[], theme: Theme): number {
  const placed = placeButtons(buttons, { x: 0, y: 0, width: 0, height: 0 }, theme);
  return -Math.min(0, ...placed.map(({ box }) => box.x));
}

function cut(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]!.slice(0, -1)}…`];
}
