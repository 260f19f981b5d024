import type { Rectangle, Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { Canvas, inset } from "./canvas.ts";
import { fieldBoxHeight, layOut, rowHeight, type Layout, type PlacedWidget } from "./layout.ts";
import { shortenText, textWidth } from "./text.ts";
import { colors, toneColors, type Theme } from "./theme.ts";
import type { FieldWidget, ListRow, Tone, View } from "./widgets.ts";

/** Draws a view on a new picture of the size. */
export function paint(view: View, size: Size): Pixels {
  const pixels = newPixels(size);
  const canvas = new Canvas(pixels);
  const layout = layOut(view, size);
  canvas.fillRectangle({ x: 0, y: 0, ...size }, colors.background);
  paintHeader(canvas, layout, view.host);
  canvas.clipped(layout.stage, () => {
    const { px } = layout.theme;
    const look = { radius: px(8), border: px(1), edge: colors.cardEdge, inside: colors.card };
    canvas.frameRound(layout.card, look);
    for (const placed of layout.widgets) paintWidget(canvas, layout.theme, placed, view.focus);
  });
  paintHint(canvas, layout, view.hint);
  return pixels;
}

function paintHeader(canvas: Canvas, { theme, header }: Layout, host: string): void {
  const { px, brand, body } = theme;
  canvas.fillRectangle(header, colors.header);
  const side = brand.lineHeight;
  const middle = Math.floor((header.height - side) / 2);
  const mark = { x: px(16), y: middle, width: side, height: side };
  paintMark(canvas, mark, px);
  const name = { x: mark.x + side + px(10), y: middle };
  canvas.text(brand, name, "Holdfast", colors.headerText);
  const left = name.x + textWidth(brand, "Holdfast") + px(24);
  const shown = shortenText(body, host, header.width - px(16) - left);
  const x = header.width - px(16) - textWidth(body, shown);
  canvas.text(body, { x, y: Math.floor((header.height - body.lineHeight) / 2) }, shown, colors.headerMuted);
}

/** The sign of the product: a rope around a cleat, in three strokes. */
export function paintMark(canvas: Canvas, at: Rectangle, px: (length: number) => number): void {
  const unit = at.width / 12;
  const bar = (x: number, y: number, width: number, height: number): Rectangle => ({
    x: at.x + Math.round(x * unit),
    y: at.y + Math.round(y * unit),
    width: Math.round(width * unit),
    height: Math.round(height * unit),
  });
  canvas.fillRound(at, px(5), colors.mark);
  canvas.fillRound(bar(2.5, 2.5, 2.2, 7), px(1), colors.header);
  canvas.fillRound(bar(7.3, 2.5, 2.2, 7), px(1), colors.header);
  canvas.fillRound(bar(3.4, 5, 5.2, 2), 0, colors.header);
}

function paintHint(canvas: Canvas, { theme, hint }: Layout, text: string): void {
  const { small, px } = theme;
  const shown = shortenText(small, text, hint.width - px(32));
  const x = Math.floor((hint.width - textWidth(small, shown)) / 2);
  canvas.text(small, { x, y: hint.y + Math.floor((hint.height - small.lineHeight) / 2) }, shown, colors.muted);
}

function paintWidget(canvas: Canvas, theme: Theme, placed: PlacedWidget, focus: string | undefined): void {
  const { widget, box, lines } = placed;
  switch (widget.is) {
    case "heading": {
      const color = widget.tone === undefined ? colors.text : toneColors[widget.tone].text;
      return paintLines(canvas, theme.heading, box, lines, color);
    }
    case "paragraph":
      return paintLines(canvas, theme.body, box, lines, widget.muted === true ? colors.muted : colors.text);
    case "notice":
      return paintNotice(canvas, theme, box, lines, widget.tone);
    case "field":
      return paintField(canvas, theme, box, widget, { focused: widget.id === focus });
    case "buttons":
      return paintButtons(canvas, theme, placed, focus);
    case "list":
      return paintList(canvas, theme, box, widget.rows, { selected: widget.selected, focused: widget.id === focus });
    case "progress": {
      const side = theme.px(8);
      const y = box.y + Math.floor((theme.body.lineHeight - side) / 2);
      canvas.fillRound({ x: box.x + theme.px(2), y, width: side, height: side }, Math.ceil(side / 2), colors.accent);
      return paintLines(canvas, theme.body, { ...box, x: box.x + theme.px(20) }, lines, colors.text);
    }
    case "log":
      return paintLog(canvas, theme, box, widget.lines);
    case "facts":
      return paintFacts(canvas, theme, box, widget.facts);
  }
}

export function paintLines(
  canvas: Canvas,
  font: Theme["body"],
  box: Rectangle,
  lines: readonly string[],
  color: number,
): void {
  for (const [index, line] of lines.entries()) {
    canvas.text(font, { x: box.x, y: box.y + index * font.lineHeight }, line, color);
  }
}

function paintNotice(canvas: Canvas, theme: Theme, box: Rectangle, lines: readonly string[], tone: Tone): void {
  const { px } = theme;
  const { ground, edge, text } = toneColors[tone];
  canvas.fillRound(box, px(4), ground);
  canvas.fillRectangle({ x: box.x, y: box.y, width: px(4), height: box.height }, edge);
  paintLines(canvas, theme.body, { ...box, x: box.x + px(14), y: box.y + theme.room(8) }, lines, text);
}

function paintField(
  canvas: Canvas,
  theme: Theme,
  box: Rectangle,
  field: FieldWidget,
  state: { readonly focused: boolean },
): void {
  const { px, small, body } = theme;
  canvas.text(small, { x: box.x, y: box.y }, shortenText(small, field.label, box.width), colors.muted);
  const height = fieldBoxHeight(theme);
  const frame = { x: box.x, y: box.y + box.height - height, width: box.width, height };
  const border = px(state.focused ? 2 : 1);
  const edge = state.focused ? colors.accent : colors.fieldEdge;
  canvas.frameRound(frame, { radius: px(4), border, edge, inside: colors.card });
  const inside = inset(frame, theme.room(6));
  const shown = field.secret ? "●".repeat(Array.from(field.value).length) : field.value;
  const before = textWidth(body, Array.from(shown).slice(0, field.caret).join(""));
  // A text longer than the field is moved so that the caret stays in sight.
  const moved = Math.max(0, before - inside.width + px(2));
  canvas.clipped(inside, () => {
    const y = frame.y + Math.floor((height - body.lineHeight) / 2) + px(1);
    canvas.text(body, { x: inside.x + px(2) - moved, y }, shown, colors.text);
  });
  if (!state.focused) return;
  const caret = { x: inside.x + px(2) + before - moved, y: inside.y, width: Math.max(1, px(1)), height: inside.height };
  canvas.fillRectangle(caret, colors.text);
}

function paintButtons(canvas: Canvas, theme: Theme, placed: PlacedWidget, focus: string | undefined): void {
  for (const button of placed.buttons) paintButton(canvas, theme, button, { focused: button.button.id === focus });
}

export function paintButton(
  canvas: Canvas,
  theme: Theme,
  { button, box }: PlacedWidget["buttons"][number],
  { focused }: { readonly focused: boolean },
): void {
  const { px, strong } = theme;
  // The ring stands apart from the button by a line of the card, so that it shows on the blue one too.
  if (focused) {
    canvas.fillRound(inset(box, -px(4)), px(8), colors.accent);
    canvas.fillRound(inset(box, -px(2)), px(6), colors.card);
  }
  const inside = button.primary ? colors.accent : colors.button;
  const edge = button.primary ? colors.accent : colors.fieldEdge;
  canvas.frameRound(box, { radius: px(4), border: px(1), edge, inside });
  const shown = shortenText(strong, button.label, box.width - px(8));
  const x = box.x + Math.floor((box.width - textWidth(strong, shown)) / 2);
  const y = box.y + Math.floor((box.height - strong.lineHeight) / 2) + px(1);
  canvas.text(strong, { x, y }, shown, button.primary ? colors.accentText : colors.text);
}

function paintList(
  canvas: Canvas,
  theme: Theme,
  box: Rectangle,
  rows: readonly ListRow[],
  state: { readonly selected: number; readonly focused: boolean },
): void {
  const { px, body, small } = theme;
  const edge = state.focused ? colors.accent : colors.fieldEdge;
  canvas.frameRound(inset(box, -px(1)), { radius: px(4), border: px(1), edge, inside: colors.card });
  for (const [index, row] of rows.entries()) {
    const area = { x: box.x, y: box.y + index * rowHeight(theme), width: box.width, height: rowHeight(theme) };
    if (index === state.selected) {
      canvas.fillRectangle(area, colors.selected);
      canvas.fillRectangle({ ...area, width: px(4) }, colors.accent);
    } else if (0 < index && index - 1 !== state.selected) {
      canvas.fillRectangle({ ...area, height: 1 }, colors.cardEdge);
    }
    const at = { x: area.x + px(14), y: area.y + px(5) };
    const width = area.width - px(28);
    canvas.text(body, at, shortenText(body, row.title, width), colors.text);
    const below = { x: at.x, y: at.y + body.lineHeight };
    canvas.text(small, below, shortenText(small, row.detail, width), colors.muted);
  }
}

function paintLog(canvas: Canvas, theme: Theme, box: Rectangle, lines: readonly string[]): void {
  const { px, small } = theme;
  canvas.frameRound(box, { radius: px(4), border: px(1), edge: colors.cardEdge, inside: colors.logGround });
  for (const [index, line] of lines.entries()) {
    const at = { x: box.x + px(10), y: box.y + theme.room(8) + index * small.lineHeight };
    canvas.text(small, at, shortenText(small, line, box.width - px(20)), colors.muted);
  }
}

function paintFacts(
  canvas: Canvas,
  theme: Theme,
  box: Rectangle,
  facts: readonly (readonly [name: string, value: string])[],
): void {
  const { px, small } = theme;
  const column = Math.max(...facts.map(([name]) => textWidth(small, name))) + px(12);
  for (const [index, [name, value]] of facts.entries()) {
    const y = box.y + index * (small.lineHeight + px(2));
    canvas.text(small, { x: box.x, y }, name, colors.muted);
    canvas.text(small, { x: box.x + column, y }, shortenText(small, value, box.width - column), colors.text);
  }
}
