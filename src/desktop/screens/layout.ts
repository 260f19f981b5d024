import { isInside, type Point, type Rectangle, type Size } from "#base/geometry.ts";
import { textWidth, wrapText } from "./text.ts";
import { themeFor, type Density, type Theme } from "./theme.ts";
import type { ButtonWidget, View, Widget } from "./widgets.ts";

/** A widget at its place. `lines` is its text broken to its width, where it has any. */
export interface PlacedWidget {
  readonly widget: Widget;
  readonly box: Rectangle;
  readonly lines: readonly string[];
  readonly buttons: readonly { readonly button: ButtonWidget; readonly box: Rectangle }[];
}

export interface Layout {
  readonly theme: Theme;
  readonly header: Rectangle;
  /** Between header and hint line: what is clipped to this. */
  readonly stage: Rectangle;
  readonly hint: Rectangle;
  readonly card: Rectangle;
  readonly widgets: readonly PlacedWidget[];
}

/**
 * Places a view on a screen. Where even a compact card is higher than the screen, it is moved to have the focus in
 * sight.
 */
export function layOut(view: View, size: Size): Layout {
  const usual = layOutDensely(view, size, "usual");
  const { card, stage } = usual;
  const fits = stage.y <= card.y && card.y + card.height <= stage.y + stage.height;
  return fits ? usual : layOutDensely(view, size, "compact");
}

function layOutDensely(view: View, size: Size, density: Density): Layout {
  const theme = themeFor(size, density);
  const { px, room } = theme;
  const header = { x: 0, y: 0, width: size.width, height: theme.brand.lineHeight + room(24) };
  const hintHeight = theme.small.lineHeight + room(12);
  const hint = { x: 0, y: size.height - hintHeight, width: size.width, height: hintHeight };
  const stageHeight = Math.max(0, size.height - header.height - hintHeight);
  const stage = { x: 0, y: header.height, width: size.width, height: stageHeight };
  const margin = room(16);
  const padding = room(24);
  const width = Math.max(px(80), Math.min(px(view.width === "wide" ? 580 : 420), size.width - 2 * margin));
  const stacked = stack(view.widgets, width - 2 * padding, theme);
  const height = stacked.height + 2 * padding;
  const x = Math.floor((size.width - width) / 2);
  const y = stage.y + cardTop(stageHeight, height, focusedBottom(stacked.widgets, view.focus, theme) + padding, margin);
  const card = { x, y, width, height };
  const widgets = stacked.widgets.map((placed) => movedBy(placed, { x: x + padding, y: y + padding }));
  return { theme, header, stage, hint, card, widgets };
}

/** The id of the field, button or list at a place; undefined where nothing takes a click. For a list, which row. */
export function widgetAt(layout: Layout, at: Point): { readonly id: string; readonly row?: number } | undefined {
  if (!isInside(layout.stage, at)) return undefined;
  for (const { widget, box, buttons } of layout.widgets) {
    if (widget.is === "field" && isInside(box, at)) return { id: widget.id };
    if (widget.is === "list" && isInside(box, at)) {
      return { id: widget.id, row: Math.floor((at.y - box.y) / rowHeight(layout.theme)) };
    }
    const hit = buttons.find((placed) => isInside(placed.box, at));
    if (hit !== undefined) return { id: hit.button.id };
  }
  return undefined;
}

/** Of a row in a list. */
export function rowHeight(theme: Theme): number {
  return theme.body.lineHeight + theme.small.lineHeight + theme.px(10);
}

/** Of the box that is typed into, without its label. */
export function fieldBoxHeight(theme: Theme): number {
  return theme.body.lineHeight + theme.room(12);
}

function stack(widgets: readonly Widget[], width: number, theme: Theme): { widgets: PlacedWidget[]; height: number } {
  const placed: PlacedWidget[] = [];
  let y = 0;
  for (const [index, widget] of widgets.entries()) {
    if (0 < index) y += gapBefore(widget, theme);
    const lines = linesOf(widget, width, theme);
    const height = heightOf(widget, lines.length, theme);
    const box = { x: 0, y, width, height };
    placed.push({
      widget,
      box,
      lines,
      buttons: widget.is === "buttons" ? placeButtons(widget.buttons, box, theme) : [],
    });
    y += height;
  }
  return { widgets: placed, height: y };
}

function gapBefore(widget: Widget, theme: Theme): number {
  return theme.room(widget.is === "buttons" ? 20 : widget.is === "paragraph" ? 8 : 14);
}

function linesOf(widget: Widget, width: number, theme: Theme): readonly string[] {
  switch (widget.is) {
    case "heading":
      return wrapText(theme.heading, widget.text, width);
    case "paragraph":
      return wrapText(theme.body, widget.text, width);
    case "notice":
      return wrapText(theme.body, widget.text, width - theme.px(24));
    case "progress":
      return wrapText(theme.body, widget.text, width - theme.px(24));
    default:
      return [];
  }
}

function heightOf(widget: Widget, lineCount: number, theme: Theme): number {
  const { px, room, body, small, heading } = theme;
  switch (widget.is) {
    case "heading":
      return lineCount * heading.lineHeight;
    case "paragraph":
      return lineCount * body.lineHeight;
    case "notice":
      return lineCount * body.lineHeight + room(16);
    case "progress":
      return lineCount * body.lineHeight + px(4);
    case "field":
      return small.lineHeight + room(4) + fieldBoxHeight(theme);
    case "buttons":
      return buttonHeight(theme);
    case "list":
      return Math.max(1, widget.rows.length) * rowHeight(theme);
    case "log":
      return Math.max(1, widget.lines.length) * small.lineHeight + room(16);
    case "facts":
      return widget.facts.length * (small.lineHeight + px(2));
  }
}

export function buttonHeight(theme: Theme): number {
  return theme.strong.lineHeight + theme.room(14);
}

/** From the right, the last one outermost. */
export function placeButtons(buttons: readonly ButtonWidget[], box: Rectangle, theme: Theme) {
  let right = box.x + box.width;
  return buttons.toReversed().map((button) => {
    const width = Math.max(theme.px(92), textWidth(theme.strong, button.label) + theme.px(32));
    right -= width;
    const placed = { button, box: { x: right, y: box.y, width, height: box.height } };
    right -= theme.px(10);
    return placed;
  });
}

/** Where what has the focus ends, in a list the row that is selected; from the top of the first widget. */
function focusedBottom(widgets: readonly PlacedWidget[], focus: string | undefined, theme: Theme): number {
  for (const { widget, box, buttons } of widgets) {
    const has = ("id" in widget && widget.id === focus) || buttons.some((placed) => placed.button.id === focus);
    if (has) return box.y + (widget.is === "list" ? (widget.selected + 1) * rowHeight(theme) : box.height);
  }
  return 0;
}

/** Relative to the stage: a little above the middle, or so that what ends at `focusBottom` of the card can be seen. */
function cardTop(stageHeight: number, cardHeight: number, focusBottom: number, margin: number): number {
  if (cardHeight + 2 * margin <= stageHeight) return Math.floor((stageHeight - cardHeight) * 0.44);
  return Math.min(margin, stageHeight - focusBottom - 2 * margin);
}

function movedBy(placed: PlacedWidget, by: Point): PlacedWidget {
  const move = (box: Rectangle): Rectangle => ({ ...box, x: box.x + by.x, y: box.y + by.y });
  const buttons = placed.buttons.map(({ button, box }) => ({ button, box: move(box) }));
  return { ...placed, box: move(placed.box), buttons };
}
